import { expect, it } from 'vitest';
import { align, isPlottable, linesOf, type Series } from './series.ts';

const series = (id: string, points: [step: number, value: number | string][]): Series => ({
  id,
  name: id,
  colour: 0,
  points: points.map(([step, value]) => ({ step, time: step * 1000, value })),
});

it('a value that is no number is a gap, a step that a line lacks is none', () => {
  const lines = linesOf(
    [
      series('a', [
        [0, 1],
        [2, 'NaN'],
        [4, 3],
      ]),
      series('b', [[1, 5]]),
    ],
    'step',
    0,
    false,
  );
  expect(align(lines)).toEqual([
    [0, 1, 2, 4],
    [1, undefined, null, 3],
    [undefined, 5, undefined, undefined],
  ]);
});

it('the newest of several values at one step is the one that is drawn', () => {
  expect(
    linesOf(
      [
        series('a', [
          [0, 1],
          [1, 2],
          [1, 7],
        ]),
      ],
      'step',
      0,
      false,
    )[0]?.values,
  ).toEqual([1, 7]);
});

it('values at one step alone are a number, not a line', () => {
  expect(
    isPlottable([
      series('a', [
        [3, 1],
        [3, 2],
      ]),
    ]),
  ).toBe(false);
  expect(
    isPlottable([
      series('a', [
        [3, 1],
        [4, 2],
      ]),
    ]),
  ).toBe(true);
});
