import { expect, it } from 'vitest';
import { type Comparison, median, stands, tableOf, timesBetter } from './compare.ts';

const rate: Comparison = { measure: 'rate', unit: '1/s', ours: 300, theirs: 20, better: 'more', bar: { times: 10 } };
const start: Comparison = { measure: 'start', unit: 's', ours: 1.5, theirs: 12, better: 'less', bar: { figure: 2 } };

it('says how many times better ours is, whichever way better lies', () => {
  expect([timesBetter(rate), timesBetter(start)]).toEqual([15, 8]);
  expect(timesBetter({ ...rate, theirs: null })).toBeNull();
});

it('holds a figure against its bar, by the peer or by itself', () => {
  expect([stands(rate), stands(start)]).toEqual([true, true]);
  expect([stands({ ...rate, ours: 150 }), stands({ ...start, ours: 2.5 })]).toEqual([false, false]);
  expect(stands({ ...rate, theirs: null })).toBeNull();
  expect(stands({ ...start, theirs: null })).toBe(true);
  expect(stands({ ...rate, bar: undefined as never })).toBeNull();
});

it('prints a table with ratios', () => {
  expect(tableOf([rate, { ...start, ours: 3 }])).toEqual([
    '| measure    | Plinth | MLflow | better by | bar      |       |',
    '| ---------- | ------ | ------ | --------- | -------- | ----- |',
    '| rate (1/s) | 300    | 20     | 15 times  | 10 times | met   |',
    '| start (s)  | 3      | 12     | 4.0 times | ≤ 2      | below |',
  ]);
  expect(median([3, 1, 2])).toBe(2);
});
