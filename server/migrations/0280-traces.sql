-- What one request to an application did, told by itself. Services of several projects may take part in one trace, so an id is of its project.
create table traces (
  project_id text not null references projects,
  id text not null,
  experiment_id text not null references experiments,
  name text,
  client_request_id text,
  state text not null check (state in ('unspecified', 'ok', 'error', 'in-progress')),
  -- Milliseconds since 1970, and milliseconds.
  request_time bigint not null,
  duration bigint,
  request_preview text,
  response_preview text,
  metadata jsonb not null default '{}',
  tags jsonb not null default '{}',
  -- In which run it was made, as its maker says.
  run_id text,
  -- The whole was told by its maker; until then it is worked out from its spans.
  is_told boolean not null default false,
  span_count integer not null default 0,
  -- How many its maker says there are.
  expected_spans integer,
  -- Where it came from: inside something that Plinth ran, or outside.
  origin text not null check (origin in ('job', 'workspace', 'outside')),
  workload_id text,
  job_id text,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (project_id, id)
);
create index traces_of_experiment on traces (experiment_id, request_time desc, id);

create table spans (
  project_id text not null,
  trace_id text not null,
  id text not null,
  parent_id text,
  name text not null,
  type text not null,
  status text not null check (status in ('unset', 'ok', 'error')),
  -- Nanoseconds since 1970.
  start_time bigint not null,
  end_time bigint,
  -- Attributes and events for search; what is given out is the message.
  content jsonb not null,
  -- As it came, in OTLP's binary form.
  message bytea not null,
  primary key (project_id, trace_id, id),
  foreign key (project_id, trace_id) references traces on delete cascade
);

-- What people, programs and models judged of a trace or a span, and what they expected.
create table assessments (
  id text primary key,
  project_id text not null,
  trace_id text not null,
  kind text not null check (kind in ('feedback', 'expectation')),
  name text not null,
  "value" jsonb,
  -- The value as its maker wrote it, when it is no plain one.
  written_value text,
  error jsonb,
  rationale text,
  metadata jsonb not null default '{}',
  source_kind text not null check (source_kind in ('human', 'model', 'code', 'unspecified')),
  source_id text not null,
  span_id text,
  overrides text,
  -- False once another one overrides it.
  is_valid boolean not null default true,
  created_time bigint not null,
  updated_time bigint not null,
  created_by text not null,
  foreign key (project_id, trace_id) references traces on delete cascade
);
create index assessments_of_trace on assessments (project_id, trace_id, created_time, id);

-- Runs that a trace belongs to besides the one it was made in.
create table trace_runs (
  project_id text not null,
  trace_id text not null,
  run_id text not null references runs on delete cascade,
  primary key (project_id, trace_id, run_id),
  foreign key (project_id, trace_id) references traces on delete cascade
);
create index trace_runs_of_run on trace_runs (run_id);

-- Versions of prompts that a trace used, by the name and number under which they were found when that was said.
create table trace_prompts (
  project_id text not null,
  trace_id text not null,
  name text not null,
  version integer not null,
  primary key (project_id, trace_id, name, version),
  foreign key (project_id, trace_id) references traces on delete cascade
);
