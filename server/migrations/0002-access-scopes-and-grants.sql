create table organizations (
  id text primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table folders (
  id text primary key,
  organization_id text not null references organizations,
  parent_id text references folders,
  name text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);

-- The tree of organization, folder, project and (where somebody granted on it) single object. The id is that of the thing itself.
create table scopes (
  id text primary key,
  kind text not null check (kind in ('organization', 'folder', 'project', 'object')),
  parent_id text references scopes
);

-- Every scope with itself and all above it, so that a grant is found by one join, whatever the depth.
create table scope_ancestors (
  scope_id text not null references scopes on delete cascade,
  ancestor_id text not null references scopes on delete cascade,
  primary key (scope_id, ancestor_id)
);
create index scope_ancestors_below on scope_ancestors (ancestor_id, scope_id);

create table grants (
  id text primary key,
  subject_id text not null,
  scope_id text not null references scopes on delete cascade,
  role text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  unique (subject_id, scope_id, role)
);
create index grants_of_scope on grants (scope_id);
