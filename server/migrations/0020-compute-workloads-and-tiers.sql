create table compute_targets (
  id text primary key,
  name text not null unique,
  kind text not null check (kind in ('local', 'slurm', 'kubernetes')),
  settings jsonb not null default '{}',
  state text not null default 'ready' check (state in ('ready', 'unreachable', 'disabled')),
  state_reason text,
  created_at timestamptz not null default now()
);

create table hardware_tiers (
  id text primary key,
  name text not null unique,
  target_id text not null references compute_targets,
  cpu_cores double precision,
  memory_bytes bigint,
  gpus integer not null default 0,
  price_per_hour numeric(12, 6) not null default 0,
  currency text not null default 'EUR',
  is_default boolean not null default false,
  state text not null default 'enabled' check (state in ('enabled', 'disabled')),
  created_at timestamptz not null default now(),
  version integer not null default 1
);

-- Everything that runs. The row is the truth about the attempt in force; the executor is asked, never believed over a newer fence.
create table workloads (
  id text primary key,
  kind text not null,
  -- The ref of what it runs for: job:…, workspace:…, environment-revision:…
  subject text not null,
  project_id text,
  owner_id text not null,
  name text not null,
  state text not null,
  state_reason text,
  attempt integer not null default 1,
  -- Goes up with every start; a write of an older attempt is refused.
  fence bigint not null default 0,
  target_id text not null references compute_targets,
  tier_id text not null references hardware_tiers,
  tier jsonb not null,
  price_per_hour numeric(12, 6) not null,
  currency text not null,
  -- Commit, patch digest, environment revision, snapshots, parameters: what runs copy when they are logged from inside.
  context jsonb not null default '{}',
  timeout_seconds integer,
  environment_digest text,
  host text,
  keeper text,
  handle jsonb,
  isolation text,
  folder text,
  exit_code integer,
  signal text,
  usage jsonb not null default '{}',
  -- The whole log as a blob once it has ended; before that it is a file on its host.
  log_sha256 text,
  log_bytes bigint,
  cancel_requested_at timestamptz,
  cancel_requested_by text,
  queued_at timestamptz not null default now(),
  starting_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  version integer not null default 1
);
create index workloads_queue on workloads (queued_at) where state = 'queued';
create index workloads_alive on workloads (host, keeper) where state in ('starting', 'running', 'stopping');
create index workloads_of_subject on workloads (subject, queued_at desc);
create index workloads_of_project on workloads (project_id, queued_at desc);
