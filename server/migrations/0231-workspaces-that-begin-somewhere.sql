-- A workspace that was made for a purpose begins on a commit with a patch, has snapshots at hand, and opens a file.
alter table workspaces add column commit text;
alter table workspaces add column patch_sha256 text;
-- [{name, snapshotId, datasetId}], laid out read-only at each start.
alter table workspaces add column inputs jsonb not null default '[]';
-- `<name of an input>/<path>`: copied into the code folder at the first start, and opened.
alter table workspaces add column begin_with text;
