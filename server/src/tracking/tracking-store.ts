import { type Expression, type SqlBool, sql } from 'kysely';
import {
  type Context,
  compare,
  cursorAfter,
  defineList,
  fields,
  keyValues,
  type ListQuery,
  orderOf,
  type Page,
  readCursor,
  readKeyset,
  readPage,
  rowsAfter,
  type SortKey,
} from '../platform/index.ts';
import type { DatasetInput, Experiment, KeyValue, Metric, RunRow } from './tracking.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    experiments: Omit<Experiment, 'tags'> & { tags: Generated<string>; createdBy: string };
    runs: Omit<RunRow, 'snapshots'> & { snapshots: string; createdBy: string; createdAt: Generated<string> };
    runParams: { runId: string; key: string; value: string };
    runTags: { runId: string; key: string; value: string };
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

export interface RunReading extends Reading {
  in: { experimentIds: readonly string[] } | { projectId: string };
  joins: OrderJoin[];
  /** The first key is the value of this one of the joins, a metric. */
  byMetric: OrderJoin | null;
}

/**
 * A page of runs. One that is ordered by a metric comes in two parts, so that the index on values is walked and nothing is sorted: first the
 * runs with a number there, then those without.
 */
export async function runsWhere(ctx: Context, reading: RunReading): Promise<Page<RunRow>> {
  const after = readCursor(reading.order, reading.keys, reading.cursor, reading.pointer);
  const [key, ...others] = reading.keys;
  const { limit, byMetric: join } = reading;
  if (!join || !key) return pageOfRuns(reading, await readRuns(ctx, { ...reading, after, most: limit + 1 }));
  const otherJoins = reading.joins.filter((one) => one !== join);
  const isBehind = after !== null && after[0] === null;
  const keysOfNumbered = [{ ...key, column: sql.ref(`${join.alias}.value`), nullable: false }, ...others];
  const numbered = isBehind
    ? []
    : await readRuns(ctx, { ...reading, keys: keysOfNumbered, joins: otherJoins, numbered: join, after, most: limit + 1 });
  if (numbered.length > limit) return pageOfRuns(reading, numbered);
  const without = await readRuns(ctx, {
    ...reading,
    keys: [{ ...key, column: sql`null::float8` }, ...others],
    joins: otherJoins,
    where: [...reading.where, hasNoNumber(join.key)],
    after: isBehind ? after : null,
    most: limit + 1 - numbered.length,
  });
  return pageOfRuns(reading, [...numbered, ...without]);
}

const hasNoNumber = (key: string) =>
  sql<SqlBool>`not exists (select 1 from latest_metrics n where n.run_id = runs.id and n.key = ${key} and n.value < 'NaN'::float8)`;

type KeyedRun = RunRow & { keyValues: (string | null)[] };

function pageOfRuns({ order, limit }: RunReading, rows: KeyedRun[]): Page<RunRow> {
  const last = rows[limit - 1];
  return {
    items: rows.slice(0, limit).map(({ keyValues: _keys, ...row }) => row),
    nextCursor: rows.length > limit && last ? cursorAfter(order, last.keyValues) : null,
  };
}

/** In each experiment by itself, then the first of all: an index gives the rows of one experiment in order, not those of several. */
async function readRuns(
  ctx: Context,
  {
    in: scope,
    joins,
    where,
    keys,
    after,
    most,
    numbered,
  }: RunReading & { after: (string | null)[] | null; most: number; numbered?: OrderJoin },
): Promise<KeyedRun[]> {
  const inProject = 'projectId' in scope && !numbered;
  const source =
    'projectId' in scope
      ? sql`(select id from experiments where project_id = ${scope.projectId})`
      : scope.experimentIds.length === 1
        ? sql`(select ${scope.experimentIds[0]}::text as id)`
        : sql`(select unnest(${[...scope.experimentIds]}::text[]) as id)`;
  const within = inProject ? sql<SqlBool>`runs.project_id = ${scope.projectId}` : sql<SqlBool>`runs.experiment_id = e.id`;
  const all = [within, ...where, ...(after ? [rowsAfter(keys, after)] : [])];
  const selected = sql`
    select ${sql.join(runColumns.map((column) => sql.ref(column)))}, ${keyValues(keys)} as key_values,
      ${sql.join(keys.map(({ column }, index) => sql`${column} as ${sql.ref(`sort${index}`)}`))}
    from runs ${sql.join(
      [
        ...(numbered
          ? [
              sql`join latest_metrics ${sql.ref(numbered.alias)} on ${sql.ref(`${numbered.alias}.runId`)} = runs.id
                and ${sql.ref(`${numbered.alias}.experimentId`)} = e.id and ${sql.ref(`${numbered.alias}.key`)} = ${numbered.key}
                and ${sql.ref(`${numbered.alias}.value`)} < 'NaN'::float8`,
            ]
          : []),
        ...joins.map(
          ({ alias, table, key }) =>
            sql`left join ${sql.table(table)} ${sql.ref(alias)} on ${sql.ref(`${alias}.runId`)} = runs.id and ${sql.ref(`${alias}.key`)} = ${key}`,
        ),
      ],
      sql` `,
    )}
    where ${sql.join(all, sql` and `)} order by ${sql.join(orderOf(keys))} limit ${most}`;
  const order = orderOf(keys.map((key, index) => ({ ...key, column: sql.ref(`r.sort${index}`) })));
  const query = inProject
    ? selected
    : sql`select r.* from ${source} e cross join lateral (${selected}) r order by ${sql.join(order)} limit ${most}`;
  const { rows } = await sql<Record<string, unknown>>`${query}`.execute(ctx.db);
  return rows.map((row) => as<KeyedRun>(Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('sort')))));
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
  // One parameter whatever their number: a list of its own text for every length would be planned anew each time.
  const ofRuns = sql<SqlBool>`run_id = any(${[...runIds]}::text[])`;
  const wanted = (of: string[] | undefined) => (of ? sql`and key = any(${of}::text[])` : sql``);
  // A row for a run: thousands of runs have tens of thousands of values.
  const pairs = (table: 'runParams' | 'runTags', of?: string[]) =>
    sql<{ runId: string; pairs: [string, string][] }>`select run_id, json_agg(json_build_array(key, value) order by key) as pairs
      from ${sql.table(table)} where ${ofRuns} ${wanted(of)} group by run_id`.execute(ctx.db);
  const [params, tags, metrics, datasets, models] = await Promise.all([
    pairs('runParams', keys?.params),
    pairs('runTags'),
    sql<{ runId: string; metrics: [string, number | string, number, number, number][] }>`
      select run_id, json_agg(json_build_array(key, value, step, time, count) order by key) as metrics
      from latest_metrics where ${ofRuns} ${wanted(keys?.metrics)} group by run_id`.execute(ctx.db),
    ctx.db.selectFrom('runDatasets').selectAll().where(ofRuns).orderBy('id').execute(),
    ctx.db
      .selectFrom('runOutputs')
      .innerJoin('loggedModels', 'loggedModels.id', 'runOutputs.modelId')
      .select(['runOutputs.runId', 'loggedModels.id', 'loggedModels.name', 'loggedModels.status', 'runOutputs.step'])
      .where(ofRuns)
      .orderBy('loggedModels.createdTime')
      .orderBy('loggedModels.id')
      .execute(),
  ]);
  const pairOf = ([key, value]: [string, string]): KeyValue => ({ key, value });
  for (const row of params.rows) result.get(row.runId)!.params = row.pairs.map(pairOf);
  for (const row of tags.rows) result.get(row.runId)!.tags = row.pairs.map(pairOf);
  // NaN and the infinities stand as words in JSON.
  for (const row of metrics.rows)
    result.get(row.runId)!.metrics = row.metrics.map(([key, value, step, time, count]) => ({
      key,
      value: Number(value),
      step,
      time,
      count,
    }));
  for (const { runId, id: _id, ...dataset } of datasets) result.get(runId)!.datasets.push(as(dataset));
  for (const { runId, ...model } of models) result.get(runId)!.models.push(model);
  return result;
}

/** States of runs, which are locked against other writers until the end of the transaction. */
export async function lockRuns(tx: Context, ids: readonly string[]): Promise<Map<string, 'active' | 'deleted'>> {
  const { rows } = await sql<{ id: string; lifecycle: 'active' | 'deleted' }>`select id, lifecycle from runs
    where id = any(${[...ids]}::text[]) order by id for no key update`.execute(tx.db);
  return new Map(rows.map((row) => [row.id, row.lifecycle]));
}

interface OfRun {
  runId: string;
  key: string;
}

/** Values by run and key with a space between; ids have none. */
export async function paramsOf(tx: Context, wanted: readonly OfRun[]): Promise<Map<string, string>> {
  if (wanted.length === 0) return new Map();
  const { rows } = await sql<OfRun & { value: string }>`select p.run_id as "runId", p.key, p.value
    from unnest(${wanted.map((one) => one.runId)}::text[], ${wanted.map((one) => one.key)}::text[]) as w(r, k)
    join run_params p on p.run_id = w.r and p.key = w.k`.execute(tx.db);
  return new Map(rows.map((row) => [`${row.runId} ${row.key}`, row.value]));
}

const columnsOf = (rows: readonly (OfRun & KeyValue)[]) => sql`unnest(${rows.map((row) => row.runId)}::text[],
  ${rows.map((row) => row.key)}::text[], ${rows.map((row) => row.value)}::text[])`;

export async function insertParams(tx: Context, params: readonly (OfRun & KeyValue)[]): Promise<void> {
  if (params.length === 0) return;
  await sql`insert into run_params (run_id, key, value) select * from ${columnsOf(params)} on conflict do nothing`.execute(tx.db);
}

/** One value for each run and key. */
export async function upsertTags(tx: Context, tags: readonly (OfRun & KeyValue)[]): Promise<void> {
  if (tags.length === 0) return;
  await sql`insert into run_tags (run_id, key, value) select * from ${columnsOf(tags)}
    on conflict (run_id, key) do update set value = excluded.value`.execute(tx.db);
}

export async function deleteTag(tx: Context, runId: string, key: string): Promise<boolean> {
  const result = await tx.db.deleteFrom('runTags').where('runId', '=', runId).where('key', '=', key).executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

/** Names of metrics or parameters of a project's runs that hold a text, in the order of the alphabet. */
export async function keysOf(
  ctx: Context,
  projectId: string,
  kind: 'metric' | 'param',
  search: string,
  limit: number,
): Promise<string[]> {
  const pattern = `%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const { rows } = await sql<{ key: string }>`select distinct k.key from run_keys k join experiments e on e.id = k.experiment_id
    where e.project_id = ${projectId} and k.kind = ${kind} and k.key ilike ${pattern} order by k.key limit ${limit}`.execute(
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

/** Which data the runs of some experiments used, each once. */
export async function datasetsUsedIn(
  ctx: Context,
  experimentIds: readonly string[],
  limit: number,
): Promise<{ experimentId: string; name: string; digest: string; context: string | null }[]> {
  return ctx.db
    .selectFrom('runDatasets')
    .innerJoin('runs', 'runs.id', 'runDatasets.runId')
    .select([
      'runs.experimentId',
      'runDatasets.name',
      'runDatasets.digest',
      sql<string | null>`run_datasets.tags->>'context'`.as('context'),
    ])
    .distinct()
    .where(sql<SqlBool>`runs.experiment_id = any(${[...experimentIds]}::text[])`)
    .where('runs.lifecycle', '=', 'active')
    .orderBy('runs.experimentId')
    .orderBy('runDatasets.name')
    .orderBy('runDatasets.digest')
    .limit(limit)
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
