create table workspaces (
  id text primary key,
  project_id text not null references projects,
  owner_id text not null,
  name text not null,
  tool text not null,
  branch text not null,
  -- As it was asked for; null is the project's default at each start.
  environment text,
  hardware_tier text,
  -- The workload of the session in force or of the last one.
  workload_id text references workloads,
  created_at timestamptz not null default now(),
  last_started_at timestamptz,
  deleted_at timestamptz
);
create index workspaces_of_project on workspaces (project_id, created_at desc);
create index workspaces_of_owner on workspaces (owner_id);
