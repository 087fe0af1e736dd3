create table registered_models (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  description text not null default '',
  -- What it is for and what not, in words: part of the card.
  intended_use text not null default '',
  tags jsonb not null default '{}',
  owner_id text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  deleted_at timestamptz
);
create unique index registered_models_name on registered_models (project_id, name) where deleted_at is null;

-- Immutable but for words about it (description, tags, stage). Its files are artifacts of its own, so they stay whatever becomes of the run.
create table model_versions (
  id text primary key,
  model_id text not null references registered_models,
  project_id text not null,
  -- Never given twice, also not after a deletion.
  number integer not null,
  state text not null check (state in ('ready', 'deleted')),
  stage text not null default 'none' check (stage in ('none', 'staging', 'production', 'archived')),
  digest text not null,
  size_bytes bigint not null,
  file_count integer not null,
  flavors jsonb not null default '{}',
  signature jsonb,
  source_kind text not null check (source_kind in ('run', 'logged-model', 'version')),
  source_run_id text,
  source_model_id text,
  source_version_id text,
  source_path text not null default '',
  description text not null default '',
  tags jsonb not null default '{}',
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (model_id, number)
);
create index model_versions_of_run on model_versions (source_run_id);
create index model_versions_of_project on model_versions (project_id, id desc);

create table model_aliases (
  model_id text not null references registered_models,
  alias text not null,
  version_id text not null references model_versions,
  set_by text not null,
  set_at timestamptz not null default now(),
  primary key (model_id, alias)
);
create index model_aliases_of_version on model_aliases (version_id);

-- What each name pointed at, ever.
create table model_alias_changes (
  id bigint generated always as identity primary key,
  model_id text not null references registered_models,
  alias text not null,
  from_version_id text,
  to_version_id text,
  approval_id text,
  changed_by text not null,
  changed_at timestamptz not null default now()
);
create index model_alias_changes_of_model on model_alias_changes (model_id, id desc);

-- Who took the files of a version, and how: counted, not one row a time.
create table version_loads (
  version_id text not null references model_versions,
  loaded_by text not null,
  way text not null check (way in ('client', 'package')),
  load_count bigint not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (version_id, loaded_by, way)
);
