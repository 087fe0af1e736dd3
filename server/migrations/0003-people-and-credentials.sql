create table people (
  id text primary key,
  email text not null,
  name text not null,
  password_hash text,
  oidc_issuer text,
  oidc_subject text,
  default_project_id text,
  preferences jsonb not null default '{}',
  state text not null default 'active' check (state in ('invited', 'active', 'disabled')),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz,
  version integer not null default 1,
  deleted_at timestamptz
);
create unique index people_email on people (lower(email)) where deleted_at is null;
create unique index people_oidc on people (oidc_issuer, oidc_subject) where oidc_subject is not null;

create table groups (
  id text primary key,
  name text not null,
  -- The value of the provider's groups claim that puts people in here; null for groups kept by hand.
  oidc_group text unique,
  created_at timestamptz not null default now(),
  version integer not null default 1
);
create unique index groups_name on groups (lower(name));

create table group_members (
  group_id text not null references groups on delete cascade,
  person_id text not null references people on delete cascade,
  source text not null default 'manual' check (source in ('manual', 'oidc')),
  primary key (group_id, person_id)
);
create index group_members_of_person on group_members (person_id);

create table service_accounts (
  id text primary key,
  name text not null,
  description text not null default '',
  project_id text,
  created_by text not null,
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
create unique index service_accounts_name on service_accounts (lower(name));

-- Tokens are kept as hashes. A workload's token acts in the name of the one who started it, within its project and its life.
create table tokens (
  id text primary key,
  name text not null,
  owner_id text not null,
  hash text not null unique,
  kind text not null default 'personal' check (kind in ('personal', 'service-account', 'workload', 'start')),
  project_id text,
  actions text[],
  workload_id text,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  last_used_address text,
  revoked_at timestamptz
);
create index tokens_of_owner on tokens (owner_id, created_at desc);
create index tokens_of_workload on tokens (workload_id) where workload_id is not null;

create table sessions (
  id text primary key,
  hash text not null unique,
  person_id text not null references people,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_seen_at timestamptz not null default now(),
  address text,
  agent text,
  revoked_at timestamptz
);
create index sessions_of_person on sessions (person_id);

-- One-time sign-in links and OIDC round trips.
create table sign_in_tickets (
  hash text primary key,
  kind text not null check (kind in ('link', 'oidc')),
  person_id text,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table sign_in_attempts (
  key text not null,
  at timestamptz not null default now()
);
create index sign_in_attempts_by_key on sign_in_attempts (key, at);
