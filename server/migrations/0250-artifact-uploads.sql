-- A file that comes in numbered parts, each by a request of its own. It is none before all are there.
create table artifact_uploads (
  id text primary key,
  owner_ref text not null,
  path text not null,
  project_id text not null references projects,
  -- The blob store's own name for it.
  store_name text not null,
  part_count integer not null check (part_count between 1 and 10000),
  -- Of the secret in the addresses of its parts.
  secret_hash text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- Kept until it expires: who did not hear that it was completed asks again.
  completed_at timestamptz
);
create index artifact_uploads_by_expiry on artifact_uploads (expires_at);

-- An address at which one file may be read or put without other credentials, for minutes.
create table artifact_links (
  id text primary key,
  secret_hash text not null unique,
  action text not null check (action in ('artifact.read', 'artifact.write')),
  project_id text not null references projects,
  address text not null,
  -- Who asked for it, and with which token or session: it ends with them.
  actor jsonb not null,
  expires_at timestamptz not null
);
create index artifact_links_by_expiry on artifact_links (expires_at);
