import { describe, expect, it } from 'vitest';
import { bodyText, columnsOf, exampleRow, rowOf } from './input-form.ts';

const columns = columnsOf({
  inputs: JSON.stringify([
    { type: 'long', name: 'account', required: true },
    { type: 'double', name: 'income', required: true },
    { type: 'string', name: 'city', required: false },
    { type: 'boolean', name: 'member', required: true },
  ]),
});
const row = { account: '9007199254740993', income: '1001.0', city: 'Bern', member: 'true' };

describe('what is typed into the fields', () => {
  it('is sent digit by digit: a long number and a point that matters stay as they were typed', () => {
    expect(bodyText(columns, row)).toContain('[9007199254740993, 1001.0, "Bern", true]');
    expect(JSON.parse(bodyText(columns, row)).dataframe_split.columns).toEqual(['account', 'income', 'city', 'member']);
  });

  it('is a body that reads as JSON however the numbers are written', () => {
    for (const [typed, sent] of [
      ['+7', '7'],
      ['007', '7'],
      ['-0', '-0'],
      ['1e3', '1e3'],
      ['', 'null'],
      ['twelve', '"twelve"'],
    ])
      expect(bodyText(columns, { ...row, account: typed! }), typed).toContain(`[${sent}, 1001.0`);
    for (const [typed, sent] of [
      ['.5', '0.5'],
      ['1.', '1'],
      ['-2.50', '-2.50'],
    ])
      expect(bodyText(columns, { ...row, income: typed! }), typed).toContain(`993, ${sent}, "Bern"`);
  });

  it('stands under JSON and comes back from there as it was', () => {
    expect(rowOf(bodyText(columns, row), columns)).toEqual(row);
    expect(rowOf('{"dataframe_records": [{"account": 9007199254740995, "member": false}]}', columns)).toEqual({
      account: '9007199254740995',
      income: '',
      city: '',
      member: 'false',
    });
  });

  it('is not taken from a body that is more or other than one row of these columns', () => {
    for (const body of [
      '{"dataframe_split": {"columns": ["account"], "data": [[1], [2]]}}',
      '{"dataframe_split": {"columns": ["acount"], "data": [[1]]}}',
      '{"dataframe_records": [{"account": {"deep": 1}}]}',
      '{"inputs": [[1, 2]]}',
      '{"dataframe_records": [{"account": 1}], "params": {"x": 1}}',
      '[1]',
      'null',
      'not JSON',
    ])
      expect(rowOf(body, columns), body).toBe(null);
  });

  it('begins with the example that was logged with the model', () => {
    const example = { dataframe_split: { columns: ['city', 'account'], data: [['Ulm', 3]] } };
    expect(exampleRow(example, columns)).toEqual({ account: '3', income: '', city: 'Ulm', member: '' });
    expect(exampleRow(null, columns)).toEqual({ account: '', income: '', city: '', member: '' });
  });
});
