-- What deployments answered: recent ones here, readable from every server; older ones in Parquet files among the blobs.
create table predictions (
  -- The order of arrival, which is also the order of commits: shipping takes one lock.
  sequence bigint generated always as identity primary key,
  id text not null unique,
  project_id text not null,
  deployment_id text not null,
  channel text not null,
  revision_id text not null,
  version_id text not null,
  replica_id text not null,
  consumer_id text not null,
  consumer_kind text not null,
  at timestamptz not null,
  latency_milliseconds double precision not null,
  status integer not null,
  error text,
  -- The protocol that it came by: mlflow or v2.
  form text not null,
  content_type text not null,
  request bytea not null,
  response bytea not null,
  row_count integer not null,
  -- JSON as the model server read it; text and not jsonb, so that every number stays as it was sent.
  columns_json text not null,
  rows_json text not null,
  outputs_json text not null,
  shipped_at timestamptz not null default now()
);
create index predictions_of_deployment on predictions (deployment_id, sequence);

create index predictions_of_version on predictions (version_id, sequence desc);

create table prediction_archives (
  id text primary key,
  project_id text not null,
  deployment_id text not null,
  sha256 text not null,
  size_bytes bigint not null,
  first_sequence bigint not null,
  last_sequence bigint not null,
  -- Ids sort by time within a process only, so these are bounds for finding, not an order.
  first_id text not null,
  last_id text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  prediction_count integer not null,
  created_at timestamptz not null default now()
);
create index prediction_archives_of_deployment on prediction_archives (deployment_id, last_sequence);
create index prediction_archives_by_id on prediction_archives (first_id, last_id);

-- How far each segment file is in the database; the row goes with the file.
create table prediction_segments (
  name text primary key,
  shipped_bytes bigint not null
);

-- Traffic by minute, for health and usage without reading predictions.
create table prediction_minutes (
  deployment_id text not null,
  channel text not null,
  version_id text not null,
  minute timestamptz not null,
  request_count integer not null,
  row_count integer not null,
  client_error_count integer not null,
  server_error_count integer not null,
  latency_histogram integer[] not null,
  primary key (deployment_id, minute, channel, version_id)
);
