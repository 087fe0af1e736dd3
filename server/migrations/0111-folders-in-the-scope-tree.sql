alter table folders add column version integer not null default 1;
-- One name among the folders of one parent.
create unique index folders_name on folders (coalesce(parent_id, ''), lower(name)) where deleted_at is null;
create index folders_of_parent on folders (parent_id) where deleted_at is null;
create index projects_of_folder on projects (folder_id) where folder_id is not null;
