import { type Expression, type SqlBool, sql } from 'kysely';
import {
  type Context,
  compare,
  defineList,
  fields,
  type ListQuery,
  type Page,
  readKeyset,
  readPage,
  type SortKey,
} from '../platform/index.ts';
import type { DatasetInput, Experiment, KeyValue, LoggedModel, Metric, RunRow } from './tracking.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    experiments: Omit<Experiment, 'tags'> & { tags: Generated<string>; createdBy: string };
    runs: Omit<RunRow, 'snapshots'> & { snapshots: string; createdBy: string; createdAt: Generated<string> };
    runParams: { runId: string; key: string; value: string };
    runTags: { runId: string; key: string; value: string };
    metricBatches: { id: Generated<number>; runId: string; key: string; steps: number[]; times: number[]; values: number[] };
    latestMetrics: { runId: string; key: string; value: number; step: number; time: number; count: Generated<number> };
    runDatasets: {
      id: Generated<number>;
      runId: string;
      name: string;
      digest: string;
      sourceType: string;
      source: string;
      schema: string | null;
      profile: string | null;
      tags: Generated<string>;
    };
    loggedModels: Omit<LoggedModel, 'params' | 'tags'> & {
      params: Generated<string>;
      tags: Generated<string>;
      lifecycle: Generated<string>;
      createdBy: string;
    };
    runOutputs: { runId: string; modelId: string; step: Generated<number> };
  }
}

const experimentColumns = ['id', 'projectId', 'name', 'isDefault', 'lifecycle', 'tags', 'createdTime', 'updatedTime'] as const;
const runColumns = [
  'runs.id',
  'runs.experimentId',
  'runs.projectId',
  'runs.name',
  'runs.status',
  'runs.startTime',
  'runs.endTime',
  'runs.lifecycle',
  'runs.userId',
  'runs.notes',
  'runs.origin',
  'runs.workloadId',
  'runs.jobId',
  'runs.commit',
  'runs.patchSha256',
  'runs.environmentRevisionId',
  'runs.environmentDigest',
  'runs.snapshots',
] as const;
const modelColumns = [
  'id',
  'experimentId',
  'projectId',
  'name',
  'status',
  'modelType',
  'sourceRunId',
  'params',
  'tags',
  'createdTime',
  'updatedTime',
] as const;

const as = <T>(row: unknown): T => row as T;

export async function findExperiment(ctx: Context, id: string): Promise<Experiment | null> {
  return as((await ctx.db.selectFrom('experiments').select(experimentColumns).where('id', '=', id).executeTakeFirst()) ?? null);
}

export async function findExperimentByName(ctx: Context, projectId: string, name: string): Promise<Experiment | null> {
  return as(
    (await ctx.db
      .selectFrom('experiments')
      .select(experimentColumns)
      .where('projectId', '=', projectId)
      .where('name', '=', name)
      .executeTakeFirst()) ?? null,
  );
}

export async function findDefaultExperiment(ctx: Context, projectId: string): Promise<Experiment | null> {
  return as(
    (await ctx.db
      .selectFrom('experiments')
      .select(experimentColumns)
      .where('projectId', '=', projectId)
      .where('isDefault', '=', true)
      .executeTakeFirst()) ?? null,
  );
}

export async function insertExperiment(
  tx: Context,
  row: { id: string; projectId: string; name: string; isDefault: boolean; tags: Record<string, string>; now: number },
): Promise<void> {
  const { now, tags, ...rest } = row;
  await tx.db
    .insertInto('experiments')
    .values({
      ...rest,
      tags: JSON.stringify(tags),
      lifecycle: 'active',
      createdTime: now,
      updatedTime: now,
      createdBy: tx.actor.id,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function updateExperiment(
  tx: Context,
  id: string,
  change: Partial<{ name: string; lifecycle: 'active' | 'deleted'; tags: Record<string, string> }>,
): Promise<void> {
  const { tags, ...rest } = change;
  await tx.db
    .updateTable('experiments')
    .set({ ...rest, ...(tags ? { tags: JSON.stringify(tags) } : {}), updatedTime: Date.now() })
    .where('id', '=', id)
    .execute();
}

const runCount = sql<number>`(select count(*) from runs where runs.experiment_id = experiments.id and runs.lifecycle = 'active')`;

const selectExperiments = (ctx: Context, projectId: string) =>
  ctx.db.selectFrom('experiments').select(experimentColumns).select(runCount.as('runCount')).where('projectId', '=', projectId);

export const experimentList = defineList({
  name: 'experiments',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('experiments.id'),
    name: fields.text('experiments.name'),
    lifecycle: fields.text('experiments.lifecycle'),
    runCount: fields.integer(runCount),
    createdAt: fields.time(sql`to_timestamp(experiments.created_time / 1000.0)`),
    updatedAt: fields.time(sql`to_timestamp(experiments.updated_time / 1000.0)`),
  },
  keyed: [
    {
      words: ['tag', 'tags'],
      compare: (term) => compare(sql`experiments.tags->>${term.key}::text`, 'text', term, 'query/filter'),
    },
  ],
});

export type CountedExperiment = Experiment & { runCount: number };

export async function listExperiments(ctx: Context, projectId: string, query: ListQuery): Promise<Page<CountedExperiment>> {
  return as(await readPage(experimentList, selectExperiments(ctx, projectId), query));
}

/** A page that somebody else has filtered and ordered. */
interface Reading {
  where: Expression<SqlBool>[];
  keys: SortKey[];
  order: string;
  limit: number;
  cursor?: string | undefined;
  pointer: string;
}

export async function experimentsWhere(ctx: Context, projectId: string, reading: Reading): Promise<Page<CountedExperiment>> {
  let query = selectExperiments(ctx, projectId);
  for (const where of reading.where) query = query.where(where);
  return as(await readKeyset(query, reading));
}

export async function findRun(ctx: Context, id: string): Promise<RunRow | null> {
  return as((await ctx.db.selectFrom('runs').select(runColumns).where('id', '=', id).executeTakeFirst()) ?? null);
}

/** Waits for writers of the same run, so that two batches never cross. */
export async function lockRun(tx: Context, id: string): Promise<RunRow | null> {
  return as((await tx.db.selectFrom('runs').select(runColumns).where('id', '=', id).forUpdate().executeTakeFirst()) ?? null);
}

export async function insertRun(tx: Context, run: RunRow): Promise<void> {
  await tx.db
    .insertInto('runs')
    .values({ ...run, snapshots: JSON.stringify(run.snapshots), createdBy: tx.actor.id })
    .execute();
}

export async function updateRun(
  tx: Context,
  id: string,
  change: Partial<Pick<RunRow, 'name' | 'status' | 'endTime' | 'lifecycle' | 'notes'>>,
): Promise<void> {
  await tx.db.updateTable('runs').set(change).where('id', '=', id).execute();
}

/** Values of one key beside each run, to order by. */
export interface OrderJoin {
  alias: string;
  table: 'latestMetrics' | 'runParams' | 'runTags';
  key: string;
}

export async function runsWhere(ctx: Context, reading: Reading & { joins: OrderJoin[] }): Promise<Page<RunRow>> {
  let query = ctx.db.selectFrom('runs').select(runColumns);
  for (const { alias, table, key } of reading.joins) {
    const ofRun = sql<SqlBool>`${sql.ref(`${alias}.runId`)} = runs.id and ${sql.ref(`${alias}.key`)} = ${key}`;
    query = query.leftJoin(`${table} as ${alias}` as 'runTags as order', (join) => join.on(ofRun)) as unknown as typeof query;
  }
  for (const where of reading.where) query = query.where(where);
  return as(await readKeyset(query, reading));
}

export interface RunData {
  params: KeyValue[];
  tags: KeyValue[];
  metrics: (Metric & { count: number })[];
  datasets: DatasetInput[];
  models: { id: string; name: string; status: string; step: number }[];
}

/** Everything logged to some runs, or of metrics and parameters only the keys asked for, in five queries whatever their number. */
export async function dataOf(
  ctx: Context,
  runIds: readonly string[],
  keys?: { metrics: string[]; params: string[] },
): Promise<Map<string, RunData>> {
  const result = new Map<string, RunData>(
    runIds.map((id) => [id, { params: [], tags: [], metrics: [], datasets: [], models: [] }]),
  );
  if (runIds.length === 0) return result;
  const ids = [...runIds];
  const [params, tags, metrics, datasets, models] = await Promise.all([
    ctx.db
      .selectFrom('runParams')
      .selectAll()
      .where('runId', 'in', ids)
      .$if(keys !== undefined, (query) => query.where(sql<SqlBool>`key = any(${keys?.params ?? []}::text[])`))
      .orderBy('key')
      .execute(),
    ctx.db.selectFrom('runTags').selectAll().where('runId', 'in', ids).orderBy('key').execute(),
    ctx.db
      .selectFrom('latestMetrics')
      .selectAll()
      .where('runId', 'in', ids)
      .$if(keys !== undefined, (query) => query.where(sql<SqlBool>`key = any(${keys?.metrics ?? []}::text[])`))
      .orderBy('key')
      .execute(),
    ctx.db.selectFrom('runDatasets').selectAll().where('runId', 'in', ids).orderBy('id').execute(),
    ctx.db
      .selectFrom('runOutputs')
      .innerJoin('loggedModels', 'loggedModels.id', 'runOutputs.modelId')
      .select(['runOutputs.runId', 'loggedModels.id', 'loggedModels.name', 'loggedModels.status', 'runOutputs.step'])
      .where('runOutputs.runId', 'in', ids)
      .orderBy('loggedModels.createdTime')
      .orderBy('loggedModels.id')
      .execute(),
  ]);
  for (const { runId, key, value } of params) result.get(runId)!.params.push({ key, value });
  for (const { runId, key, value } of tags) result.get(runId)!.tags.push({ key, value });
  for (const { runId, ...metric } of metrics) result.get(runId)!.metrics.push(metric);
  for (const { runId, id: _id, ...dataset } of datasets) result.get(runId)!.datasets.push(as(dataset));
  for (const { runId, ...model } of models) result.get(runId)!.models.push(model);
  return result;
}

export async function paramsOf(tx: Context, runId: string, keys: string[]): Promise<Map<string, string>> {
  const rows = await tx.db
    .selectFrom('runParams')
    .select(['key', 'value'])
    .where('runId', '=', runId)
    .where('key', 'in', keys)
    .execute();
  return new Map(rows.map((row) => [row.key, row.value]));
}

export async function insertParams(tx: Context, runId: string, params: KeyValue[]): Promise<void> {
  await tx.db
    .insertInto('runParams')
    .values(params.map((param) => ({ runId, ...param })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Of several values for one key the last one counts. */
export async function upsertTags(tx: Context, runId: string, tags: KeyValue[]): Promise<void> {
  const last = new Map(tags.map(({ key, value }) => [key, value]));
  await sql`insert into run_tags (run_id, key, value)
    select ${runId}, * from unnest(${[...last.keys()]}::text[], ${[...last.values()]}::text[])
    on conflict (run_id, key) do update set value = excluded.value`.execute(tx.db);
}

export async function deleteTag(tx: Context, runId: string, key: string): Promise<boolean> {
  const result = await tx.db.deleteFrom('runTags').where('runId', '=', runId).where('key', '=', key).executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

const arrayOf = (values: readonly number[]): string =>
  `{${values.map((value) => (Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity')).join(',')}}`;

/** One row for each key of the call, and the latest value beside it, in two statements. Keys come sorted, so that writers lock in one order. */
export async function insertMetrics(tx: Context, runId: string, byKey: Map<string, Metric[]>): Promise<void> {
  const keys = [...byKey.keys()].sort();
  const groups = keys.map((key) => byKey.get(key)!);
  await sql`insert into metric_batches (run_id, key, steps, times, "values")
    select ${runId}, k, s::bigint[], t::bigint[], v::float8[] from unnest(
      ${keys}::text[], ${groups.map((group) => arrayOf(group.map((metric) => metric.step)))}::text[],
      ${groups.map((group) => arrayOf(group.map((metric) => metric.time)))}::text[], ${groups.map((group) => arrayOf(group.map((metric) => metric.value)))}::text[]) as b(k, s, t, v)`.execute(
    tx.db,
  );
  const latest = groups.map((group) => group.reduce((best, metric) => (isLater(metric, best) ? metric : best)));
  await sql`insert into latest_metrics (run_id, key, value, step, time, count)
    select ${runId}, k, v, s, t, c from unnest(${keys}::text[], ${arrayOf(latest.map((metric) => metric.value))}::float8[], ${latest.map((metric) => metric.step)}::bigint[],
      ${latest.map((metric) => metric.time)}::bigint[], ${groups.map((group) => group.length)}::bigint[]) as b(k, v, s, t, c)
    on conflict (run_id, key) do update set
      value = case when (excluded.step, excluded.time, excluded.value) >= (latest_metrics.step, latest_metrics.time, latest_metrics.value) then excluded.value else latest_metrics.value end,
      step = case when (excluded.step, excluded.time, excluded.value) >= (latest_metrics.step, latest_metrics.time, latest_metrics.value) then excluded.step else latest_metrics.step end,
      time = case when (excluded.step, excluded.time, excluded.value) >= (latest_metrics.step, latest_metrics.time, latest_metrics.value) then excluded.time else latest_metrics.time end,
      count = latest_metrics.count + excluded.count`.execute(tx.db);
}

const isLater = (a: Metric, b: Metric): boolean =>
  a.step !== b.step ? a.step > b.step : a.time !== b.time ? a.time > b.time : a.value >= b.value || Number.isNaN(a.value);

/** Every point of one metric in the order of step and time; exact duplicates are one. */
export async function historyOf(ctx: Context, runId: string, key: string, limit: number, offset: number): Promise<Metric[]> {
  const { rows } = await sql<Metric>`
    select distinct on (step, time, value) ${key} as key, step, time, value from (
      select unnest(steps) as step, unnest(times) as time, unnest("values") as value from metric_batches where run_id = ${runId} and key = ${key}) points
    order by step, time, value limit ${limit} offset ${offset}`.execute(ctx.db);
  return rows.map((row) => ({ ...row, step: Number(row.step), time: Number(row.time) }));
}

/** The same of several runs of one project in one query; runs elsewhere, or without the metric, are left out. */
export async function historiesOf(
  ctx: Context,
  projectId: string,
  runIds: string[],
  key: string,
): Promise<Map<string, Metric[]>> {
  const { rows } = await sql<Metric & { runId: string }>`
    select distinct on (run_id, step, time, value) run_id, ${key} as key, step, time, value from (
      select b.run_id, unnest(steps) as step, unnest(times) as time, unnest("values") as value from metric_batches b
        join runs on runs.id = b.run_id where b.run_id = any(${runIds}::text[]) and runs.project_id = ${projectId} and b.key = ${key}) points
    order by run_id, step, time, value limit 5000000`.execute(ctx.db);
  const series = new Map<string, Metric[]>();
  for (const { runId, ...row } of rows) {
    const metric = { ...row, step: Number(row.step), time: Number(row.time) };
    const points = series.get(runId);
    if (points) points.push(metric);
    else series.set(runId, [metric]);
  }
  return series;
}

export async function keysOf(
  ctx: Context,
  projectId: string,
  kind: 'metrics' | 'params',
  search: string,
  limit: number,
): Promise<string[]> {
  const table = kind === 'metrics' ? sql`latest_metrics` : sql`run_params`;
  const { rows } = await sql<{ key: string }>`select distinct t.key from ${table} t join runs on runs.id = t.run_id
    where runs.project_id = ${projectId} and t.key ilike ${`%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`} order by t.key limit ${limit}`.execute(
    ctx.db,
  );
  return rows.map((row) => row.key);
}

export async function insertDatasetInput(tx: Context, runId: string, input: DatasetInput): Promise<void> {
  await tx.db
    .insertInto('runDatasets')
    .values({ runId, ...input, tags: JSON.stringify(input.tags) })
    .onConflict((conflict) => conflict.columns(['runId', 'name', 'digest']).doUpdateSet({ tags: JSON.stringify(input.tags) }))
    .execute();
}

export async function insertModel(tx: Context, model: LoggedModel): Promise<void> {
  await tx.db
    .insertInto('loggedModels')
    .values({ ...model, params: JSON.stringify(model.params), tags: JSON.stringify(model.tags), createdBy: tx.actor.id })
    .execute();
}

export async function findModel(ctx: Context, id: string): Promise<LoggedModel | null> {
  return as(
    (await ctx.db
      .selectFrom('loggedModels')
      .select(modelColumns)
      .where('id', '=', id)
      .where('lifecycle', '=', 'active')
      .executeTakeFirst()) ?? null,
  );
}

export async function updateModel(
  tx: Context,
  id: string,
  change: Partial<Pick<LoggedModel, 'status' | 'params' | 'tags'> & { lifecycle: string }>,
): Promise<void> {
  const { params, tags, ...rest } = change;
  await tx.db
    .updateTable('loggedModels')
    .set({
      ...rest,
      ...(params ? { params: JSON.stringify(params) } : {}),
      ...(tags ? { tags: JSON.stringify(tags) } : {}),
      updatedTime: Date.now(),
    })
    .where('id', '=', id)
    .execute();
}

export async function modelsWhere(
  ctx: Context,
  where: Expression<SqlBool>[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<LoggedModel>> {
  let query = ctx.db.selectFrom('loggedModels').select(modelColumns).where('lifecycle', '=', 'active');
  for (const one of where) query = query.where(one);
  const keys = [
    { ...fields.integer('loggedModels.createdTime'), descending: true },
    { ...fields.text('loggedModels.id'), descending: false },
  ];
  return as(await readKeyset(query, { order: 'logged-models', keys, limit, cursor, pointer: 'page_token' }));
}

export async function insertOutputs(tx: Context, runId: string, models: { modelId: string; step: number }[]): Promise<void> {
  if (models.length === 0) return;
  await tx.db
    .insertInto('runOutputs')
    .values(models.map((model) => ({ runId, ...model })))
    .onConflict((conflict) => conflict.columns(['runId', 'modelId']).doNothing())
    .execute();
}

/** Runs that a job logged, in the order in which they began. */
export async function runsOfJob(ctx: Context, jobId: string): Promise<RunRow[]> {
  return as(await ctx.db.selectFrom('runs').select(runColumns).where('jobId', '=', jobId).orderBy('id').execute());
}

/** Who made a run and a logged model. */
export async function makersOf(ctx: Context, ids: { runId: string | null; modelId: string | null }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select created_by as id from runs where id = ${ids.runId}
    union select created_by from logged_models where id = ${ids.modelId}`.execute(ctx.db);
  return rows.map((row) => row.id);
}

/** The newest logged model of that name that a run made. */
export async function findModelOfRun(ctx: Context, runId: string, name: string): Promise<LoggedModel | null> {
  const found = await modelsWhere(ctx, [sql<SqlBool>`source_run_id = ${runId} and name = ${name}`], { limit: 1 });
  return found.items[0] ?? null;
}
