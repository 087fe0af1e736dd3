-- A pid is given out again: with its start time, the boot and the space of numbers that it belongs to it is one process for ever, so that servers on one
-- machine can tell which of them are gone without waiting for their silence.
alter table server_processes add column start_time text, add column boot_id text, add column pid_namespace text;
