import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Runs as a process of its own, since a large file takes memory that the server should not hold:
 * `archive-process.ts write <jsonl> <parquet> <bytes of the longest line>` prints how many rows the Parquet file holds; `read <parquet> <query>` prints rows as JSON.
 */
const [verb, source, target, longest] = process.argv.slice(2) as ['write' | 'read', string, string, string | undefined];
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const types: Record<string, string> = {
  sequence: 'BIGINT',
  id: 'VARCHAR',
  projectId: 'VARCHAR',
  deploymentId: 'VARCHAR',
  channel: 'VARCHAR',
  revisionId: 'VARCHAR',
  versionId: 'VARCHAR',
  replicaId: 'VARCHAR',
  consumerId: 'VARCHAR',
  consumerKind: 'VARCHAR',
  at: 'VARCHAR',
  latencyMilliseconds: 'DOUBLE',
  status: 'INTEGER',
  error: 'VARCHAR',
  form: 'VARCHAR',
  contentType: 'VARCHAR',
  rowCount: 'INTEGER',
  columnsJson: 'VARCHAR',
  rowsJson: 'VARCHAR',
  outputsJson: 'VARCHAR',
  request: 'VARCHAR',
  response: 'VARCHAR',
};
const bodies = ['request', 'response'];

const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', threads: '2' });
const connection = await instance.connect();
const rowsOf = async (query: string): Promise<Record<string, unknown>[]> =>
  (await (await connection.runAndReadAll(query)).getRowObjectsJson()) as Record<string, unknown>[];

process.stdout.write(JSON.stringify(verb === 'write' ? await write() : await read()));

async function write(): Promise<{ count: number }> {
  const columns = `{${Object.entries(types)
    .map(([name, type]) => `'${name}': '${type}'`)
    .join(', ')}}`;
  const decoded = bodies.map((name) => `from_base64(${name}) as ${name}`).join(', ');
  await connection.run(
    `copy (select * replace (${decoded}, "at"::timestamptz as "at") from read_json(${quote(source)}, format='newline_delimited', columns=${columns}, maximum_object_size=${Number(longest) + 1024}) order by sequence)
     to ${quote(target)} (format parquet, compression zstd, row_group_size 10000)`,
  );
  const [row] = await rowsOf(`select count(*) as count from read_parquet(${quote(target)})`);
  return { count: Number(row!.count) };
}

async function read(): Promise<unknown[]> {
  const query = JSON.parse(target) as { id?: string; ids?: string[]; after?: number; before?: number | null; limit?: number };
  const withBodies = query.id !== undefined;
  const columns = Object.keys(types).map((name) => {
    if (bodies.includes(name)) return withBodies ? `to_base64(${name}) as ${name}` : `'' as ${name}`;
    return name === 'at' ? `strftime("at" at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') as "at"` : `"${name}"`;
  });
  const where =
    query.id !== undefined
      ? `id = ${quote(query.id)}`
      : query.ids !== undefined
        ? `id in (${query.ids.map(quote).join(', ')})`
        : query.after !== undefined
          ? `sequence > ${Number(query.after)}`
          : query.before === null || query.before === undefined
            ? 'true'
            : `sequence < ${Number(query.before)}`;
  const order = query.after !== undefined || withBodies ? 'asc' : 'desc';
  const limit = query.ids?.length ?? query.limit ?? 1;
  const rows = await rowsOf(
    `select ${columns.join(', ')} from read_parquet(${quote(source)}) where ${where} order by sequence ${order} limit ${Number(limit)}`,
  );
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}
