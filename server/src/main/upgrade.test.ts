import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../kit/canonical-json.ts';
import { sha256 } from '../kit/digest.ts';
import { folderBlobStore, migrate, migrationsFolder, type OpenDatabase, openDatabase, readConfig } from '../platform/index.ts';
import { type Caller, makeCaller, makeDatabase } from '../testing/plinth.ts';
import { type App, startApp } from './app.ts';
import { makeBackup, openGround, restoreBackup } from './backup/index.ts';

/** A state that was made by the first release, whose schema ended at 0060: today's server goes on with it, and so does a backup of it. */
const newestThen = '0060-workspaces.sql';
const adminToken = 'pln_of_the_first_release_0123456789';
const fileText = 'written by the first release\n';

let folder: string;
const drops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-upgrade-'));
  await chmod(folder, 0o755);
});
afterAll(async () => {
  for (const drop of drops) await drop();
  await rm(folder, { recursive: true, force: true });
});

async function emptyState(name: string) {
  const { connection, drop } = await makeDatabase();
  drops.push(drop);
  const { host, port, user, password, database } = connection;
  const url = `postgresql://${user}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(host!)}`;
  const config = readConfig({ PLINTH_HOME: join(folder, name), PLINTH_PORT: '0', PLINTH_DATABASE_URL: url }, null);
  return { config, connection };
}

type State = Awaited<ReturnType<typeof emptyState>>;

async function oldState(name: string): Promise<State> {
  const state = await emptyState(name);
  const database = openDatabase(state.connection);
  const names = (await readdir(migrationsFolder)).filter((file) => file.endsWith('.sql') && file <= newestThen);
  await migrate(database.pool, migrationsFolder, new Set(names));
  const blob = await folderBlobStore(state.config.blobs).put(Buffer.from(fileText));
  await addRows(database, blob.sha256);
  await database.close();
  return state;
}

async function addRows({ pool }: OpenDatabase, blob: string): Promise<void> {
  const payload = canonicalJson({ id: 'prj_old1', name: 'Old' });
  await pool.query(`
    insert into organizations (id, name) values ('org_main', 'Organization');
    insert into scopes (id, kind, parent_id) values ('org_main', 'organization', null), ('prj_old1', 'project', 'org_main');
    insert into scope_ancestors (scope_id, ancestor_id) values
      ('org_main', 'org_main'), ('prj_old1', 'prj_old1'), ('prj_old1', 'org_main');
    insert into people (id, email, name) values ('usr_old1', 'ada@example.org', 'Ada');
    insert into grants (id, subject_id, scope_id, role, created_by) values ('grt_old1', 'usr_old1', 'org_main', 'admin', 'system');
    insert into tokens (id, name, owner_id, hash) values ('tok_old1', 'mine', 'usr_old1', '${sha256(adminToken)}');
    insert into projects (id, organization_id, slug, name, stage, owner_id, created_by)
      values ('prj_old1', 'org_main', 'old', 'Old', 'ideation', 'usr_old1', 'usr_old1');
    insert into experiments (id, project_id, name, is_default, created_time, updated_time, created_by)
      values ('1', 'prj_old1', 'Default', true, 1, 1, 'usr_old1');
    insert into runs (id, experiment_id, project_id, name, status, start_time, user_id, origin, created_by)
      values ('0123456789abcdef0123456789abcdef', '1', 'prj_old1', 'first', 'running', 1, 'ada', 'outside', 'usr_old1');
    insert into run_params values ('0123456789abcdef0123456789abcdef', 'depth', '3');
    insert into artifacts (owner_ref, path, project_id, sha256, size_bytes)
      values ('run:0123456789abcdef0123456789abcdef', 'model.txt', 'prj_old1', '${blob}', ${fileText.length});
    insert into datasets (id, project_id, name, created_by) values ('dst_old1', 'prj_old1', 'rows', 'usr_old1');
    insert into snapshots (id, dataset_id, project_id, number, digest, file_count, size_bytes, profile, created_by)
      values ('snp_old1', 'dst_old1', 'prj_old1', 1, '${'0'.repeat(64)}', 1, ${fileText.length}, '{"state": "ready"}', 'usr_old1');
    insert into snapshot_files values ('snp_old1', 'a.txt', '${blob}', ${fileText.length});
    insert into events (actor_kind, actor_id, actor_name, verb, object_type, object_id, project_id, request_id, payload, payload_sha256)
      values ('person', 'usr_old1', 'Ada', 'project.created', 'project', 'prj_old1', 'prj_old1', 'r', '${payload}', '${sha256(payload)}')`);
}

async function withServer(state: State, work: (admin: Caller, app: App) => Promise<void>): Promise<void> {
  const app = await startApp(state.config, state.connection, { log: pino({ level: 'fatal' }) });
  try {
    await work(makeCaller(app.url, adminToken, 'usr_old1', 'ada@example.org'), app);
  } finally {
    await app.stop();
  }
}

/** What was there is there, and what is new works on it. */
async function expectAllWorks(admin: Caller): Promise<void> {
  const run = '0123456789abcdef0123456789abcdef';
  expect((await admin.get('/projects/old')).body).toMatchObject({ id: 'prj_old1', name: 'Old' });
  expect((await admin.get(`/runs/${run}`)).body.params).toEqual([{ key: 'depth', value: '3' }]);
  const mlflow = '/mlflow/old/api/2.0/mlflow';
  const batch = { run_id: run, metrics: [{ key: 'loss', value: 1, timestamp: 1, step: 1 }] };
  expect((await admin.post(`${mlflow}/runs/log-batch`, batch)).status).toBe(200);
  expect((await admin.get(`/runs/${run}/artifacts`)).body.items).toMatchObject([{ path: 'model.txt' }]);
  expect((await admin.get('/snapshots/snp_old1/content?path=a.txt')).body).toBe(fileText);
  expect((await admin.post('/projects', { name: 'New beside it' })).status).toBe(201);
  expect((await admin.post(`${mlflow}/registered-models/create`, { name: 'scorer' })).status).toBe(200);
  expect((await admin.get('/projects/old/deployments')).status).toBe(200);
  expect((await admin.get('/audit/verify')).body.valid).toBe(true);
}

describe('a state of the first release', () => {
  it('is taken over by today’s server, with all that is in it', async () => {
    await withServer(await oldState('taken-over'), expectAllWorks);
  });

  it('comes out of its backup at today’s schema', async () => {
    const old = await oldState('backed-up');
    const ground = await openGround(old.config);
    const place = join(folder, 'old.tar');
    await makeBackup(ground.platform, place).finally(() => ground.close());
    const state = await emptyState('restored');
    const told: string[] = [];
    await restoreBackup(state.config, place, (line) => told.push(line));
    expect(told.join('\n')).toMatch(/brought to the newest: \d+ migrations/);
    await withServer(state, expectAllWorks);
  });

  it('is not restored where the backup is newer, and nothing is left behind', async () => {
    const state = await emptyState('newer');
    const { pool, close } = openDatabase(state.connection);
    await migrate(pool);
    await pool.query(`insert into schema_migrations values ('9999-from-the-future.sql', '0')`);
    await close();
    const ground = await openGround(state.config);
    const place = join(folder, 'newer');
    await makeBackup(ground.platform, place).finally(() => ground.close());
    const target = await emptyState('not-restored');
    await expect(restoreBackup(target.config, place)).rejects.toThrow(/newer Plinth.*9999-from-the-future.sql is unknown here/);
    expect(await readdir(folder)).not.toContain('not-restored');
  });
});
