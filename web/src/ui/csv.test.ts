import { expect, it } from 'vitest';
import { toCsv } from './csv.ts';

it('a CSV keeps numbers and neutralises what a spreadsheet would run', () => {
  expect(
    toCsv([
      ['name', 'value'],
      ['=HYPERLINK("http://x")', -1.5],
      ['-2', '@cmd'],
      ['a,"b"', null],
    ]),
  ).toBe('name,value\r\n"\'=HYPERLINK(""http://x"")",-1.5\r\n-2,\'@cmd\r\n"a,""b""",\r\n');
});
