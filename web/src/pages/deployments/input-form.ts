/** One column of a signature. */
export interface InputColumn {
  name: string;
  type: string;
  required: boolean;
}

/** What stands in the fields, as it was typed, by column. */
export type InputRow = Readonly<Record<string, string>>;

/** Named columns of a signature's inputs; none where it has tensors, or no names. */
export function columnsOf(signature: unknown): InputColumn[] {
  const inputs = (signature as { inputs?: unknown } | null | undefined)?.inputs;
  try {
    const list = (typeof inputs === 'string' ? JSON.parse(inputs) : inputs) as Partial<InputColumn>[] | undefined;
    if (!Array.isArray(list) || list.some((one) => typeof one?.name !== 'string' || typeof one.type !== 'string')) return [];
    if (list.some((one) => one.type === 'tensor')) return [];
    return list.map((one) => ({ name: one.name!, type: one.type!, required: one.required !== false }));
  } catch {
    return [];
  }
}

const whole = ['integer', 'long'];
export const isNumber = ({ type }: InputColumn): boolean => [...whole, 'double', 'float'].includes(type);

/** What was typed as a body of one row. It is text from the first to the last: as numbers of the browser, long ones would lose digits. */
export function bodyText(columns: readonly InputColumn[], row: InputRow): string {
  const names = columns.map((one) => JSON.stringify(one.name)).join(', ');
  const values = columns.map((one) => literalOf(one, row[one.name] ?? '')).join(', ');
  return `{\n  "dataframe_split": {\n    "columns": [${names}],\n    "data": [[${values}]]\n  }\n}`;
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function literalOf(column: InputColumn, text: string): string {
  if (text === '') return 'null';
  if (column.type === 'boolean') return text === 'true' ? 'true' : 'false';
  if (!isNumber(column)) return JSON.stringify(text);
  const plain = text
    .trim()
    .replace(/^\+/, '')
    .replace(/^(-?)0+(?=\d)/, '$1');
  if (jsonNumber.test(plain)) return plain;
  // What is no number goes as it is: the model says best what is wrong with it.
  return Number.isFinite(Number(plain)) ? String(Number(plain)) : JSON.stringify(text);
}

/** A number as it is written in the body. */
class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The fields of a body that is one row of these columns, digit by digit; null when it is more, or something else. */
export function rowOf(body: string, columns: readonly InputColumn[]): InputRow | null {
  const known = new Set(columns.map((one) => one.name));
  try {
    const read = JSON.parse(body, keepDigits) as Record<string, unknown> | null;
    if (!read || Object.keys(read).length !== 1) return null;
    const record = recordOf(read);
    if (!record || Object.entries(record).some(([name, value]) => !known.has(name) || textOf(value) === null)) return null;
    return Object.fromEntries(columns.map(({ name }) => [name, textOf(record[name]) ?? '']));
  } catch {
    return null;
  }
}

/** Browsers hand the digits to the reviver; one that does not yet gives the number that it made of them. */
const keepDigits = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' ? new Digits(context?.source ?? String(value)) : value;

function recordOf(body: Record<string, unknown>): Record<string, unknown> | null {
  const { dataframe_split: split, dataframe_records: records } = body as {
    dataframe_split?: { columns?: string[]; data?: unknown[][] };
    dataframe_records?: Record<string, unknown>[];
  };
  if (records) return records.length === 1 ? records[0]! : null;
  const [only, ...more] = split?.data ?? [];
  if (!only || more.length > 0 || !split?.columns || split.columns.length !== only.length) return null;
  return Object.fromEntries(split.columns.map((name, index) => [name, only[index]]));
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return '';
  if (value instanceof Digits) return value.text;
  return typeof value === 'object' ? null : String(value);
}

/** The first row of an example body, by column. */
export function exampleRow(example: unknown, columns: readonly InputColumn[]): InputRow {
  const split = (example as { dataframe_split?: { columns?: string[]; data?: unknown[][] } } | null)?.dataframe_split;
  const records = (example as { dataframe_records?: Record<string, unknown>[] } | null)?.dataframe_records;
  const value = (name: string): unknown => records?.[0]?.[name] ?? split?.data?.[0]?.[split.columns?.indexOf(name) ?? -1];
  return Object.fromEntries(columns.map(({ name }) => [name, String(value(name) ?? '')]));
}
