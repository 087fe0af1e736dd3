create table datasets (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  description text not null default '',
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index datasets_name on datasets (project_id, lower(name)) where deleted_at is null;

-- Immutable. The digest covers paths and contents; the files are rows here and bytes in the blob store.
create table snapshots (
  id text primary key,
  dataset_id text not null references datasets,
  project_id text not null,
  number integer not null,
  digest text not null,
  file_count integer not null,
  size_bytes bigint not null,
  message text not null default '',
  profile jsonb not null default '{"state": "pending"}',
  created_by text not null,
  created_at timestamptz not null default now(),
  unique (dataset_id, number)
);
create index snapshots_of_project on snapshots (project_id);

create table snapshot_files (
  snapshot_id text not null references snapshots,
  path text not null,
  sha256 text not null,
  size_bytes bigint not null,
  primary key (snapshot_id, path)
);

-- What a project uploaded itself: knowing a hash must not be enough to read another project's bytes.
create table project_blobs (
  project_id text not null references projects,
  sha256 text not null,
  size_bytes bigint not null,
  created_at timestamptz not null default now(),
  primary key (project_id, sha256)
);
