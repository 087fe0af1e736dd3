-- What a browser may enter on the content origin: by a single-use ticket from the main origin, then by a host-only cookie. Bound to one object,
-- and to the session or token it came from: when that ends, so does this.
create table content_sessions (
  id text primary key,
  hash text not null unique,
  kind text not null check (kind in ('ticket', 'cookie')),
  object_ref text not null,
  person_id text not null references people,
  session_id text,
  token_id text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index content_sessions_by_age on content_sessions (expires_at);
