-- A program without a browser asks to be signed in; a person who is signed in reads its short code and decides. Codes are kept as hashes.
create table device_sign_ins (
  device_hash text primary key,
  user_hash text not null unique,
  name text not null,
  address text not null,
  state text not null default 'pending' check (state in ('pending', 'approved', 'denied')),
  person_id text references people,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  polled_at timestamptz
);
create index device_sign_ins_by_age on device_sign_ins (expires_at);
