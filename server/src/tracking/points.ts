import type { Metric } from './tracking.ts';

/** Points of one metric as columns, each a value for a point. Steps and times are whole numbers within 2^53. */
export interface Points {
  steps: Float64Array;
  times: Float64Array;
  values: Float64Array;
}

const columnsOf = (points: Points) => [points.steps, points.times, points.values] as const;
export const countOf = (points: Points): number => points.steps.length;

export function emptyPoints(count: number): Points {
  return { steps: new Float64Array(count), times: new Float64Array(count), values: new Float64Array(count) };
}

export function pointsOf(metrics: readonly Metric[]): Points {
  const points = emptyPoints(metrics.length);
  metrics.forEach((metric, index) => {
    points.steps[index] = metric.step;
    points.times[index] = metric.time;
    points.values[index] = metric.value;
  });
  return points;
}

export const pointAt = (points: Points, key: string, index: number): Metric => ({
  key,
  step: points.steps[index]!,
  time: points.times[index]!,
  value: points.values[index]!,
});

export const metricsOf = (points: Points, key: string): Metric[] =>
  Array.from({ length: countOf(points) }, (_, index) => pointAt(points, key, index));

/** All steps, then all times, then all values, each as a big-endian double: what PostgreSQL's float8send writes. */
export function encodePoints(points: Points): Buffer {
  const count = countOf(points);
  const bytes = new Uint8Array(count * 24);
  columnsOf(points).forEach((column, index) => {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), index * count * 8);
  });
  const buffer = Buffer.from(bytes.buffer);
  return buffer.length > 0 ? buffer.swap64() : buffer;
}

export function decodePoints(stored: Buffer): Points {
  const bytes = new Uint8Array(stored);
  if (bytes.length > 0) Buffer.from(bytes.buffer).swap64();
  const count = bytes.length / 24;
  return {
    steps: new Float64Array(bytes.buffer, 0, count),
    times: new Float64Array(bytes.buffer, count * 8, count),
    values: new Float64Array(bytes.buffer, count * 16, count),
  };
}

/** The order of a history: by step, time and value; NaN stands after every number. */
export function compareAt(a: Points, i: number, b: Points, j: number): number {
  const byPlace = a.steps[i]! - b.steps[j]! || a.times[i]! - b.times[j]!;
  if (byPlace !== 0) return byPlace;
  const [one, other] = [a.values[i]!, b.values[j]!];
  if (one === other) return 0;
  if (Number.isNaN(one)) return Number.isNaN(other) ? 0 : 1;
  return Number.isNaN(other) || one < other ? -1 : 1;
}

/** All points of some batches in the order of a history; exact duplicates, as from a call sent twice, are one. */
export function mergePoints(batches: readonly Points[]): Points {
  const all = emptyPoints(batches.reduce((sum, batch) => sum + countOf(batch), 0));
  let at = 0;
  for (const batch of batches) {
    columnsOf(all).forEach((column, index) => {
      column.set(columnsOf(batch)[index]!, at);
    });
    at += countOf(batch);
  }
  let strictlyRising = true;
  for (let index = 1; index < at && strictlyRising; index++) strictlyRising = compareAt(all, index - 1, all, index) < 0;
  if (strictlyRising) return all;
  const order = Uint32Array.from({ length: at }, (_, index) => index).sort((i, j) => compareAt(all, i, all, j));
  const kept = order.filter((index, position) => position === 0 || compareAt(all, order[position - 1]!, all, index) !== 0);
  return pick(all, kept);
}

function pick(points: Points, indexes: ArrayLike<number>): Points {
  const picked = emptyPoints(indexes.length);
  for (let position = 0; position < indexes.length; position++) {
    const index = indexes[position]!;
    picked.steps[position] = points.steps[index]!;
    picked.times[position] = points.times[index]!;
    picked.values[position] = points.values[index]!;
  }
  return picked;
}

/** Those of a sorted series with a step from `from` to `to`, both included. */
export function betweenSteps(points: Points, from: number, to: number): Points {
  const { steps } = points;
  const first = lowest(steps.length, (index) => steps[index]! >= from);
  const end = lowest(steps.length, (index) => steps[index]! > to);
  return {
    steps: steps.subarray(first, end),
    times: points.times.subarray(first, end),
    values: points.values.subarray(first, end),
  };
}

/** The first index that fits, of a test that stays true once it is; `length` when none does. */
export function lowest(length: number, fits: (index: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (fits(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * At most `limit` points of a sorted series that keep its shape: first, last, and the lowest and highest of each stretch, so that no spike is
 * lost. Points without a number (NaN) stay, one a stretch, so that a gap is seen as a gap.
 */
export function downsample(points: Points, limit: number): Points {
  const count = countOf(points);
  if (count <= limit) return points;
  const { values } = points;
  const stretches = Math.max(1, Math.floor((limit - 2) / 2));
  const kept = new Set<number>([0, count - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * count) / stretches);
    const to = Math.floor(((stretch + 1) * count) / stretches);
    let low = -1;
    let high = -1;
    for (let index = from; index < to; index++) {
      const value = values[index]!;
      if (Number.isNaN(value)) continue;
      if (low < 0 || value < values[low]!) low = index;
      if (high < 0 || value > values[high]!) high = index;
    }
    for (const index of low < 0 ? [from] : [low, high]) kept.add(index);
  }
  return pick(
    points,
    [...kept].sort((a, b) => a - b),
  );
}
