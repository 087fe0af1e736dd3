-- Metrics kept for their two reads. Search and tables read the newest value of a run, so it carries the experiment and is found by value in it.
alter table latest_metrics add column experiment_id text;
update latest_metrics m set experiment_id = runs.experiment_id from runs where runs.id = m.run_id;
alter table latest_metrics alter column experiment_id set not null;
drop index latest_metrics_by_value;
create index latest_metrics_by_value on latest_metrics (experiment_id, key, value, run_id);

-- Charts and histories read batches: all steps, all times, all values, each as float8send writes it. Small batches are merged as they come; large
-- ones carry a skeleton, a thinned course, for charts of many points.
alter table metric_batches
  add column count integer,
  add column min_step bigint,
  add column max_step bigint,
  add column points bytea,
  add column skeleton bytea;
update metric_batches set
  count = cardinality(steps),
  min_step = (select min(s) from unnest(steps) s),
  max_step = (select max(s) from unnest(steps) s),
  points = (select string_agg(float8send(s), '' order by o) from unnest(steps) with ordinality u(s, o))
    || (select string_agg(float8send(t), '' order by o) from unnest(times) with ordinality u(t, o))
    || (select string_agg(float8send(v), '' order by o) from unnest("values") with ordinality u(v, o));
delete from metric_batches where points is null;
alter table metric_batches
  drop column steps, drop column times, drop column "values",
  alter column count set not null, alter column min_step set not null, alter column max_step set not null, alter column points set not null;

-- How many batches of a size wait to be merged.
alter table latest_metrics add column small_batches integer not null default 0, add column medium_batches integer not null default 0;
update latest_metrics m set small_batches = b.small, medium_batches = b.medium
  from (select run_id, key, count(*) filter (where count < 512) as small, count(*) filter (where count between 512 and 8191) as medium
    from metric_batches group by run_id, key) b
  where b.run_id = m.run_id and b.key = m.key;

-- Names of metrics and parameters of an experiment, for column pickers, whatever the number of runs.
create table run_keys (
  experiment_id text not null references experiments,
  kind text not null check (kind in ('metric', 'param')),
  key text not null,
  primary key (experiment_id, kind, key)
);
insert into run_keys select distinct experiment_id, 'metric', key from latest_metrics;
insert into run_keys select distinct runs.experiment_id, 'param', p.key from run_params p join runs on runs.id = p.run_id;
