-- Every change is an event: audit entry, outbox message, activity and live stream in one row.
create table events (
  id bigint generated always as identity primary key,
  -- Order and chain are given by the sealer after the commit; null until then.
  sequence bigint unique,
  time timestamptz not null default clock_timestamp(),
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  verb text not null,
  object_type text not null,
  object_id text not null,
  project_id text,
  request_id text not null,
  -- json, not jsonb: the exact text is what was hashed. Null after a lawful erasure; its digest stays.
  payload json,
  payload_sha256 text not null,
  previous_sha256 text,
  sha256 text
);
create index events_unsealed on events (id) where sequence is null;
create index events_of_project on events (project_id, sequence desc);
create index events_of_object on events (object_type, object_id, sequence desc);
create index events_of_actor on events (actor_id, sequence desc);
create index events_by_verb on events (verb, sequence desc);

-- Each listener's place in the sealed order.
create table event_listeners (
  name text primary key,
  sequence bigint not null default 0,
  failures integer not null default 0,
  last_error text,
  updated_at timestamptz not null default now()
);

-- Server processes that are alive; what a dead one held is free for the others.
create table server_processes (
  id text primary key,
  host text not null,
  pid integer not null,
  role text not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now()
);

create table idempotency_keys (
  actor_id text not null,
  key text not null,
  request_sha256 text not null,
  status integer not null,
  body json,
  created_at timestamptz not null default now(),
  primary key (actor_id, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- Attempts without credentials are counted, not chained.
create table refusal_counts (
  day date not null,
  reason text not null,
  count bigint not null default 0,
  primary key (day, reason)
);
