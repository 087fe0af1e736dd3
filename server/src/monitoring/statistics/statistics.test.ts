import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  hellinger,
  jensenShannon,
  kolmogorovSmirnov,
  largestDifference,
  populationStability,
  standardisedShift,
  totalVariation,
  wasserstein,
} from './distances.ts';
import { benjaminiHochberg } from './false-discovery.ts';
import { normalQuantile } from './normal.ts';
import { chiSquareTail, kolmogorovTail } from './tails.ts';
import { chiSquareTest, kolmogorovSmirnovTest } from './two-sample-tests.ts';

// Made once by scipy-values.py beside it.
const scipy = JSON.parse(readFileSync(join(import.meta.dirname, 'scipy-values.json'), 'utf8'));

/** Within a share of the expected value. */
const close = (found: number, expected: number, relative: number): void => {
  const error = Math.abs(found - expected);
  expect(error, `${found} instead of ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected) + 1e-300);
};

describe('distances and tests', () => {
  it('agree with scipy on samples to 1e-9, p-values to 1e-6 of themselves', () => {
    for (const { a, b, ...expected } of scipy.samples) {
      close(kolmogorovSmirnov(a, b), expected.kolmogorovSmirnov, 1e-9);
      close(kolmogorovSmirnovTest(a, b).pValue, expected.pValue, 1e-6);
      close(wasserstein(a, b), expected.wasserstein, 1e-9);
    }
  });

  it('agree with scipy on counts, empty cells included', () => {
    for (const { a, b, ...expected } of scipy.tables) {
      close(chiSquareTest(a, b).statistic, expected.chiSquare, 1e-9);
      close(chiSquareTest(a, b).pValue, expected.pValue, 1e-6);
      close(jensenShannon(a, b), expected.jensenShannon, 1e-9);
      close(hellinger(a, b), expected.hellinger, 1e-9);
      close(totalVariation(a, b), expected.totalVariation, 1e-9);
      close(largestDifference(a, b), expected.largestDifference, 1e-9);
    }
  });

  it('keep their digits far in the tails', () => {
    for (const [x, k, p] of scipy.tails.chiSquare) close(chiSquareTail(x, k), p, 1e-9);
    for (const [x, p] of scipy.tails.kolmogorov) close(kolmogorovTail(x), p, 1e-9);
    for (const [p, x] of scipy.tails.normal) expect(normalQuantile(p)).toBeCloseTo(x, 9);
  });

  it('adjust p-values as Benjamini and Hochberg do', () => {
    const adjusted = benjaminiHochberg(scipy.falseDiscovery.pValues);
    for (const [index, expected] of scipy.falseDiscovery.adjusted.entries()) close(adjusted[index]!, expected, 1e-12);
  });

  it('stay finite on constants, new categories and single values', () => {
    expect(kolmogorovSmirnov([1, 1, 1], [1, 1])).toBe(0);
    expect(kolmogorovSmirnovTest([1, 1, 1], [1, 1]).pValue).toBe(1);
    expect(wasserstein([2], [5])).toBe(3);
    expect(populationStability([10, 0], [0, 10])).toBeGreaterThan(1);
    expect(Number.isFinite(populationStability([10, 0], [0, 10]))).toBe(true);
    expect(standardisedShift([1, 1, 1], [1])).toBe(0);
    expect(chiSquareTest([5], [7]).pValue).toBe(1);
  });
});
