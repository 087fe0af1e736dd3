import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDatabase } from '../../testing/plinth.ts';
import { type OpenDatabase, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';

let database: OpenDatabase;
let drop: () => Promise<void>;
let folder: string;
beforeEach(async () => {
  const made = await makeDatabase();
  drop = made.drop;
  database = openDatabase(made.connection);
  folder = await mkdtemp(join(tmpdir(), 'plinth-migrations-'));
  await writeFile(join(folder, '0001-a.sql'), 'create table a (id int)');
});
afterEach(async () => {
  await database.close();
  await drop();
});

describe('migrations', () => {
  it('run once, also when several servers start together', async () => {
    const ran = await Promise.all([
      migrate(database.pool, folder),
      migrate(database.pool, folder),
      migrate(database.pool, folder),
    ]);
    expect(ran.flat()).toEqual(['0001-a.sql']);
  });

  it('take as long as they take, also those that wait for another server’s, and leave the connection as it was', async () => {
    await writeFile(join(folder, '0002-long.sql'), 'select pg_sleep(1)');
    const pool = new pg.Pool({ ...(database.connection as pg.PoolConfig), statement_timeout: 300 });
    try {
      const ran = await Promise.all([migrate(pool, folder), migrate(pool, folder)]);
      expect(ran.flat()).toEqual(['0001-a.sql', '0002-long.sql']);
      for (let index = 0; index < 2; index++) await expect(pool.query('select pg_sleep(1)')).rejects.toThrow('statement timeout');
    } finally {
      await pool.end();
    }
  });

  it('leave the schema as it was when one fails, and name it', async () => {
    await migrate(database.pool, folder);
    await writeFile(join(folder, '0002-b.sql'), 'create table b (id int); create table a (id int)');
    await expect(migrate(database.pool, folder)).rejects.toThrow('0002-b.sql failed and was rolled back');
    const { rows } = await database.pool.query(`select to_regclass('b') as b`);
    expect(rows[0].b).toBeNull();
  });

  it('refuse a file that was changed after it ran', async () => {
    await migrate(database.pool, folder);
    await writeFile(join(folder, '0001-a.sql'), 'create table a (id bigint)');
    await expect(migrate(database.pool, folder)).rejects.toThrow('0001-a.sql was changed');
  });

  it('refuse a database of a newer Plinth', async () => {
    await migrate(database.pool, folder);
    await database.pool.query(`insert into schema_migrations (name, sha256) values ('0099-future.sql', 'x')`);
    await expect(migrate(database.pool, folder)).rejects.toThrow('newer Plinth');
  });
});
