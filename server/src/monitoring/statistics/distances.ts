/**
 * Distances between two samples or two tables of counts, in plain form. Counts are lists over the same cells in the same order; numbers are
 * samples in any order. Two empty sides have no distance: callers see to it that both have something.
 */

/** Largest gap between the two distribution functions (Kolmogorov–Smirnov's D). */
export function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): number {
  let largest = 0;
  walk(a, b, (below) => {
    largest = Math.max(largest, Math.abs(below.a - below.b));
  });
  return largest;
}

/** Area between the two distribution functions (Wasserstein's W1, the earth mover's distance), in the unit of the numbers. */
export function wasserstein(a: readonly number[], b: readonly number[]): number {
  let area = 0;
  walk(a, b, (below, width) => {
    area += Math.abs(below.a - below.b) * width;
  });
  return area;
}

/** Population stability index with half a row added to empty cells, without which one new category would make it infinite. */
export function populationStability(a: readonly number[], b: readonly number[]): number {
  const p = shares(a.map(atLeastHalf));
  const q = shares(b.map(atLeastHalf));
  return p.reduce((sum, one, index) => sum + (one - q[index]!) * Math.log(one / q[index]!), 0);
}

/** Jensen–Shannon distance: the root of the divergence with natural logarithm, between 0 and √ln 2. */
export function jensenShannon(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [shares(a), shares(b)];
  let sum = 0;
  for (const [index, one] of p.entries()) {
    const other = q[index]!;
    const middle = (one + other) / 2;
    if (one > 0) sum += one * Math.log(one / middle);
    if (other > 0) sum += other * Math.log(other / middle);
  }
  return Math.sqrt(Math.max(0, sum / 2));
}

/** Hellinger distance, between 0 and 1. */
export function hellinger(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [shares(a), shares(b)];
  return Math.sqrt(p.reduce((sum, one, index) => sum + (Math.sqrt(one) - Math.sqrt(q[index]!)) ** 2, 0) / 2);
}

/** Half the sum of the differences of all shares, between 0 and 1. */
export function totalVariation(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [shares(a), shares(b)];
  return p.reduce((sum, one, index) => sum + Math.abs(one - q[index]!), 0) / 2;
}

/** The largest difference of one share. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [shares(a), shares(b)];
  return p.reduce((largest, one, index) => Math.max(largest, Math.abs(one - q[index]!)), 0);
}

/** Difference of the means in standard deviations of the first sample; 0 when it does not vary and the means agree. */
export function standardisedShift(reference: readonly number[], recent: readonly number[]): number {
  const difference = mean(recent) - mean(reference);
  const center = mean(reference);
  const deviation = Math.sqrt(reference.reduce((sum, one) => sum + (one - center) ** 2, 0) / Math.max(1, reference.length - 1));
  return difference === 0 ? 0 : difference / (deviation || Number.EPSILON);
}

export const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Visits each stretch between neighbouring values of both samples with the shares at or below it. */
function walk(a: readonly number[], b: readonly number[], visit: (below: { a: number; b: number }, width: number) => void): void {
  const x = Float64Array.from(a).sort();
  const y = Float64Array.from(b).sort();
  let i = 0;
  let j = 0;
  while (i < x.length || j < y.length) {
    const at = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    while (i < x.length && x[i]! <= at) i++;
    while (j < y.length && y[j]! <= at) j++;
    const next = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    visit({ a: i / x.length, b: j / y.length }, Number.isFinite(next) ? next - at : 0);
  }
}

const atLeastHalf = (count: number): number => Math.max(count, 0.5);

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, one) => sum + one, 0);
  return counts.map((one) => one / total);
}
