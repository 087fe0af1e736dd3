-- Metrics that a run logged about a model, on a dataset or on none (''): of each the newest by step and time.
create table logged_model_metrics (
  model_id text not null references logged_models on delete cascade,
  run_id text not null references runs on delete cascade,
  key text not null,
  dataset_name text not null default '',
  dataset_digest text not null default '',
  value double precision not null,
  step bigint not null,
  time bigint not null,
  primary key (model_id, key, dataset_name, dataset_digest, run_id)
);
