create table jobs (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  command jsonb not null,
  commit text,
  patch_sha256 text,
  environment text not null,
  environment_revision_id text,
  environment_digest text,
  hardware_tier text,
  inputs jsonb not null default '[]',
  variables jsonb not null default '{}',
  timeout_seconds integer,
  retries integer not null default 0,
  -- The attempt in force or the last one; earlier attempts are found by their subject.
  workload_id text not null references workloads,
  rerun_of text,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index jobs_of_project on jobs (project_id, id desc);
