import { expect, it } from 'vitest';
import { changedColumns, changedFiles } from './snapshot-changes.ts';

it('two snapshots are told apart by contents, not by names', () => {
  const file = (path: string, sha256: string, sizeBytes = 1) => ({ path, sha256, sizeBytes });
  expect(
    changedFiles([file('a', '1'), file('b', '2'), file('c', '3')], [file('a', '1'), file('b', '4', 9), file('d', '3')]),
  ).toEqual([
    { path: 'b', what: 'changed', beforeBytes: 1, afterBytes: 9 },
    { path: 'c', what: 'removed', beforeBytes: 1, afterBytes: null },
    { path: 'd', what: 'added', beforeBytes: null, afterBytes: 1 },
  ]);
});

it('a column that moved, came or went is named with what it was', () => {
  const column = (name: string, mean: number | null, type = 'DOUBLE') => ({
    name,
    type,
    count: 2,
    nullCount: 0,
    distinctCount: 2,
    min: '1',
    max: '2',
    mean,
    standardDeviation: null,
    quartiles: null,
    histogram: null,
    topValues: null,
  });
  const profile = (rowCount: number, columns: ReturnType<typeof column>[]) => ({
    state: 'ready' as const,
    tables: [{ path: 't.csv', rowCount, columns }],
  });
  expect(
    changedColumns(
      profile(2, [column('a', 1.5), column('gone', null)]),
      profile(3, [column('a', 2.5), column('new', null, 'TEXT')]),
    ),
  ).toEqual([
    { table: 't.csv', column: '', what: 'rows', before: 2, after: 3 },
    { table: 't.csv', column: 'gone', what: 'column', before: 'DOUBLE', after: null },
    { table: 't.csv', column: 'a', what: 'mean', before: 1.5, after: 2.5 },
    { table: 't.csv', column: 'new', what: 'column', before: null, after: 'TEXT' },
  ]);
});
