import { sql } from 'kysely';
import type { Context } from '../platform/index.ts';
import { compareAt, countOf, decodePoints, downsample, encodePoints, mergePoints, type Points, pointsOf } from './points.ts';
import type { Metric } from './tracking.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    metricBatches: {
      id: Generated<number>;
      runId: string;
      key: string;
      count: number;
      minStep: number;
      maxStep: number;
      points: Buffer;
      skeleton: Buffer | null;
    };
    latestMetrics: {
      runId: string;
      experimentId: string;
      key: string;
      value: number;
      step: number;
      time: number;
      count: Generated<number>;
      smallBatches: Generated<number>;
      mediumBatches: Generated<number>;
    };
    runKeys: { experimentId: string; kind: string; key: string };
  }
}

/**
 * Batches grow as they are merged: 64 small ones become one, 16 medium ones become one that is large for good. So a call writes one row for a
 * key whatever its number of points, a point is rewritten a few times in all, and a history of a million points is some hundred rows.
 */
const sizes = {
  small: { from: 0, below: 512, merged: 64 },
  medium: { from: 512, below: 8_192, merged: 16 },
} as const;
const skeletonFrom = 1_024;
const skeletonPoints = 256;

export interface MetricGroup {
  runId: string;
  experimentId: string;
  key: string;
  metrics: Metric[];
}

/** Adds points: one row for each run and key, the newest value beside it. Groups come sorted, so that writers lock in one order. */
export async function insertMetrics(tx: Context, groups: readonly MetricGroup[]): Promise<void> {
  if (groups.length === 0) return;
  const batches = groups.map((group) => mergePoints([pointsOf(group.metrics)]));
  await insertBatches(
    tx,
    groups.map((group, index) => ({ ...group, points: batches[index]! })),
  );
  const newest = batches.map((batch) => newestOf(batch));
  const isSmall = batches.map((batch) => countOf(batch) < sizes.small.below);
  const isMedium = batches.map((batch, index) => !isSmall[index] && countOf(batch) < sizes.medium.below);
  const { rows } = await sql<{ runId: string; key: string; smallBatches: number; mediumBatches: number; fresh: boolean }>`
    insert into latest_metrics as m (run_id, experiment_id, key, value, step, time, count, small_batches, medium_batches)
    select r, e, k, v, s, t, c, a::int, b::int from unnest(${groups.map((group) => group.runId)}::text[],
      ${groups.map((group) => group.experimentId)}::text[], ${groups.map((group) => group.key)}::text[],
      ${newest.map((point) => numberText(point.value))}::float8[], ${newest.map((point) => point.step)}::bigint[],
      ${newest.map((point) => point.time)}::bigint[], ${batches.map(countOf)}::bigint[],
      ${isSmall}::boolean[], ${isMedium}::boolean[]) as n(r, e, k, v, s, t, c, a, b)
    on conflict (run_id, key) do update set
      value = case when (excluded.step, excluded.time, excluded.value) >= (m.step, m.time, m.value) then excluded.value else m.value end,
      step = case when (excluded.step, excluded.time, excluded.value) >= (m.step, m.time, m.value) then excluded.step else m.step end,
      time = case when (excluded.step, excluded.time, excluded.value) >= (m.step, m.time, m.value) then excluded.time else m.time end,
      count = m.count + excluded.count,
      small_batches = m.small_batches + excluded.small_batches,
      medium_batches = m.medium_batches + excluded.medium_batches
    returning run_id as "runId", key, small_batches as "smallBatches", medium_batches as "mediumBatches", (xmax = 0) as fresh`.execute(
    tx.db,
  );
  const fresh = new Set(rows.filter((row) => row.fresh).map((row) => `${row.runId} ${row.key}`));
  await insertKeys(
    tx,
    'metric',
    groups.filter((group) => fresh.has(`${group.runId} ${group.key}`)),
  );
  for (const row of rows) {
    const medium = row.smallBatches >= sizes.small.merged ? await mergeBatches(tx, row.runId, row.key, 'small') : 0;
    if (row.mediumBatches + medium >= sizes.medium.merged) await mergeBatches(tx, row.runId, row.key, 'medium');
  }
}

/** Names of metrics or parameters, once for an experiment. */
export async function insertKeys(
  tx: Context,
  kind: 'metric' | 'param',
  keys: readonly { experimentId: string; key: string }[],
): Promise<void> {
  if (keys.length === 0) return;
  await sql`insert into run_keys (experiment_id, kind, key)
    select distinct e, ${kind}, k from unnest(${keys.map((one) => one.experimentId)}::text[], ${keys.map((one) => one.key)}::text[]) as n(e, k)
    where not exists (select 1 from run_keys o where o.experiment_id = e and o.kind = ${kind} and o.key = k)
    order by 1, 3
    on conflict do nothing`.execute(tx.db);
}

/** Joins the batches of a size, for a run whose row is locked. @returns how many medium ones came of it */
async function mergeBatches(tx: Context, runId: string, key: string, size: keyof typeof sizes): Promise<number> {
  const { from, below } = sizes[size];
  const { rows } = await sql<{ points: Buffer }>`delete from metric_batches
    where run_id = ${runId} and key = ${key} and count >= ${from} and count < ${below} returning points`.execute(tx.db);
  const points = mergePoints(rows.map((row) => decodePoints(row.points)));
  await insertBatches(tx, [{ runId, key, points }]);
  const count = countOf(points);
  const small = count < sizes.small.below ? 1 : 0;
  const medium = !small && count < sizes.medium.below ? 1 : 0;
  await sql`update latest_metrics set
      small_batches = ${size === 'small' ? small : sql`small_batches`},
      medium_batches = ${size === 'small' ? sql`medium_batches + ${medium}::int` : medium}
    where run_id = ${runId} and key = ${key}`.execute(tx.db);
  return medium;
}

async function insertBatches(tx: Context, batches: readonly { runId: string; key: string; points: Points }[]): Promise<void> {
  const points = batches.map((batch) => encodePoints(batch.points));
  const skeletons = batches.map((batch) =>
    countOf(batch.points) >= skeletonFrom ? encodePoints(downsample(batch.points, skeletonPoints)) : Buffer.alloc(0),
  );
  const bytes = Buffer.concat(points.flatMap((one, index) => [one, skeletons[index]!]));
  let end = 0;
  const places = points.map((one, index) => {
    const start = end + 1;
    end += one.length + skeletons[index]!.length;
    return { start, length: one.length, skeleton: skeletons[index]!.length };
  });
  await sql`insert into metric_batches (run_id, key, count, min_step, max_step, points, skeleton)
    select r, k, c, low, high, substring(${bytes}::bytea from at for len), nullif(substring(${bytes}::bytea from at + len for more), ''::bytea)
    from unnest(${batches.map((batch) => batch.runId)}::text[], ${batches.map((batch) => batch.key)}::text[],
      ${batches.map((batch) => countOf(batch.points))}::int[],
      ${batches.map((batch) => batch.points.steps[0]!)}::bigint[], ${batches.map((batch) => batch.points.steps.at(-1)!)}::bigint[],
      ${places.map((place) => place.start)}::int[], ${places.map((place) => place.length)}::int[],
      ${places.map((place) => place.skeleton)}::int[]) as n(r, k, c, low, high, at, len, more)`.execute(tx.db);
}

/** The newest by step, time and value: the last of a sorted batch. */
function newestOf(points: Points): Metric {
  let best = 0;
  for (let index = 1; index < countOf(points); index++) if (compareAt(points, index, points, best) >= 0) best = index;
  return { key: '', step: points.steps[best]!, time: points.times[best]!, value: points.values[best]! };
}

/** Doubles in an array for PostgreSQL, which knows the infinities by these words. */
const numberText = (value: number): string => String(value);

/** What there is of a metric without its points. */
export interface BatchEntry {
  id: number;
  runId: string;
  count: number;
  minStep: number;
  maxStep: number;
  hasSkeleton: boolean;
}

/** Batches of one metric of some runs of a project, in the order of their first steps. */
export async function batchesOf(ctx: Context, runIds: readonly string[], key: string, projectId?: string): Promise<BatchEntry[]> {
  const { rows } = await sql<BatchEntry>`
    select b.id, b.run_id as "runId", b.count, b.min_step as "minStep", b.max_step as "maxStep", b.skeleton is not null as "hasSkeleton"
    from metric_batches b
    where b.run_id = any(${[...runIds]}::text[]) and b.key = ${key}
      ${projectId === undefined ? sql`` : sql`and exists (select 1 from runs where runs.id = b.run_id and runs.project_id = ${projectId})`}
    order by b.run_id, b.min_step, b.id`.execute(ctx.db);
  return rows;
}

/** The points of some batches, or of those named in `thinned` their skeletons, by id of the batch. */
export async function pointsOfBatches(
  ctx: Context,
  ids: readonly number[],
  thinned: readonly number[] = [],
): Promise<Map<number, Points>> {
  if (ids.length + thinned.length === 0) return new Map();
  const { rows } = await sql<{ id: number; points: Buffer }>`
    select id, points from metric_batches where id = any(${[...ids]}::bigint[])
    union all select id, skeleton from metric_batches where id = any(${[...thinned]}::bigint[])`.execute(ctx.db);
  return new Map(rows.map((row) => [row.id, decodePoints(row.points)]));
}
