import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, cp, mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../server/src/kit/ids.ts';
import { openArchive, verifyArchive } from '../server/src/main/backup/index.ts';
import { openSegmentWriter } from '../server/src/predictions/segment.ts';
import { type ServerProcess, type SharedState, sharedState, until } from '../server/src/testing/server-process.ts';

/** Everything of a server that is being written to, carried into another home and database and back; and what may not be carried. */
let state: SharedState;
let external: SharedState;
let folder: string;
beforeAll(async () => {
  state = await sharedState();
  external = await sharedState();
  folder = await mkdtemp(join(tmpdir(), 'plinth-backup-'));
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await state?.stop();
  await external?.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = promisify(execFile);
const mlflow = (path: string): string => `/mlflow/default/api/2.0/mlflow/${path}`;
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const batchSize = 50;

/** `plinth …` on a home and, unless it is null, an external database. */
async function plinth(home: string, databaseUrl: string | null, ...args: string[]): Promise<{ code: number; output: string }> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: process.env.TMPDIR,
    PLINTH_HOME: home,
    ...(databaseUrl ? { PLINTH_DATABASE_URL: databaseUrl } : {}),
  };
  try {
    const { stdout, stderr } = await run(process.execPath, [join(import.meta.dirname, '../cli/src/main.ts'), ...args], { env });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as unknown as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

const git = (cwd: string, ...args: string[]) =>
  run('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' },
  });
const repository = (server: ServerProcess): string =>
  `${server.url.replace('//', `//admin:${server.admin.token}@`)}/git/default.git`;

interface Made {
  run: string;
  dataset: string;
  job: string;
  prediction: string;
  commit: string;
  /** Acknowledged before the backup began. */
  batches: Set<string>;
  artifacts: Map<string, string>;
  snapshots: Set<string>;
}

async function makeThings(server: ServerProcess): Promise<Made> {
  const made = await server.admin.post(mlflow('runs/create'), { experiment_id: '0', start_time: 1 });
  const work = join(folder, 'work');
  await git(folder, 'init', '--quiet', '--initial-branch=main', work);
  await writeFile(join(work, 'train.py'), 'print(1)\n');
  await git(work, 'add', '.');
  await git(work, 'commit', '--quiet', '-m', 'begin');
  await git(work, 'push', '--quiet', repository(server), 'HEAD:main');
  const commit = (await git(work, 'rev-parse', 'HEAD')).stdout.trim();
  const dataset = await server.admin.post('/projects/default/datasets', { name: 'rows' });
  const job = await server.admin.post('/projects/default/jobs', { environment: 'base', command: 'sleep 300' });
  expect([made.status, dataset.status, job.status]).toEqual([200, 201, 201]);
  await until('the job to run', async () => (await server.admin.get(`/jobs/${job.body.id}`)).body.state === 'running');
  return {
    run: made.body.run.info.run_id,
    dataset: dataset.body.id,
    job: job.body.id,
    prediction: await answerPrediction((await server.admin.get('/projects/default')).body.id),
    commit,
    batches: new Set(),
    artifacts: new Map(),
    snapshots: new Set(),
  };
}

/** On the disk as a gateway leaves it when it dies. */
async function answerPrediction(projectId: string): Promise<string> {
  const id = newId('prd');
  const writer = openSegmentWriter(join(state.home, 'predictions'), newId('proc'));
  await writer.append({
    id,
    projectId,
    deploymentId: 'dep_test',
    channel: 'beta',
    revisionId: 'rev_test',
    versionId: 'mdv_test',
    replicaId: 'wkl_test',
    consumerId: 'usr_test',
    consumerKind: 'person',
    at: new Date(),
    latencyMilliseconds: 5,
    status: 200,
    error: null,
    form: 'mlflow',
    contentType: 'application/json',
    request: Buffer.from('{}'),
    response: Buffer.from('{}'),
    rowCount: 1,
    columnsJson: Buffer.from('["a"]'),
    rowsJson: Buffer.from('[[1]]'),
    outputsJson: Buffer.from('[2]'),
  });
  await writer.close();
  return id;
}

const artifactAddress = (server: ServerProcess, made: Made, path: string): string =>
  `${server.url}/api/2.0/mlflow-artifacts/artifacts/0/${made.run}/artifacts/${path}`;

/** Writes until it is told to end. */
function writeOn(server: ServerProcess, made: Made) {
  let over = false;
  const headers = { authorization: `Bearer ${server.admin.token}` };
  const batches = async (): Promise<void> => {
    for (let index = 0; !over; index++) {
      const key = `m${index}`;
      const metrics = Array.from({ length: batchSize }, (_, step) => ({ key, value: step, timestamp: step, step }));
      const answer = await server.admin.post(mlflow('runs/log-batch'), { run_id: made.run, metrics });
      if (answer.status === 200) made.batches.add(key);
    }
  };
  const artifacts = async (): Promise<void> => {
    for (let index = 0; !over; index++) {
      const bytes = randomBytes(20_000 + index);
      const answer = await fetch(artifactAddress(server, made, `files/${index}.bin`), { method: 'PUT', headers, body: bytes });
      if (answer.ok) made.artifacts.set(`files/${index}.bin`, digest(bytes));
    }
  };
  const snapshots = async (): Promise<void> => {
    for (let index = 0; !over; index++) {
      const form = new FormData();
      form.append('file', new Blob([`a,b\n${index},2\n`]), 'rows.csv');
      const answer = await server.admin.post(`/projects/default/datasets/${made.dataset}/snapshots`, form);
      if (answer.status === 201) made.snapshots.add(answer.body.id);
    }
  };
  const writing = [batches(), artifacts(), snapshots()];
  return {
    async end() {
      over = true;
      await Promise.all(writing);
    },
  };
}

/** All that was acknowledged before is there and readable, and what came during the backup is whole or absent. */
async function expectAll(server: ServerProcess, before: Made, all: Made): Promise<void> {
  const metrics = (await server.admin.get(`/runs/${all.run}/metrics`)).body.items as { key: string; count: number }[];
  const counts = new Map(metrics.map(({ key, count }) => [key, count]));
  for (const key of before.batches) expect(counts.get(key), key).toBe(batchSize);
  for (const [key, count] of counts) expect(count, key).toBe(batchSize);

  const listed = (await server.admin.get(`/runs/${all.run}/artifacts?path=files`)).body.items.map(
    ({ path }: { path: string }) => path,
  );
  for (const path of before.artifacts.keys()) expect(listed).toContain(path);
  const read = async (path: string): Promise<void> => {
    const answer = await fetch(artifactAddress(server, all, path), {
      headers: { authorization: `Bearer ${server.admin.token}` },
    });
    const found = digest(Buffer.from(await answer.arrayBuffer()));
    if (all.artifacts.has(path)) expect(found, path).toBe(all.artifacts.get(path));
    expect(answer.status, path).toBe(200);
  };
  await Promise.all(listed.map(read));

  const snapshots = (await server.admin.get(`/datasets/${all.dataset}/snapshots?limit=1000`)).body.items.map(
    ({ id }: { id: string }) => id,
  );
  for (const id of before.snapshots) expect(snapshots).toContain(id);
  expect((await server.admin.get(`/jobs/${all.job}`)).body).toMatchObject({ state: 'lost' });
  expect((await server.admin.get('/audit/verify')).body).toMatchObject({ valid: true });
  const prediction = await until('the prediction', async () => {
    const answer = await server.admin.get(`/predictions/${all.prediction}`);
    return answer.status === 200 && answer.body;
  });
  expect(prediction.id).toBe(all.prediction);
  const clone = await mkdtemp(join(folder, 'clone-'));
  await git(folder, 'clone', '--quiet', repository(server), clone);
  expect((await git(clone, 'rev-parse', 'HEAD')).stdout.trim()).toBe(all.commit);
}

describe('a backup', () => {
  let made: Made;
  let before: Made;
  const backup = (): string => join(folder, 'first');

  it('is made while people work, and says so in the record', async () => {
    const nowhere = await plinth(join(folder, 'nowhere'), null, 'backup', backup());
    expect(nowhere).toMatchObject({ code: 1, output: expect.stringMatching(/nothing to back up/) });
    const server = await state.start();
    made = await makeThings(server);
    const writing = writeOn(server, made);
    await until('some of everything', async () => Math.min(made.batches.size, made.artifacts.size, made.snapshots.size) >= 5);
    before = { ...made, batches: new Set(made.batches), artifacts: new Map(made.artifacts), snapshots: new Set(made.snapshots) };
    const { code, output } = await plinth(state.home, state.databaseUrl, 'backup', backup());
    await writing.end();
    expect(output).toContain('holds all as of');
    expect(code).toBe(0);
    expect(made.batches.size).toBeGreaterThan(before.batches.size);
    const record = await until('the record', async () => {
      const { body } = await server.admin.get(`/audit?filter=${encodeURIComponent("verb = 'backup.made'")}`);
      return body.items?.length > 0 && body.items;
    });
    expect(record[0].data).toMatchObject({ name: 'first', withSecretKey: false });
    expect(await readdir(backup())).not.toContain('secret-key');
    await server.admin.post(`/jobs/${made.job}/cancel`);
    await server.end('SIGTERM');
  }, 120_000);

  it('goes into the embedded database of another home, and from there as an archive into an external one', async () => {
    const home = join(folder, 'embedded');
    expect(await plinth(home, null, 'restore', backup())).toMatchObject({ code: 0 });
    const embedded = await state.start({ env: { PLINTH_HOME: home, PLINTH_DATABASE_URL: '' } });
    await expectAll(embedded, before, made);
    const archive = join(folder, 'second.tar');
    expect(await plinth(home, null, 'backup', archive)).toMatchObject({ code: 0 });
    await embedded.end('SIGTERM');

    const refused = await plinth(home, null, 'restore', archive);
    expect(refused).toMatchObject({ code: 1, output: expect.stringMatching(/is not empty.*Set PLINTH_HOME to a new folder/) });
    expect(await plinth(external.home, external.databaseUrl, 'restore', archive)).toMatchObject({ code: 0 });
    const taken = await plinth(join(folder, 'another'), external.databaseUrl, 'restore', archive);
    expect(taken).toMatchObject({ code: 1, output: expect.stringMatching(/has \d+ tables already/) });
    expect(await readdir(join(folder, 'another'))).toEqual([]);
    const server = await external.start();
    await expectAll(server, before, made);
    // Numbers go on where they were.
    const next = await server.admin.post('/projects', { name: 'After' });
    expect(next.status).toBe(201);
    await server.end('SIGTERM');
  }, 120_000);

  it('with one changed bit anywhere is refused by the name of what was changed', async () => {
    const copy = join(folder, 'copy');
    await cp(backup(), copy, { recursive: true });
    const files = (await readdir(copy, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    for (const directory of ['tables', 'blobs', 'repos', '']) {
      const paths = files.map((one) => join(one.parentPath, one.name)).filter((path) => path.startsWith(join(copy, directory)));
      let path = '';
      for (const candidate of directory ? paths : [join(copy, 'manifest.json')])
        if ((await stat(candidate)).size > 10) path = candidate;
      const offset = Math.floor((await stat(path)).size / 2);
      await flipBit(path, offset);
      const name = path.slice(copy.length + 1);
      await expect(openArchive(copy).then((archive) => verifyArchive(archive))).rejects.toThrow(name);
      if (!directory)
        expect(await plinth(copy, null, 'backup', 'verify', copy)).toMatchObject({
          code: 1,
          output: expect.stringContaining(name),
        });
      await flipBit(path, offset);
    }
    expect(await plinth(copy, null, 'backup', 'verify', copy)).toMatchObject({ code: 0 });
  }, 60_000);

  it('that was cut off, or has something more, is refused and restores nothing', async () => {
    const archive = join(folder, 'second.tar');
    const size = (await stat(archive)).size;
    await truncate(archive, Math.floor(size / 2));
    const home = join(folder, 'nothing');
    const { code, output } = await plinth(home, null, 'restore', archive);
    expect(output).toMatch(/damaged or cut off/);
    expect(code).toBe(1);
    await expect(stat(home)).rejects.toThrow();
    await writeFile(join(folder, 'copy', 'more'), 'x');
    expect((await plinth(home, null, 'backup', 'verify', join(folder, 'copy'))).output).toContain('more is not in the manifest');
  }, 60_000);

  it('fails on a content that the disk has changed, names it, and leaves no backup', async () => {
    const path = await someFile(join(state.home, 'blobs'));
    await chmod(path, 0o644);
    await flipBit(path, 0);
    const place = join(folder, 'broken');
    const { code, output } = await plinth(state.home, state.databaseUrl, 'backup', place);
    expect(output).toContain(path.slice(-64));
    expect(code).toBe(1);
    expect((await readdir(folder)).filter((name) => name.startsWith('broken'))).toEqual([]);
  }, 60_000);
});

async function flipBit(path: string, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  byte[0]! ^= 1;
  await file.write(byte, 0, 1, offset);
  await file.close();
}

async function someFile(parent: string): Promise<string> {
  const files = (await readdir(parent, { recursive: true, withFileTypes: true })).filter((one) =>
    /^[0-9a-f]{64}$/.test(one.name),
  );
  return join(files[0]!.parentPath, files[0]!.name);
}
