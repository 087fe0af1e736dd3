import { expect, it } from 'vitest';
import { readCsv } from './read-csv.ts';

it('a CSV is read with quotes and line ends in fields, and without a row that is cut off', () => {
  expect(readCsv('a,b\r\n"x ""1""","two\nlines"\n3,', ',', 10, false)).toEqual([
    ['a', 'b'],
    ['x "1"', 'two\nlines'],
    ['3', ''],
  ]);
  expect(readCsv('a,b\n1,2\n3,4', ',', 10, true)).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
});
