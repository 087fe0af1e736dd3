create table environments (
  id text primary key,
  -- Null: shared with the whole organization.
  project_id text references projects,
  -- What grants are asked on: the project, or the organization.
  scope_id text not null,
  name text not null,
  description text not null default '',
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index environments_name on environments (coalesce(project_id, ''), lower(name)) where deleted_at is null;

create table environment_revisions (
  id text primary key,
  environment_id text not null references environments,
  number integer not null,
  python text,
  packages jsonb not null,
  system_packages jsonb not null default '[]',
  variables jsonb not null default '{}',
  state text not null check (state in ('building', 'ready', 'failed', 'deprecated', 'restricted')),
  state_reason text,
  lock text,
  digest text,
  platform text,
  python_version text,
  size_bytes bigint,
  build_seconds double precision,
  reused boolean,
  workload_id text references workloads,
  created_by text not null,
  created_at timestamptz not null default now(),
  unique (environment_id, number)
);
create index environment_revisions_by_digest on environment_revisions (digest);
