alter table environment_revisions add column manifest_sha256 text;

-- Something that was made, made again in a clean place, and what came of comparing the two.
create table reproductions (
  id text primary key,
  project_id text not null references projects,
  -- What was asked about: job, version or prediction.
  subject_ref text not null,
  -- Null: no job is known behind it, so it is impossible.
  job_id text,
  new_job_id text,
  scoring_workload_id text,
  state text not null check (state in ('rebuilding', 'comparing', 'scoring', 'finished')),
  verdict text check (verdict in ('verified', 'tolerated', 'diverged', 'impossible')),
  cause text,
  cause_detail text,
  compared jsonb not null default '{}',
  differences jsonb not null default '[]',
  created_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'finished') = (verdict is not null))
);
create index reproductions_of_subject on reproductions (subject_ref, id desc);
create index reproductions_of_project on reproductions (project_id, id desc);
create index reproductions_by_new_job on reproductions (new_job_id) where new_job_id is not null;
