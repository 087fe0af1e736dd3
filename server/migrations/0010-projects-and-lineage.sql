create table projects (
  id text primary key,
  organization_id text not null references organizations,
  folder_id text references folders,
  -- A small number for each project: the user number that its work runs as counts from it.
  number integer generated always as identity,
  slug text not null,
  name text not null,
  description text not null default '',
  template text,
  git_url text,
  status text not null default 'active' check (status in ('proposed', 'active', 'blocked', 'on-hold', 'complete', 'archived')),
  stage text not null,
  visibility text not null default 'private' check (visibility in ('private', 'searchable')),
  default_environment_id text,
  owner_id text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  deleted_at timestamptz
);
create unique index projects_slug on projects (slug) where deleted_at is null;

-- The arc: every change of stage or status with who, when and why.
create table project_stage_changes (
  id text primary key,
  project_id text not null references projects,
  from_stage text,
  to_stage text not null,
  from_status text,
  to_status text not null,
  reason text not null default '',
  changed_by text not null,
  changed_at timestamptz not null default now()
);
create index project_stage_changes_of_project on project_stage_changes (project_id, changed_at);

create table project_goals (
  id text primary key,
  project_id text not null references projects,
  title text not null,
  metric text,
  target double precision,
  direction text not null default 'maximize' check (direction in ('maximize', 'minimize')),
  due_on date,
  state text not null default 'open' check (state in ('open', 'met', 'missed', 'dropped')),
  owner_id text,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  deleted_at timestamptz
);
create index project_goals_of_project on project_goals (project_id);

-- used / produced between immutable versions, written in the transaction of the change. Refs are type:id.
create table lineage_edges (
  id bigint generated always as identity primary key,
  from_ref text not null,
  to_ref text not null,
  kind text not null check (kind in ('used', 'produced')),
  project_id text not null,
  at timestamptz not null default now(),
  unique (from_ref, to_ref, kind)
);
create index lineage_edges_back on lineage_edges (to_ref);
