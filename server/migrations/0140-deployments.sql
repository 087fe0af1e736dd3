-- Models that answer: a service of the organization by name, its channels, and in each the revisions that served or tried to.
create table deployments (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  -- [{channel, weight}], weights of the plain address in whole percent, together 100.
  traffic jsonb not null default '[]',
  version integer not null default 1,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  stopped_at timestamptz,
  deleted_at timestamptz
);
-- Callers know only the name, whatever the project.
create unique index deployments_name on deployments (name) where deleted_at is null;
create index deployments_of_project on deployments (project_id, id desc);

-- Immutable but for its state: one version in one environment.
create table deployment_revisions (
  id text primary key,
  deployment_id text not null references deployments,
  channel text not null,
  number integer not null,
  version_id text not null references model_versions,
  -- SHA-256 over the files that it serves.
  digest text not null,
  environment_revision_id text not null,
  hardware_tier text,
  replicas integer not null,
  state text not null check (state in ('starting', 'serving', 'draining', 'retired', 'failed')),
  state_reason text,
  -- Why there is one: deploy, alias, rollback.
  cause text not null,
  approval_id text,
  -- What the model server says of the model: signature, input example, flavours.
  description jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  serving_from timestamptz,
  serving_until timestamptz,
  unique (deployment_id, number)
);
create index deployment_revisions_of_version on deployment_revisions (version_id);
create index deployment_revisions_live on deployment_revisions (deployment_id) where state in ('starting', 'serving', 'draining');

create table deployment_channels (
  deployment_id text not null references deployments,
  name text not null,
  -- As it was asked for; an alias is followed.
  model text not null,
  followed_model_id text,
  followed_alias text,
  replicas integer not null default 1 check (replicas between 1 and 32),
  hardware_tier text,
  serving_revision_id text references deployment_revisions,
  candidate_revision_id text references deployment_revisions,
  primary key (deployment_id, name)
);
create index deployment_channels_following on deployment_channels (followed_model_id, followed_alias) where followed_alias is not null;

-- One start of a model server; a restart is another row on the same slot.
create table deployment_replicas (
  workload_id text primary key references workloads,
  deployment_id text not null references deployments,
  revision_id text not null references deployment_revisions,
  slot integer not null,
  state text not null check (state in ('starting', 'ready', 'draining', 'ended')),
  state_reason text,
  -- The last lines that it wrote before it ended by itself.
  last_lines text,
  -- Ends by itself in a row on this slot, this one included.
  crashes integer not null default 0,
  created_at timestamptz not null default now(),
  ready_at timestamptz,
  drain_until timestamptz,
  ended_at timestamptz
);
create index deployment_replicas_live on deployment_replicas (deployment_id) where state <> 'ended';
create index deployment_replicas_of_revision on deployment_replicas (revision_id, slot, created_at desc);
