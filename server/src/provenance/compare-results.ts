import type { Compared, Difference } from './reproduction.ts';

/** What a run recorded, as far as it can be compared: everything but ids, times and tags. */
export interface RecordedRun {
  name: string;
  status: string;
  params: ReadonlyMap<string, string>;
  /** Every point of each metric, by step and value. */
  metrics: ReadonlyMap<string, readonly { step: number; value: number }[]>;
  /** Datasets that were logged: name, digest and context. */
  inputs: readonly string[];
  /** Files by path with their identity. */
  files: ReadonlyMap<string, string>;
  /** Files of each logged model, in the order in which the models were logged. */
  models: readonly { name: string; files: ReadonlyMap<string, string> }[];
  /** Largest relative difference that the run declared to be the same, by metric; `*` for all others. */
  tolerance: Readonly<Record<string, number>>;
}

/** Metrics of the machine rather than of the work. */
export const isMachineMetric = (key: string): boolean => key.startsWith('system/');

/** What numbers may differ by without being called different: the last bits of sums in another order. */
export const sameRelative = 1e-9;
const mostDifferences = 200;

export interface Comparison {
  differences: Difference[];
  compared: Omit<Compared, 'excluded' | 'predictions'>;
}

/** Compares what two jobs recorded, run by run in the order in which the runs began. */
export function compareRuns(before: readonly RecordedRun[], after: readonly RecordedRun[]): Comparison {
  const differences: Difference[] = [];
  const compared = { runs: 0, parameters: 0, metrics: 0, points: 0, files: 0, models: 0 };
  if (before.length !== after.length) differences.push(difference('runs', `${before.length} runs`, `${after.length} runs`));
  before.forEach((was, index) => {
    const is = after[index];
    if (!is) return;
    const at = before.length === 1 ? 'run' : `run ${index + 1}`;
    compared.runs += 1;
    compared.parameters += was.params.size;
    compared.files += was.files.size;
    if (was.status !== is.status) differences.push(difference(`${at}/status`, was.status, is.status));
    differences.push(...compareMaps(`${at}/parameters`, was.params, is.params));
    differences.push(...compareMaps(`${at}/inputs`, countOf(was.inputs), countOf(is.inputs)));
    differences.push(...compareMetrics(at, was, is, compared));
    differences.push(...compareMaps(`${at}/files`, was.files, is.files, shortDigest));
    if (was.models.length !== is.models.length)
      differences.push(difference(`${at}/models`, `${was.models.length} models`, `${is.models.length} models`));
    was.models.forEach((model, number) => {
      const other = is.models[number];
      if (!other) return;
      compared.models += 1;
      compared.files += model.files.size;
      const place = `${at}/model ${model.name}`;
      if (model.name !== other.name) differences.push(difference(`${place}/name`, model.name, other.name));
      differences.push(...compareMaps(place, model.files, other.files, shortDigest));
    });
  });
  return { differences: differences.slice(0, mostDifferences), compared };
}

function compareMetrics(at: string, was: RecordedRun, is: RecordedRun, compared: Comparison['compared']): Difference[] {
  const differences: Difference[] = [];
  for (const key of new Set([...was.metrics.keys(), ...is.metrics.keys()])) {
    if (isMachineMetric(key)) continue;
    const [one, other] = [was.metrics.get(key), is.metrics.get(key)];
    const what = `${at}/metrics/${key}`;
    if (!one || !other) {
      differences.push(difference(what, one ? lastOf(one) : null, other ? lastOf(other) : null));
      continue;
    }
    compared.metrics += 1;
    compared.points += one.length;
    if (one.length !== other.length || one.some((point, index) => point.step !== other[index]!.step)) {
      differences.push(difference(`${what} (steps)`, `${one.length} points`, `${other.length} points`));
      continue;
    }
    const relative = one.reduce((most, point, index) => Math.max(most, relativeDifference(point.value, other[index]!.value)), 0);
    if (relative <= sameRelative) continue;
    const allowed = was.tolerance[key] ?? was.tolerance['*'] ?? 0;
    const worst = one.findIndex((point, index) => relativeDifference(point.value, other[index]!.value) === relative);
    differences.push({
      what,
      was: String(one[worst]!.value),
      is: String(other[worst]!.value),
      relative: Number.isFinite(relative) ? relative : null,
      tolerated: relative <= allowed,
    });
  }
  return differences;
}

/** 0 for equal numbers, NaN equal to NaN; infinite where one of them is no ordinary number and the other differs. */
export function relativeDifference(a: number, b: number): number {
  if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.POSITIVE_INFINITY;
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

/** Answers of two models to one request: numbers as metrics are compared, all else as it is. @returns the largest relative difference */
export function outputDifference(was: unknown, is: unknown): number {
  if (typeof was === 'number' && typeof is === 'number') return relativeDifference(was, is);
  if (Array.isArray(was) && Array.isArray(is)) {
    if (was.length !== is.length) return Number.POSITIVE_INFINITY;
    return was.reduce((most: number, one, index) => Math.max(most, outputDifference(one, is[index])), 0);
  }
  if (was !== null && is !== null && typeof was === 'object' && typeof is === 'object') {
    const [one, other] = [was as Record<string, unknown>, is as Record<string, unknown>];
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].reduce((most, key) => Math.max(most, outputDifference(one[key], other[key])), 0);
  }
  return was === is ? 0 : Number.POSITIVE_INFINITY;
}

function compareMaps(
  place: string,
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
  show: (value: string) => string = (value) => value.slice(0, 200),
): Difference[] {
  const differences: Difference[] = [];
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [one, other] = [was.get(key), is.get(key)];
    if (one !== other)
      differences.push(
        difference(`${place}/${key}`, one === undefined ? null : show(one), other === undefined ? null : show(other)),
      );
  }
  return differences;
}

const difference = (what: string, was: string | null, is: string | null): Difference => ({
  what,
  was,
  is,
  relative: null,
  tolerated: false,
});
const shortDigest = (digest: string): string => digest.slice(0, 12);
const lastOf = (points: readonly { value: number }[]): string => String(points.at(-1)?.value ?? null);

function countOf(values: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return new Map([...counts].map(([value, count]) => [value, `${count} times`]));
}
