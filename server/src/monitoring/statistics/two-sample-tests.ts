import { kolmogorovSmirnov } from './distances.ts';
import { chiSquareTail, kolmogorovTail } from './tails.ts';

export interface TestResult {
  statistic: number;
  pValue: number;
}

/** Up to this many pairs the p-value of Kolmogorov–Smirnov is exact; beyond it the limit is as good. */
const exactPairs = 4_000_000;

/** Two-sided two-sample Kolmogorov–Smirnov test; the p-value counts lattice paths, exactly for continuous data. */
export function kolmogorovSmirnovTest(a: readonly number[], b: readonly number[]): TestResult {
  const statistic = kolmogorovSmirnov(a, b);
  const [m, n] = [a.length, b.length];
  const pValue = m * n <= exactPairs ? pathTail(m, n, statistic) : kolmogorovTail(Math.sqrt((m * n) / (m + n)) * statistic);
  return { statistic, pValue: Math.min(1, Math.max(0, pValue)) };
}

/**
 * The share of the paths from (0, 0) to (m, n) that leave the band |i/m − j/n| < d. Each cell holds the probability that a path through it has
 * left the band already, so that small p-values keep their digits.
 */
function pathTail(m: number, n: number, d: number): number {
  const limit = d * m * n - 1e-7;
  const left = new Float64Array(n + 1);
  for (let i = 0; i <= m; i++) {
    for (let j = 0; j <= n; j++) {
      if (Math.abs(i * n - j * m) >= limit) left[j] = 1;
      else if (i === 0 && j === 0) left[j] = 0;
      else {
        // Reached from the left with probability i/(i+j), given that the order of the first i + j is random.
        const fromBelow = i === 0 ? 0 : left[j]! * (i / (i + j));
        const fromLeft = j === 0 ? 0 : left[j - 1]! * (j / (i + j));
        left[j] = fromBelow + fromLeft;
      }
    }
  }
  return left[n]!;
}

/** Chi-square test that two tables of counts over the same cells come from one distribution (no continuity correction). */
export function chiSquareTest(a: readonly number[], b: readonly number[]): TestResult & { degreesOfFreedom: number } {
  const totalA = a.reduce((sum, one) => sum + one, 0);
  const totalB = b.reduce((sum, one) => sum + one, 0);
  let statistic = 0;
  let cells = 0;
  for (const [index, one] of a.entries()) {
    const both = one + b[index]!;
    if (both === 0) continue;
    cells++;
    for (const [count, total] of [
      [one, totalA],
      [b[index]!, totalB],
    ] as const) {
      const expected = (both * total) / (totalA + totalB);
      statistic += (count - expected) ** 2 / expected;
    }
  }
  const degreesOfFreedom = Math.max(0, cells - 1);
  return { statistic, degreesOfFreedom, pValue: degreesOfFreedom === 0 ? 1 : chiSquareTail(statistic, degreesOfFreedom) };
}
