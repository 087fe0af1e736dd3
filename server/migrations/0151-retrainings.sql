-- The name of each deployment, as its events told it: channels that are watched are shown by it.
create table watched_deployments (
  deployment_id text primary key,
  project_id text not null,
  name text not null
);

-- A version made again on the reference and the rows that came since.
create table retrainings (
  id text primary key,
  project_id text not null references projects,
  monitor_id text not null references monitors,
  deployment_id text not null,
  deployment_name text not null,
  channel text not null,
  alert_id text references alerts,
  -- The version before.
  version_id text not null,
  state text not null check (state in ('training', 'comparing', 'finished', 'failed')),
  state_reason text,
  -- The job that made the version before, and the one that makes it again.
  source_job_id text not null,
  job_id text,
  snapshot_id text not null,
  table_path text not null,
  input_name text not null,
  target text not null,
  reference_rows integer not null,
  recent_rows integer not null,
  -- The table without the recent rows: what the version before learned from.
  reference_snapshot_id text not null,
  new_version_id text,
  comparison_job_id text,
  comparison jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz
);
-- One at a time for a channel, however many alerts fire.
create unique index retrainings_under_way on retrainings (deployment_id, channel) where state in ('training', 'comparing');
create index retrainings_of_project on retrainings (project_id, id desc);
create index retrainings_of_job on retrainings (job_id);
create index retrainings_of_comparison on retrainings (comparison_job_id);
