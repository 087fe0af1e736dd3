-- What the spans of a trace weigh together, so that it is bounded when spans come and never too much for one answer.
alter table traces add column size_bytes bigint not null default 0;
update traces set size_bytes = s.size from (
  select project_id, trace_id, sum(octet_length(message))::bigint as size from spans group by project_id, trace_id
) s where s.project_id = traces.project_id and s.trace_id = traces.id;
