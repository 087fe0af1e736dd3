create table experiments (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  is_default boolean not null default false,
  lifecycle text not null default 'active' check (lifecycle in ('active', 'deleted')),
  tags jsonb not null default '{}',
  created_time bigint not null,
  updated_time bigint not null,
  created_by text not null
);
-- A name stays taken while its experiment is in the trash, as clients expect.
create unique index experiments_name on experiments (project_id, name);
create unique index experiments_default on experiments (project_id) where is_default;

create table runs (
  id text primary key,
  experiment_id text not null references experiments,
  project_id text not null,
  name text not null,
  status text not null check (status in ('running', 'scheduled', 'finished', 'failed', 'killed')),
  start_time bigint not null,
  end_time bigint,
  lifecycle text not null default 'active' check (lifecycle in ('active', 'deleted')),
  user_id text not null,
  notes text not null default '',
  -- Where it came from: inside something that Plinth ran (then the rest is copied from there), or outside.
  origin text not null check (origin in ('job', 'workspace', 'outside')),
  workload_id text,
  job_id text,
  commit text,
  patch_sha256 text,
  environment_revision_id text,
  environment_digest text,
  snapshots jsonb not null default '[]',
  created_by text not null,
  created_at timestamptz not null default now()
);
create index runs_of_experiment on runs (experiment_id, start_time desc, id);
create index runs_of_project on runs (project_id, start_time desc, id);

create table run_params (run_id text not null references runs on delete cascade, key text not null, value text not null, primary key (run_id, key));
create index run_params_by_key on run_params (key, value) where length(value) < 500;
create table run_tags (run_id text not null references runs on delete cascade, key text not null, value text not null, primary key (run_id, key));

-- One row for run, key and call, with arrays made for the chart that reads them.
create table metric_batches (
  id bigint generated always as identity primary key,
  run_id text not null references runs on delete cascade,
  key text not null,
  steps bigint[] not null,
  times bigint[] not null,
  "values" double precision[] not null
);
create index metric_batches_of_run on metric_batches (run_id, key, id);

-- The newest by (step, time, value), for search and tables.
create table latest_metrics (
  run_id text not null references runs on delete cascade,
  key text not null,
  value double precision not null,
  step bigint not null,
  time bigint not null,
  count bigint not null default 1,
  primary key (run_id, key)
);
create index latest_metrics_by_value on latest_metrics (key, value, run_id);

create table run_datasets (
  id bigint generated always as identity primary key,
  run_id text not null references runs on delete cascade,
  name text not null,
  digest text not null,
  source_type text not null,
  source text not null,
  schema text,
  profile text,
  tags jsonb not null default '{}',
  unique (run_id, name, digest)
);

create table logged_models (
  id text primary key,
  experiment_id text not null references experiments,
  project_id text not null,
  name text not null,
  status text not null check (status in ('pending', 'ready', 'failed')),
  model_type text,
  source_run_id text,
  params jsonb not null default '{}',
  tags jsonb not null default '{}',
  lifecycle text not null default 'active',
  created_time bigint not null,
  updated_time bigint not null,
  created_by text not null
);
create index logged_models_of_run on logged_models (source_run_id);
create index logged_models_of_experiment on logged_models (experiment_id, created_time desc);

create table run_outputs (
  run_id text not null references runs on delete cascade,
  model_id text not null references logged_models,
  step bigint not null default 0,
  primary key (run_id, model_id)
);

-- Files of runs and logged models; the bytes are blobs.
create table artifacts (
  owner_ref text not null,
  path text not null,
  project_id text not null,
  sha256 text not null,
  size_bytes bigint not null,
  created_at timestamptz not null default now(),
  primary key (owner_ref, path)
);
