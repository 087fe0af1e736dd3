import { type Context, invalidField, readTogether } from '../platform/index.ts';
import { type BatchEntry, batchesOf, pointsOfBatches } from './metric-store.ts';
import { betweenSteps, compareAt, countOf, downsample, lowest, mergePoints, metricsOf, type Points, pointsOf } from './points.ts';
import type { Metric } from './tracking.ts';

/** Whole up to so many points; of more, batches with a skeleton are read by it. */
const readWhole = 20_000;

/** Every point of one metric in the order of step, time and value; exact duplicates are one. For what reads all, as a comparison does. */
export const historyOf = (ctx: Context, runId: string, key: string, limit: number): Promise<Metric[]> =>
  readTogether(ctx, async (snapshot) => {
    const ids = (await batchesOf(snapshot, [runId], key)).map((batch) => batch.id);
    const points = await pointsOfBatches(snapshot, ids);
    return metricsOf(mergePoints([...points.values()]), key).slice(0, limit);
  });

/**
 * A page of a history by the last point of the page before. Batches whose steps lie behind it are not read; of those ahead only as many as
 * are needed to be sure of the order.
 */
export function historyPage(
  ctx: Context,
  runId: string,
  key: string,
  { limit, cursor, pointer }: { limit: number; cursor?: string | undefined; pointer: string },
): Promise<HistoryPage> {
  const after = cursor ? readCursor(cursor, pointer) : null;
  return readTogether(ctx, (snapshot) => pageAfter(snapshot, runId, key, limit, after));
}

export interface HistoryPage {
  points: Metric[];
  nextCursor: string | null;
}

async function pageAfter(ctx: Context, runId: string, key: string, limit: number, after: Metric | null): Promise<HistoryPage> {
  const ahead = (await batchesOf(ctx, [runId], key)).filter((batch) => !after || batch.maxStep >= after.step);
  let known: Points = pointsOf([]);
  for (let next = 0; next < ahead.length; ) {
    const taken = batchesFor(ahead, next, limit + 1);
    const loaded = await pointsOfBatches(
      ctx,
      taken.map((batch) => batch.id),
    );
    next += taken.length;
    known = mergePoints([known, ...taken.map((batch) => loaded.get(batch.id)).filter((batch) => batch !== undefined)]);
    if (after) known = from(known, after);
    // Points of a step that a batch still to come may hold as well are not in their final place yet.
    const settled = next < ahead.length ? betweenSteps(known, Number.NEGATIVE_INFINITY, ahead[next]!.minStep - 1) : known;
    if (countOf(settled) > limit) {
      const points = metricsOf(settled, key).slice(0, limit);
      return { points, nextCursor: cursorOf(points.at(-1)!) };
    }
  }
  return pageOfRest(metricsOf(known, key), limit);
}

const pageOfRest = (points: Metric[], limit: number): HistoryPage =>
  points.length > limit
    ? { points: points.slice(0, limit), nextCursor: cursorOf(points[limit - 1]!) }
    : { points, nextCursor: null };

function batchesFor(batches: readonly BatchEntry[], start: number, points: number): BatchEntry[] {
  const taken: BatchEntry[] = [];
  for (let sum = 0; start + taken.length < batches.length && sum < points; sum += taken.at(-1)!.count)
    taken.push(batches[start + taken.length]!);
  return taken;
}

/** What stands behind a point. */
function from(points: Points, after: Metric): Points {
  const place = pointsOf([after]);
  const first = lowest(countOf(points), (index) => compareAt(points, index, place, 0) > 0);
  return {
    steps: points.steps.subarray(first),
    times: points.times.subarray(first),
    values: points.values.subarray(first),
  };
}

const cursorOf = ({ step, time, value }: Metric): string =>
  Buffer.from(JSON.stringify([step, time, Object.is(value, -0) ? '0' : String(value)])).toString('base64url');

function readCursor(cursor: string, pointer: string): Metric {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === 3) {
      const [step, time, value] = parsed;
      const isNumber = typeof value === 'string' && (value === 'NaN' || (value.trim() === value && !Number.isNaN(Number(value))));
      if (Number.isSafeInteger(step) && Number.isSafeInteger(time) && isNumber && value !== '')
        return { key: '', step, time, value: Number(value) };
    }
  } catch {
    // Answered below.
  }
  throw invalidField(pointer, 'is not a token of this list; use the one of the answer before, unchanged');
}

/** A metric's course for a chart. */
export interface Course {
  /** Points in the part of the course that was asked for; of a course too long to read whole, those of every batch that touches it. */
  total: number;
  points: Metric[];
}

export interface CourseQuery {
  key: string;
  /** At most so many points, the lowest and highest of every stretch among them. */
  points: number;
  /** Steps, both included. */
  from?: number | undefined;
  to?: number | undefined;
}

/** The courses of one metric of some runs, by id; runs without it, or outside of the project, are left out. */
export const coursesOf = (
  ctx: Context,
  runIds: readonly string[],
  query: CourseQuery,
  projectId?: string,
): Promise<Map<string, Course>> => readTogether(ctx, (snapshot) => readCourses(snapshot, runIds, query, projectId));

async function readCourses(
  ctx: Context,
  runIds: readonly string[],
  { key, points: limit, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: CourseQuery,
  projectId: string | undefined,
): Promise<Map<string, Course>> {
  const touched = (await batchesOf(ctx, runIds, key, projectId)).filter((batch) => batch.maxStep >= from && batch.minStep <= to);
  const byRun = Map.groupBy(touched, (batch) => batch.runId);
  // Many runs share what may be read whole, so that an answer stays quick whatever is asked.
  const whole = Math.max(readWhole / Math.max(1, byRun.size), limit);
  const thinned = [...byRun.values()].flatMap((batches) => {
    const total = batches.reduce((sum, batch) => sum + batch.count, 0);
    return total <= whole ? [] : batches.filter((batch) => batch.hasSkeleton && batch.minStep >= from && batch.maxStep <= to);
  });
  const thin = new Set(thinned.map((batch) => batch.id));
  const loaded = await pointsOfBatches(
    ctx,
    touched.filter((batch) => !thin.has(batch.id)).map((batch) => batch.id),
    [...thin],
  );
  const courses = new Map<string, Course>();
  for (const [runId, batches] of byRun) {
    const series = mergePoints(batches.map((batch) => loaded.get(batch.id)).filter((points) => points !== undefined));
    const part = betweenSteps(series, from, to);
    const isThin = batches.some((batch) => thin.has(batch.id));
    const total = isThin ? batches.reduce((sum, batch) => sum + batch.count, 0) : countOf(part);
    courses.set(runId, { total, points: metricsOf(downsample(part, limit), key) });
  }
  return courses;
}
