import { DuckDBInstance } from '@duckdb/node-api';
import type { ColumnProfile } from './dataset.ts';

/**
 * Runs as a process of its own: `profile-process.ts <csv|parquet|json> <path>` writes a table's profile to standard output as JSON.
 * DuckDB may read that one file and nothing else.
 */
const [format, path] = process.argv.slice(2) as ['csv' | 'parquet' | 'json', string];
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const name = (column: string): string => `"${column.replaceAll('"', '""')}"`;

const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB', threads: '2' });
const connection = await instance.connect();
const source = {
  csv: `read_csv(${quote(path)}, sample_size=20480)`,
  parquet: `read_parquet(${quote(path)})`,
  json: `read_json(${quote(path)}, format='newline_delimited')`,
}[format];
await connection.run(`set allowed_paths=[${quote(path)}]`);
await connection.run('set enable_external_access=false');
await connection.run('set lock_configuration=true');

const rows = async (query: string): Promise<Record<string, unknown>[]> =>
  (await (await connection.runAndReadAll(query)).getRowObjectsJson()) as Record<string, unknown>[];

await connection.run(`create temp table data as select * from ${source}`);
const columns = await rows(
  `select column_name, data_type from information_schema.columns where table_name = 'data' order by ordinal_position limit 500`,
);
const [{ count: rowCount } = { count: 0 }] = await rows('select count(*) as count from data');
const result: ColumnProfile[] = [];
for (const { column_name, data_type } of columns) result.push(await profile(String(column_name), String(data_type)));
process.stdout.write(JSON.stringify({ rowCount: Number(rowCount), columns: result }));

async function profile(column: string, type: string): Promise<ColumnProfile> {
  const id = name(column);
  const numeric = /INT|DOUBLE|FLOAT|DECIMAL|REAL/.test(type);
  const [facts = {}] = await rows(
    `select count(${id}) as count, count(*) - count(${id}) as nulls, approx_count_distinct(${id}) as distinct_count, min(${id})::varchar as min, max(${id})::varchar as max
     ${numeric ? `, avg(${id}::double) as mean, stddev_samp(${id}::double) as deviation, quantile_cont(${id}::double, [0.25, 0.5, 0.75]) as quartiles, min(${id}::double) as low, max(${id}::double) as high` : ''} from data`,
  );
  const number = (value: unknown): number | null =>
    value === null || value === undefined || !Number.isFinite(Number(value)) ? null : Number(value);
  const quartiles = Array.isArray(facts.quartiles) ? facts.quartiles.map(Number) : null;
  return {
    name: column,
    type,
    count: Number(facts.count),
    nullCount: Number(facts.nulls),
    distinctCount: Number(facts.distinct_count),
    min: (facts.min as string | null) ?? null,
    max: (facts.max as string | null) ?? null,
    mean: number(facts.mean),
    standardDeviation: number(facts.deviation),
    quartiles,
    histogram: numeric ? await histogram(id, number(facts.low), number(facts.high)) : null,
    topValues: numeric ? null : await topValues(id),
  };
}

async function histogram(id: string, low: number | null, high: number | null): Promise<ColumnProfile['histogram']> {
  if (low === null || high === null) return null;
  const bins = low === high ? 1 : 20;
  const width = (high - low) / bins || 1;
  const counts = await rows(
    `select least(${bins - 1}, floor((${id}::double - ${low}) / ${width}))::int as bin, count(*) as count from data where ${id} is not null and isfinite(${id}::double) group by 1`,
  );
  const byBin = new Map(counts.map((row) => [Number(row.bin), Number(row.count)]));
  return Array.from({ length: bins }, (_, bin) => ({
    from: low + bin * width,
    to: bin === bins - 1 ? high : low + (bin + 1) * width,
    count: byBin.get(bin) ?? 0,
  }));
}

async function topValues(id: string): Promise<ColumnProfile['topValues']> {
  const top = await rows(
    `select ${id}::varchar as value, count(*) as count from data where ${id} is not null group by 1 order by 2 desc, 1 limit 10`,
  );
  return top.map((row) => ({ value: String(row.value).slice(0, 200), count: Number(row.count) }));
}
