import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { sha256 } from '../../kit/digest.ts';

/** Any constant will do, as long as no other code of ours takes the same advisory lock. */
const lockKey = 7_546_201;

export const migrationsFolder = join(import.meta.dirname, '../../../migrations');

/**
 * Brings the schema to the newest state: numbered SQL files, forward only, each in a transaction of its own, under an advisory lock so that
 * servers that start together do it once. A file that was edited after it ran is refused by name.
 *
 * @param only run no other files than these: a backup is loaded into the schema that it was made with
 * @returns the names of the files that ran now
 */
export async function migrate(pool: pg.Pool, folder = migrationsFolder, only?: ReadonlySet<string>): Promise<string[]> {
  const client = await pool.connect();
  try {
    // The limits of requests are not for these: a large table takes its time, and so does waiting for another server at it.
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await client.query(
      'create table if not exists schema_migrations (name text primary key, sha256 text not null, ran_at timestamptz not null default now())',
    );
    const known = new Map(
      (await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migrations')).rows.map((row) => [
        row.name,
        row.sha256,
      ]),
    );
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
    const unknown = [...known.keys()].filter((name) => !files.includes(name));
    if (unknown.length > 0) {
      throw new Error(
        `This database was used by a newer Plinth (it has ${unknown.join(', ')}). Start that version or a later one.`,
      );
    }
    const ran: string[] = [];
    for (const name of files) {
      if (only && !only.has(name)) continue;
      const text = await readFile(join(folder, name), 'utf8');
      const digest = sha256(text);
      const before = known.get(name);
      if (before === digest) continue;
      if (before)
        throw new Error(
          `Migration ${name} was changed after it ran on this database. Restore the file and put the change in a new one.`,
        );
      await runOne(client, name, text, digest);
      ran.push(name);
    }
    return ran;
  } finally {
    const settled = await client
      .query('select pg_advisory_unlock($1)', [lockKey])
      .then(() => client.query('reset statement_timeout; reset idle_in_transaction_session_timeout'))
      .then(
        () => true,
        () => false,
      );
    // A connection that could not be put back as it was is not given to anybody else.
    client.release(!settled);
  }
}

async function runOne(client: pg.PoolClient, name: string, text: string, digest: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, digest]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed and was rolled back: ${(error as Error).message}`, { cause: error });
  }
}
