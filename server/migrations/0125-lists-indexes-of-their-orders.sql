-- The orders in which lists are read unless asked otherwise: a page is entered in the middle of them.
create index jobs_by_time on jobs (created_at desc, id desc);
create index jobs_of_project_by_time on jobs (project_id, created_at desc, id desc);
create index workloads_by_time on workloads (queued_at desc, id desc);
create index workspaces_by_time on workspaces (created_at desc, id desc);
