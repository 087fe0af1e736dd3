import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Manifest } from './manifest.ts';

/** What belongs to the processes and browsers of one installation and means nothing in another. */
const leftOut: readonly string[] = [
  // The restore makes it by running the migrations.
  'schema_migrations',
  'server_processes',
  // Whoever was signed in signs in again; tokens are kept.
  'sessions',
  'content_sessions',
  'sign_in_tickets',
  'sign_in_attempts',
  'device_sign_ins',
  // Parts that are on their way, and addresses that end within minutes.
  'artifact_uploads',
  'artifact_links',
];

/** Columns whose value is the digest of something else than a blob. Every other column that ends in `sha256` names one. */
const noBlobColumns: readonly string[] = [
  'events.payload_sha256',
  'events.previous_sha256',
  'events.sha256',
  'idempotency_keys.request_sha256',
  'approvals.evidence_sha256',
  'schema_migrations.sha256',
];

export interface CopiedTable {
  name: string;
  /** Without generated ones. */
  columns: string[];
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const columnsOf = ({ columns }: CopiedTable): string => columns.map(quote).join(', ');

/** Text that every PostgreSQL reads the same, whatever its own settings are; and COPY may take its time. */
export async function prepareSession(client: pg.ClientBase): Promise<void> {
  await client.query(`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = 0;
    set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set timezone = 'UTC'; set extra_float_digits = 3;
    set bytea_output = 'hex'; set client_encoding = 'UTF8'`);
}

/** All tables of our schema, by the catalogue: a new migration needs nothing here. */
export async function tablesToCopy(client: pg.ClientBase): Promise<CopiedTable[]> {
  const { rows } = await client.query<CopiedTable>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> all($1) group by c.relname order by c.relname`,
    [leftOut],
  );
  return rows;
}

export async function countTables(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::int as count from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')`,
  );
  return rows[0].count;
}

/** @returns how many rows were written to the file */
export async function copyOut(client: pg.ClientBase, table: CopiedTable, file: string): Promise<number> {
  const stream = client.query(copyTo(`copy (select ${columnsOf(table)} from ${quote(table.name)}) to stdout`));
  await pipeline(stream, createWriteStream(file, { mode: 0o600 }));
  return stream.rowCount;
}

/** Read after the rows: a number may have been given out since, which only leaves a gap. */
export async function readSequences(client: pg.ClientBase): Promise<Manifest['sequences']> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'S' order by relname`,
  );
  const sequences: Manifest['sequences'] = [];
  for (const { name } of rows) {
    const found = await client.query(`select last_value::text as value, is_called from ${quote(name)}`);
    sequences.push({ name, lastValue: found.rows[0].value, isCalled: found.rows[0].is_called });
  }
  return sequences;
}

/** Digests of all blobs that rows name. */
export async function namedBlobs(client: pg.ClientBase, tables: readonly CopiedTable[]): Promise<Set<string>> {
  const named = new Set<string>();
  for (const { name, columns } of tables) {
    for (const column of columns) {
      if (!column.endsWith('sha256') || noBlobColumns.includes(`${name}.${column}`)) continue;
      const { rows } = await client.query(
        `select distinct ${quote(column)} as digest from ${quote(name)} where ${quote(column)} is not null`,
      );
      for (const { digest } of rows) named.add(digest);
    }
  }
  return named;
}

export interface WaitingTask {
  identifier: string;
  payload: unknown;
  key: string | null;
  run_at: string;
  priority: number;
  queue_name: string | null;
  max_attempts: number;
}

/** Background work that was still to be done. */
export async function waitingTasks(client: pg.ClientBase): Promise<WaitingTask[]> {
  const there = await client.query(`select to_regclass('graphile_worker._private_jobs') is not null as ok`);
  if (!there.rows[0].ok) return [];
  const { rows } = await client.query<WaitingTask>(
    `select t.identifier, j.payload, j.key, j.run_at::text, j.priority, q.queue_name, j.max_attempts
     from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     left join graphile_worker._private_job_queues q on q.id = j.job_queue_id
     where j.attempts < j.max_attempts order by j.id`,
  );
  return rows;
}

export async function queueTasks(client: pg.ClientBase, tasks: readonly WaitingTask[]): Promise<void> {
  for (const task of tasks) {
    await client.query(
      `select graphile_worker.add_job($1::text, $2::json, queue_name => $3::text, run_at => $4::timestamptz,
         max_attempts => $5::int, job_key => $6::text, priority => $7::int)`,
      [task.identifier, JSON.stringify(task.payload), task.queue_name, task.run_at, task.max_attempts, task.key, task.priority],
    );
  }
}

/**
 * Puts all rows into an empty schema of the same migrations, in the caller's transaction. Foreign keys are taken away and put back, which
 * checks every row once and needs no order among the tables; what migrations had put in goes first.
 */
export async function loadTables(
  client: pg.ClientBase,
  manifest: Manifest,
  open: (table: string) => Readable,
  progress: (line: string) => void,
): Promise<void> {
  const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(
    `select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and k.conparentid = 0 and c.relnamespace = current_schema()::regnamespace`,
  );
  for (const { table, name } of keys) await client.query(`alter table ${quote(table)} drop constraint ${quote(name)}`);
  const present = await tablesToCopy(client);
  if (present.length > 0) await client.query(`truncate ${present.map(({ name }) => quote(name)).join(', ')}`);
  for (const table of manifest.tables) {
    const stream = client.query(copyFrom(`copy ${quote(table.name)} (${columnsOf(table)}) from stdin`));
    await pipeline(open(table.name), stream);
    if (stream.rowCount !== table.rows) throw new Error(`${table.name} took ${stream.rowCount} rows instead of ${table.rows}`);
    if (table.rows > 0) progress(`${table.name}: ${table.rows} rows`);
  }
  for (const { table, name, definition } of keys)
    await client.query(`alter table ${quote(table)} add constraint ${quote(name)} ${definition}`);
  for (const { name, lastValue, isCalled } of manifest.sequences)
    await client.query('select setval($1::regclass, $2::bigint, $3)', [quote(name), lastValue, isCalled]);
}

/** Empties a database that a failed restore had begun to fill; it had been empty. */
export async function dropAll(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition`,
  );
  if (rows.length > 0) await client.query(`drop table ${rows.map(({ name }) => quote(name)).join(', ')} cascade`);
  await client.query('drop schema if exists graphile_worker cascade');
}
