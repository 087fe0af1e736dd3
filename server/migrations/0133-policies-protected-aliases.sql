-- What a project protects besides the aliases that are protected everywhere. Spelled in one way: NFKC, lower case.
create table protected_aliases (
  project_id text not null references projects,
  alias text not null,
  primary key (project_id, alias)
);
