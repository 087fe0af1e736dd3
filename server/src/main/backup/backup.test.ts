import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, readConfig } from '../../platform/index.ts';
import { makeDatabase, type TestPlinth, plinth as testPlinth } from '../../testing/plinth.ts';
import { type Entry, openArchive, verifyArchive, writeArchive } from './archive.ts';
import { makeBackup } from './make-backup.ts';
import type { Manifest } from './manifest.ts';
import { restoreBackup } from './restore-backup.ts';
import { tablesToCopy } from './table-store.ts';
import { beginRestore, refuseUnfinished } from './unfinished.ts';

let t: TestPlinth;
let folder: string;
beforeAll(async () => {
  t = await testPlinth({ projects: 1 });
  folder = await mkdtemp(join(tmpdir(), 'plinth-backups-'));
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await t?.stop();
  await rm(folder, { recursive: true, force: true });
});

const rest: Omit<Manifest, 'files'> = {
  format: 1,
  version: '0',
  madeAt: '2026-01-01T00:00:00.000Z',
  migrations: [],
  tables: [],
  sequences: [],
  withSecretKey: false,
  links: [],
};

async function* small(): AsyncGenerator<Entry> {
  yield { path: 'tables/people.copy', sizeBytes: 3, content: () => Buffer.from('a\tb') };
  yield { path: `workspaces/${'long/'.repeat(30)}naïve.txt`, sizeBytes: 600, mode: 0o644, content: () => Buffer.alloc(600, 1) };
  yield { path: 'predictions/empty.seg', sizeBytes: 0, content: () => Buffer.of() };
}

const verified = async (place: string): Promise<Manifest> => {
  const archive = await openArchive(place);
  await verifyArchive(archive);
  return archive.manifest;
};

/** An empty home and an empty database of its own. */
async function target(name: string) {
  const { connection, drop } = await makeDatabase();
  const { host, port, user, password, database } = connection;
  const url = `postgresql://${user}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(host!)}`;
  const config = readConfig({ PLINTH_HOME: join(folder, name), PLINTH_PORT: '0', PLINTH_DATABASE_URL: url }, null);
  return { config, connection, drop };
}

describe('a backup', () => {
  it('is an archive in which no bit can change unnoticed', async () => {
    const place = join(folder, 'small.tar');
    await writeArchive(place, small(), () => rest);
    expect((await verified(place)).files).toHaveLength(3);
    const whole = await readFile(place);
    const unnoticed: number[] = [];
    const file = await open(place, 'r+');
    for (let offset = 0; offset < whole.length; offset++) {
      const changed = Buffer.of(whole[offset]! ^ (1 << (offset % 8)));
      await file.write(changed, 0, 1, offset);
      await verified(place).then(
        () => unnoticed.push(offset),
        () => {},
      );
      await file.write(whole, offset, 1, offset);
    }
    await file.close();
    expect(unnoticed).toEqual([]);
    for (const end of [whole.length - 1, whole.length - 512, 1500, 0]) {
      await writeFile(place, whole.subarray(0, end));
      await expect(verified(place), `cut off at ${end}`).rejects.toThrow(/damaged or cut off/);
    }
  });

  it('never writes over what is there, and leaves nothing when it fails', async () => {
    await expect(writeArchive(folder, small(), () => rest)).rejects.toThrow(/exists already/);
    async function* failing(): AsyncGenerator<Entry> {
      yield { path: 'a', sizeBytes: 1, content: () => Buffer.of(1) };
      yield { path: 'b', sizeBytes: 1, content: async () => createReadStream(join(folder, 'absent')) };
    }
    for (const name of ['failed', 'failed.tar'])
      await expect(writeArchive(join(folder, name), failing(), () => rest)).rejects.toThrow(/ENOENT/);
    expect((await readdir(folder)).filter((name) => name.startsWith('failed'))).toEqual([]);
  });

  it('knows of every column with a digest whether it names a blob', async () => {
    const client = await t.app.platform.database.pool.connect();
    const tables = await tablesToCopy(client);
    client.release();
    const columns = tables.flatMap(({ name, columns: all }) => all.map((column) => `${name}.${column}`));
    // A new one comes here once it is decided: the first list must be in `noBlobColumns`, what is in the second is copied.
    expect(columns.filter((column) => column.endsWith('sha256')).sort()).toEqual([
      'approvals.evidence_sha256',
      'artifacts.sha256',
      'environment_revisions.manifest_sha256',
      'events.payload_sha256',
      'events.previous_sha256',
      'events.sha256',
      'idempotency_keys.request_sha256',
      'jobs.patch_sha256',
      'prediction_archives.sha256',
      'project_blobs.sha256',
      'runs.patch_sha256',
      'snapshot_files.sha256',
      'workloads.log_sha256',
      'workspaces.patch_sha256',
    ]);
  });

  it('drops sessions and keeps tokens, background work and the numbers that were given out', async () => {
    const { pool } = t.app.platform.database;
    await pool.query(
      `insert into sessions (id, hash, person_id, expires_at) values ('ses_1', 'hash', $1, now() + interval '1 day')`,
      [t.app.administratorId],
    );
    await pool.query(
      `select graphile_worker.add_job('later', '{"a": 1}', run_at => now() + interval '1 day', job_key => 'once')`,
    );
    await pool.query(`select nextval('predictions_sequence_seq') from generate_series(1, 41)`);
    const place = join(folder, 'whole');
    await makeBackup(t.app.platform, place);
    const { config, connection, drop } = await target('restored');
    await restoreBackup(config, place);
    const restored = openDatabase(connection);
    const one = async (sql: string) => (await restored.pool.query(sql)).rows[0].value;
    expect(await one('select count(*) as value from sessions')).toBe(0);
    expect(await one('select count(*) as value from tokens')).toBe(
      (await pool.query('select count(*) as value from tokens')).rows[0].value,
    );
    expect(await one(`select task_identifier as value from graphile_worker.jobs where key = 'once'`)).toBe('later');
    expect(await one(`select nextval('predictions_sequence_seq') as value`)).toBe(42);
    await restored.close();
    await drop();
  });

  it('whose rows do not fit together is not restored, and what was begun is taken away', async () => {
    const source = await target('source');
    await restoreBackup(source.config, join(folder, 'whole'));
    const database = openDatabase(source.connection);
    await database.pool.query(`alter table experiments drop constraint experiments_project_id_fkey;
      insert into experiments (id, project_id, name, created_time, updated_time, created_by) values ('9', 'prj_no', 'x', 1, 1, 'usr')`);
    await makeBackup({ ...t.app.platform, config: source.config, database }, join(folder, 'torn'));
    await database.close();
    await source.drop();
    const { config, connection, drop } = await target('untouched');
    await expect(restoreBackup(config, join(folder, 'torn'))).rejects.toThrow(/experiments_project_id_fkey/);
    expect(await readdir(config.home)).toEqual([]);
    const empty = openDatabase(connection);
    const { rows } = await empty.pool.query(
      `select count(*) as count from pg_tables where schemaname in ('public', 'graphile_worker')`,
    );
    expect(rows[0].count).toBe(0);
    await empty.close();
    await drop();
  });

  it('restored half by a process that was killed keeps the server from starting', async () => {
    const home = await mkdtemp(join(folder, 'half-'));
    refuseUnfinished(home);
    beginRestore(home);
    expect(() => refuseUnfinished(home)).toThrow(/did not end; remove the folder/);
  });
});
