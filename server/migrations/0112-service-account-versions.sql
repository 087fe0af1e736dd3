alter table service_accounts add column version integer not null default 1;
