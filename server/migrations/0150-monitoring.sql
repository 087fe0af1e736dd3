-- A monitor watches one channel of a deployment.
create table monitors (
  id text primary key,
  project_id text not null references projects,
  deployment_id text not null,
  deployment_name text not null,
  channel text not null,
  -- The version whose reference is in force; null before the first is known.
  version_id text,
  state text not null check (state in ('learning', 'watching', 'stopped')),
  -- Why it cannot watch, in words.
  state_reason text,
  -- How many days may pass for each false alarm that is allowed.
  false_alarm_days integer not null default 600 check (false_alarm_days >= 30),
  -- What a person put in place of the run's own snapshot: {snapshotId} or {runId, path}.
  chosen_reference jsonb,
  reference_kind text check (reference_kind in ('snapshot', 'chosen', 'predictions')),
  reference_source jsonb,
  reference_rows integer not null default 0,
  -- Gzipped JSON: the values of each signal, at most some thousand. The revision tells caches that it changed.
  reference bytea,
  reference_revision integer not null default 0,
  -- The sequential tests, exactly as they stood after the last row that was seen: gzipped JSON, and a count that tells caches.
  progress bytea,
  evaluations bigint not null default 0,
  -- The sequence of the last prediction that was seen.
  cursor bigint,
  -- Labels have come that were not looked at.
  label_news boolean not null default false,
  row_count bigint not null default 0,
  last_row_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (deployment_id, channel)
);
create index monitors_of_project on monitors (project_id, id desc);

-- What a monitor saw in a stretch of rows, for charts: measures, never rows.
create table monitor_windows (
  monitor_id text not null references monitors on delete cascade,
  number integer not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  row_count integer not null,
  signals jsonb not null,
  primary key (monitor_id, number)
);

create table alerts (
  id text primary key,
  project_id text not null references projects,
  monitor_id text not null references monitors,
  deployment_id text not null,
  deployment_name text not null,
  channel text not null,
  version_id text,
  kind text not null check (kind in ('drift', 'prediction-drift', 'quality', 'errors', 'latency')),
  -- The feature or output it is about; null for the service itself.
  feature text,
  state text not null check (state in ('pending', 'firing', 'recovering', 'resolved')),
  verdict text not null,
  message text not null,
  effect double precision not null,
  effect_name text not null,
  statistic double precision not null,
  threshold double precision not null,
  measures jsonb not null default '{}',
  start_estimate timestamptz,
  prediction_ids jsonb not null default '[]',
  pending_at timestamptz,
  fired_at timestamptz,
  recovering_at timestamptz,
  resolved_at timestamptz,
  resolution text,
  acknowledged_by text,
  acknowledged_at timestamptz,
  acknowledgement text,
  investigated_by text,
  investigated_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- One open alert a monitor and cause.
create unique index alerts_open on alerts (monitor_id, kind, coalesce(feature, '')) where state <> 'resolved';
create index alerts_of_project on alerts (project_id, id desc);
create index alerts_of_deployment on alerts (deployment_id, id desc);

-- What turned out to be true, beside what was said. A correction keeps its place in the order of arrival.
create table ground_truths (
  sequence bigint generated always as identity primary key,
  project_id text not null,
  deployment_id text not null,
  channel text not null,
  version_id text not null,
  prediction_id text not null,
  row_number integer not null,
  predicted_at timestamptz not null,
  -- JSON text as it came, so that every number stays as it was sent.
  output text not null,
  value text not null,
  observed_at timestamptz not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  corrections integer not null default 0,
  unique (prediction_id, row_number)
);
create index ground_truths_of_channel on ground_truths (deployment_id, channel, sequence);
create index ground_truths_by_time on ground_truths (deployment_id, channel, predicted_at);
