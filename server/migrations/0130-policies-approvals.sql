-- What stands before a protected channel: one person's judgement of exactly these bytes.
create table approvals (
  id text primary key,
  project_id text not null references projects,
  subject_ref text not null,
  -- As people say it (models:/name/3); follows a renamed subject.
  subject_name text not null,
  digest text not null,
  channel text not null,
  state text not null check (state in ('pending', 'approved', 'rejected', 'withdrawn')),
  -- Who may not decide besides the one who asked: everybody who made the subject.
  author_ids text[] not null,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  comment text not null default '',
  -- What was known of the subject when it was decided.
  evidence jsonb,
  evidence_sha256 text,
  check (state not in ('approved', 'rejected') or (decided_by is not null and evidence_sha256 is not null))
);
-- At most one open question for a subject and channel, whoever asks at once.
create unique index approvals_open on approvals (subject_ref, channel) where state = 'pending';
create index approvals_of_subject on approvals (subject_ref, channel, id desc);
create index approvals_of_project on approvals (project_id, state, id desc);
