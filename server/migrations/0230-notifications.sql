-- Where people and programs are told of events: an address, and which events of which project (null: of all).
create table notification_channels (
  id text primary key,
  project_id text references projects,
  name text not null,
  kind text not null check (kind in ('webhook', 'chat', 'email')),
  -- Sealed with a key outside of the database: an address of a chat is a key to it. Null for mail.
  sealed_url text,
  -- What may be shown of it.
  shown_url text,
  -- Sealed; signs what a webhook is sent.
  sealed_secret text,
  types text[] not null,
  -- Who gets mail: who has one of these roles in the project of the event, and these people.
  roles text[] not null default '{}',
  person_ids text[] not null default '{}',
  state text not null default 'active' check (state in ('active', 'paused')),
  -- Since its last success.
  failures integer not null default 0,
  failing_since timestamptz,
  last_error text,
  last_delivered_at timestamptz,
  -- Nothing is sent before; grows with the failures.
  not_before timestamptz,
  -- The process that works on it, and until when it may.
  claimed_by text,
  claimed_until timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1
);
create index notification_channels_of_project on notification_channels (project_id, id desc);

-- One message to one receiver.
create table notification_deliveries (
  id text primary key,
  sequence bigint generated always as identity,
  channel_id text not null references notification_channels on delete cascade,
  -- The same for all tries; an event that is read twice makes no second one.
  notice_key text not null,
  type text not null,
  project_id text,
  -- For mail.
  person_id text,
  address text,
  title text not null,
  body text not null,
  -- Where it is seen, under the public URL.
  path text not null,
  -- What a program is told besides; null for mail and chat.
  payload jsonb,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  status_code integer,
  error text,
  created_at timestamptz not null default now(),
  attempted_at timestamptz,
  delivered_at timestamptz
);
create unique index notification_deliveries_once on notification_deliveries (channel_id, notice_key, coalesce(person_id, ''));
create index notification_deliveries_waiting on notification_deliveries (channel_id, sequence) where state = 'waiting';
create index notification_deliveries_of_channel on notification_deliveries (channel_id, id desc);
create index notification_deliveries_old on notification_deliveries (created_at);
