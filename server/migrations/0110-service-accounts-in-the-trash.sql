-- A deleted service account stays as a name for what it did; its name is free again.
alter table service_accounts add column deleted_at timestamptz;
drop index service_accounts_name;
create unique index service_accounts_name on service_accounts (lower(name)) where deleted_at is null;
create index service_accounts_of_project on service_accounts (project_id) where deleted_at is null;
create index tokens_in_use on tokens (owner_id, last_used_at desc) where revoked_at is null;
