import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Runs as a process of its own: `extend-table-process.ts <csv|parquet|json> <table> <rows as JSON lines> <target>` writes the table with the rows
 * after its own to `target`, in the same form, and how many rows it had before and has now to standard output. CSV stays text throughout, so that
 * no value of the table changes; in other forms a value that does not fit its column becomes missing. DuckDB may use these files and no other.
 */
const [format, table, rows, target] = process.argv.slice(2) as ['csv' | 'parquet' | 'json', string, string, string];
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const name = (column: string): string => `"${column.replaceAll('"', '""')}"`;
const isTabbed = /\.tsv(\.gz)?$/i.test(target);
const compression = /\.gz$/i.test(target) ? ', compression gzip' : '';

const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', threads: '1' });
const connection = await instance.connect();
await connection.run(`set allowed_paths=[${[table, rows, target].map(quote).join(', ')}]`);
await connection.run('set enable_external_access=false');
await connection.run('set lock_configuration=true');
const list = async (query: string): Promise<string[][]> =>
  (await (await connection.runAndReadAll(query)).getRowsJson()) as string[][];

const source = {
  csv: `read_csv(${quote(table)}, all_varchar=true, header=true)`,
  parquet: `read_parquet(${quote(table)})`,
  json: `read_json(${quote(table)}, format='newline_delimited')`,
}[format];
await connection.run(`create temp table data as select * from ${source}`);
await connection.run(
  `create temp table more as select * from read_json(${quote(rows)}, format='newline_delimited', columns={place: 'BIGINT', row: 'MAP(VARCHAR, VARCHAR)'})`,
);
const columns = await list(
  `select column_name, data_type from information_schema.columns where table_name = 'data' order by ordinal_position`,
);
const [[before = '0'] = []] = await list('select count(*)::varchar from data');
const values: string[] = [];
for (const [column, type] of columns as [string, string][]) {
  const value = `row[${quote(column)}]`;
  if (format !== 'csv') values.push(`try_cast(${value} as ${type})`);
  else if ((await list(`select 1 from data where ${name(column)} in ('True', 'False') limit 1`)).length > 0)
    // Written by Python: true and True would be two values to it.
    values.push(`case ${value} when 'true' then 'True' when 'false' then 'False' else ${value} end`);
  else values.push(value);
}
await connection.run(`insert into data select ${values.join(', ')} from more order by place`);
const form = {
  csv: `format csv, header true${isTabbed ? ", delimiter '\t'" : ''}${compression}`,
  parquet: 'format parquet, compression zstd',
  json: `format json, array false${compression}`,
}[format];
await connection.run(`copy data to ${quote(target)} (${form})`);
const [[after = '0'] = []] = await list('select count(*)::varchar from data');
process.stdout.write(JSON.stringify({ before: Number(before), after: Number(after) }));
