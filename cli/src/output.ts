/** Data goes to standard output, messages to standard error. On a terminal a table for people, in a pipe tab-separated whole values. */

export interface Column<T> {
  title: string;
  value: (row: T) => string | number | boolean | null | undefined;
  /** In a pipe the exact value, where the table shows a friendlier one. */
  exact?: (row: T) => string | number | null | undefined;
}

export interface OutputOptions {
  /** `--json`: the answer as it is; with names, only those fields. */
  json?: boolean | string;
}

const onTerminal = (): boolean => process.stdout.isTTY === true;

export function printList<T extends object>(rows: T[], columns: Column<T>[], options: OutputOptions, empty: string): void {
  if (options.json) return printJson(rows.map((row) => pick(row, options.json!)));
  if (!onTerminal()) {
    for (const row of rows) write(columns.map((column) => flat((column.exact ?? column.value)(row))).join('\t'));
    return;
  }
  if (rows.length === 0) return note(empty);
  const cells = [
    columns.map((column) => column.title.toUpperCase()),
    ...rows.map((row) => columns.map((column) => flat(column.value(row)))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => [...line[index]!].length)));
  const room = process.stdout.columns || 120;
  cells.forEach((line, number) => {
    const text = line
      .map((cell, index) => (index === line.length - 1 ? cell : cell.padEnd(widths[index]! + (cell.length - [...cell].length))))
      .join('  ');
    const cut = [...text].length > room ? `${[...text].slice(0, room - 1).join('')}…` : text;
    write(number === 0 ? dim(cut) : cut);
  });
}

export function printObject(object: object, options: OutputOptions): void {
  if (options.json || !onTerminal()) {
    if (options.json) return printJson(pick(object, options.json));
    for (const [key, value] of Object.entries(object)) write(`${key}\t${flat(value)}`);
    return;
  }
  const entries = Object.entries(object).filter(([, value]) => value !== null && value !== '' && value !== undefined);
  const width = Math.max(...entries.map(([key]) => key.length));
  for (const [key, value] of entries) write(`${dim(key.padEnd(width))}  ${flat(value)}`);
}

export function printJson(value: unknown): void {
  write(JSON.stringify(value, null, onTerminal() ? 2 : undefined));
}

/** What a command did that answers with nothing else: a sentence for people, with `--json` an object for programs. */
export function done(told: object, options: OutputOptions, text: string): void {
  if (options.json) printJson(pick(told, options.json));
  else note(text);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** "3 min ago" for tables; pipes get the exact time. */
export function ago(time: string | null): string {
  if (!time) return '';
  const seconds = Math.max(0, (Date.now() - Date.parse(time)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

const dim = (text: string): string => (process.env.NO_COLOR ? text : `\u001b[2m${text}\u001b[22m`);

function pick(row: object, fields: boolean | string): unknown {
  if (typeof fields !== 'string') return row;
  const record = row as Record<string, unknown>;
  return Object.fromEntries(fields.split(',').map((field) => [field.trim(), record[field.trim()] ?? null]));
}

function flat(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value).replaceAll(/[\t\r\n]+/g, ' ');
}
