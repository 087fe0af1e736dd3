import { expect, it } from 'vitest';
import { readAt } from './chart-tip.ts';
import { align, isPlottable, linesOf, lonely, type Series } from './series.ts';

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

it('a line with a band carries its edges beside it, and the lines after it stay in step', () => {
  const banded: Series = {
    ...series('a', [
      [0, 0.9],
      [1, 0.8],
    ]),
    band: [
      { low: 0.8, high: 1 },
      { low: 0.7, high: 0.9 },
    ],
  };
  const lines = linesOf([banded, series('b', [[1, 5]])], 'step', 0, false);
  const data = align(lines);
  expect(data).toEqual([
    [0, 1],
    [0.9, 0.8],
    [1, 0.9],
    [0.8, 0.7],
    [undefined, 5],
  ]);
  expect(readAt(data, lines, 1, ['', ''], () => false).map((one) => [one.name, one.value])).toEqual([
    ['b', 5],
    ['a', 0.8],
  ]);
});

it('a value between two gaps is found, since no line shows it', () => {
  expect(lonely([null, 3, null, null, 4, 5, null, 6])).toEqual([1, 7]);
  expect(lonely([2, undefined, 3, undefined, null, undefined, 4, undefined])).toEqual([6]);
  expect(lonely([7])).toEqual([0]);
});
