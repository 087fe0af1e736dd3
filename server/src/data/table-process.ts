import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Runs as a process of its own: `table-process.ts <csv|parquet|json> <path> <rows>` writes at most that many rows of a table, drawn by chance but
 * the same each time, to standard output as JSON. Numbers are numbers, all else is text. DuckDB may read that one file and nothing else.
 */
const [format, path, limit] = process.argv.slice(2) as ['csv' | 'parquet' | 'json', string, string];
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const name = (column: string): string => `"${column.replaceAll('"', '""')}"`;

const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB', threads: '1' });
const connection = await instance.connect();
const source = {
  csv: `read_csv(${quote(path)}, sample_size=20480)`,
  parquet: `read_parquet(${quote(path)})`,
  json: `read_json(${quote(path)}, format='newline_delimited')`,
}[format];
await connection.run(`set allowed_paths=[${quote(path)}]`);
await connection.run('set enable_external_access=false');
await connection.run('set lock_configuration=true');

await connection.run(`create temp table data as select * from ${source}`);
const described = (await (
  await connection.runAndReadAll(
    `select column_name, data_type from information_schema.columns where table_name = 'data' order by ordinal_position limit 500`,
  )
).getRowsJson()) as [string, string][];
const columns = described.map(([column, type]) => ({ name: column, isNumeric: /INT|DOUBLE|FLOAT|DECIMAL|REAL/.test(type) }));
const list = columns.map(({ name: column, isNumeric }) => {
  const id = name(column);
  return isNumeric ? `case when isfinite(${id}::double) then ${id}::double end` : `${id}::varchar`;
});
const rows = await (
  await connection.runAndReadAll(
    `select ${list.join(', ')} from data using sample reservoir(${Number(limit)} rows) repeatable (42)`,
  )
).getRowsJson();
process.stdout.write(JSON.stringify({ columns, rows }));
