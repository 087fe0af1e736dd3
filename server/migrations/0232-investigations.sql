-- What a person was given to look into an alert: the rows, and a workspace on what the model was made from.
create table investigations (
  id text primary key,
  project_id text not null references projects,
  alert_id text not null references alerts,
  dataset_id text not null,
  snapshot_id text not null,
  -- Null when only the rows were asked for.
  workspace_id text,
  commit text,
  environment_revision_id text,
  from_at timestamptz,
  row_count integer not null,
  labelled_count integer not null,
  reference_rows integer not null,
  -- [{what, reason}]
  missing jsonb not null default '[]',
  created_by text not null,
  created_at timestamptz not null default now()
);
create index investigations_of_alert on investigations (alert_id, id desc);
create index investigations_of_project on investigations (project_id, id desc);
