import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, type SharedState, sharedState, until } from '../server/src/testing/server-process.ts';
import { databaseThatCanGo, processesWith } from './second-server.ts';

/** kill -9 in the middle of what people send: what was acknowledged is there, whole; of the rest there is nothing, or all. */
let state: SharedState;
beforeAll(async () => {
  state = await sharedState();
});
afterAll(() => state?.stop());

const mlflow = (path: string): string => `/mlflow/default/api/2.0/mlflow/${path}`;

async function newRun(server: ServerProcess): Promise<string> {
  return (await server.admin.post(mlflow('runs/create'), { experiment_id: '0', start_time: 1 })).body.run.info.run_id;
}

/** The next server on the same state, and how long people had to wait for it. */
async function startAgain(): Promise<ServerProcess> {
  const next = await state.start();
  expect((await next.admin.get('/readyz')).status).toBe(200);
  console.info(`ready ${next.readyMilliseconds} ms after a kill`);
  return next;
}

describe('a server killed', () => {
  it('during uploads shows whole files only, all that were acknowledged, and sweeps what was half received', async () => {
    const first = await state.start();
    const run = await newRun(first);
    // The slow ones are so big that half of one is on the disk; what is small waits in memory until it is whole.
    const sizeOf = (index: number): number => (index < 5 ? 4_000_000 : 600_000) + index;
    const files = Array.from({ length: 40 }, (_, index) => ({ path: `files/${index}.bin`, bytes: randomBytes(sizeOf(index)) }));
    const acknowledged = new Set<string>();
    const address = (path: string) => `${first.url}/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/${path}`;
    const headers = { authorization: `Bearer ${first.admin.token}` };
    let killed: Promise<unknown> | null = null;
    /** Sends its bytes in pieces, the last of which waits for the kill when `slow`. */
    const send = async ({ path, bytes }: { path: string; bytes: Buffer }, slow: boolean): Promise<void> => {
      const pieces = async function* () {
        yield bytes.subarray(0, bytes.length / 2);
        if (slow) await until('the kill', async () => killed !== null);
        yield bytes.subarray(bytes.length / 2);
      };
      const answer = await fetch(address(path), {
        method: 'PUT',
        headers,
        body: pieces() as never,
        duplex: 'half',
      } as RequestInit);
      if (answer.ok) acknowledged.add(path);
    };
    const [slow, quick] = [files.slice(0, 5), files.slice(5)];
    const waiting = slow.map((file) => send(file, true).catch(() => {}));
    await until('half of an upload', async () => receiving().length >= slow.length);
    const sending = quick.map((file) => send(file, false).catch(() => {}));
    await until('some to be acknowledged', async () => acknowledged.size >= 5);
    killed = first.end('SIGKILL');
    await Promise.all([killed, ...waiting, ...sending]);
    for (const { path } of slow) expect(acknowledged.has(path)).toBe(false);

    const second = await startAgain();
    const listed: { path: string; sizeBytes: number; isFolder: boolean }[] = (
      await second.admin.get(`/runs/${run}/artifacts?path=files`)
    ).body.items;
    const names = new Set(listed.map((one) => one.path));
    for (const path of acknowledged) expect(names).toContain(path);
    for (const { path, bytes } of files) {
      const answer = await fetch(address(path).replace(first.url, second.url), { headers });
      expect(answer.status, path).toBe(names.has(path) ? 200 : 404);
      if (answer.ok) expect(digest(Buffer.from(await answer.arrayBuffer())), path).toBe(digest(bytes));
    }
    for (const { path } of slow) expect(names.has(path)).toBe(false);
    expect(receiving()).toEqual([]);
    await second.end('SIGTERM');
  }, 120_000);

  it('between the parts of a file lets the client go on at the next one', async () => {
    const first = await state.start();
    const run = await newRun(first);
    const content = [randomBytes(2_000_000), randomBytes(2_000_000)];
    const address = (step: string) => `/api/2.0/mlflow-artifacts/mpu/${step}/0/${run}/artifacts`;
    const { body } = await first.admin.post(address('create'), { path: 'big.bin', num_parts: 2 });
    const put = async (server: ServerProcess, index: number): Promise<object> => {
      const url = body.credentials[index].url.replace(first.url, server.url);
      const answer = await fetch(url, { method: 'PUT', body: content[index]! });
      expect(answer.status).toBe(200);
      return { part_number: index + 1, etag: answer.headers.get('etag') };
    };
    const parts = [await put(first, 0)];
    await first.end('SIGKILL');
    const second = await startAgain();
    parts.push(await put(second, 1));
    const done = await second.admin.post(address('complete'), { path: 'big.bin', upload_id: body.upload_id, parts });
    expect(done.status).toBe(200);
    const headers = { authorization: `Bearer ${second.admin.token}` };
    const back = await fetch(`${second.url}/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/big.bin`, { headers });
    expect(digest(Buffer.from(await back.arrayBuffer()))).toBe(digest(Buffer.concat(content)));
    await second.end('SIGTERM');
  }, 120_000);

  it('during log-batch has each batch whole or not at all, and every one that was acknowledged', async () => {
    const first = await state.start();
    const run = await newRun(first);
    const size = 200;
    const acknowledged = new Set<string>();
    const sent = new Set<string>();
    let over = false;
    const write = async (writer: number): Promise<void> => {
      for (let batch = 0; !over; batch++) {
        const key = `w${writer}/b${batch}`;
        sent.add(key);
        const answer = await first.admin.post(mlflow('runs/log-batch'), {
          run_id: run,
          metrics: Array.from({ length: size }, (_, step) => ({ key, value: step, timestamp: step, step })),
          params: [{ key, value: 'given' }],
          tags: [{ key, value: 'given' }],
        });
        if (answer.status === 200) acknowledged.add(key);
      }
    };
    const writers = Array.from({ length: 4 }, (_, writer) => write(writer).catch(() => {}));
    await until('batches to be acknowledged', async () => acknowledged.size >= 30);
    const killed = first.end('SIGKILL');
    over = true;
    await Promise.all([killed, ...writers]);

    const second = await startAgain();
    const { body } = await second.admin.get(`/runs/${run}`);
    const metrics = (await second.admin.get(`/runs/${run}/metrics`)).body.items as { key: string; count: number }[];
    const counts = new Map(metrics.map((metric) => [metric.key, metric.count]));
    const given = (list: { key: string }[]) => new Set(list.map((one) => one.key));
    const [params, tags] = [given(body.params), given(body.tags)];
    for (const key of acknowledged) expect(counts.get(key), key).toBe(size);
    for (const key of sent) {
      const there = counts.has(key);
      expect([counts.get(key) ?? 0, params.has(key), tags.has(key)], key).toEqual([there ? size : 0, there, there]);
    }
    expect((await second.admin.get('/audit/verify')).body.valid).toBe(true);
    await second.end('SIGTERM');
  }, 120_000);

  it('while it prepares an empty database leaves a start that the next one finishes', async () => {
    const empty = await sharedState();
    try {
      const tables = async (): Promise<number> =>
        (
          await empty.query(
            `select count(*)::int as count from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
          )
        )[0].count;
      for (let round = 0; round < 3; round++) {
        const before = await tables();
        const child = empty.spawn();
        let ready = false;
        child.stdout!.on('data', (chunk: Buffer) => {
          ready ||= chunk.toString().includes('is ready at');
        });
        const ended = new Promise((resolve) => child.once('exit', resolve));
        await until('the next step', async () => ready || (await tables()) > before);
        child.kill('SIGKILL');
        await ended;
      }
      const server = await empty.start();
      expect((await server.admin.get('/projects')).body.items).toEqual([expect.objectContaining({ slug: 'default' })]);
      expect((await server.admin.get('/audit/verify')).body.valid).toBe(true);
    } finally {
      await empty.stop();
    }
  }, 120_000);
});

/**
 * Ctrl-C and SIGTERM leave no process behind: also not those of a server that was killed before, however soon they come after the next start.
 * Every kind of work takes this way; a job and an environment build stand for all.
 */
describe('a server that takes the place of a killed one', () => {
  let mirror: Server;
  let packages: string;
  beforeAll(async () => {
    // It takes a question and never answers, so that a build lasts.
    mirror = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
    packages = `http://127.0.0.1:${(mirror.address() as { port: number }).port}/simple`;
  });
  afterAll(() => mirror?.close());

  /** A job and a build that run, then a kill. */
  async function killedAtWork() {
    const here = await sharedState();
    const env = { PLINTH_PYPI_URL: packages };
    const first = await here.start({ env });
    const mark = `31${String(process.pid).padStart(7, '0')}.${randomBytes(3).readUIntBE(0, 3)}`;
    const started = await first.admin.post('/projects/default/jobs', {
      command: `sleep ${mark} & sleep ${mark}`,
      environment: 'base',
      hardwareTier: 'small',
    });
    const job: string = started.body.id;
    const environment = (await first.admin.post('/environments', { name: 'slow', projectId: 'default' })).body.id;
    const revision: string = (await first.admin.post(`/environments/${environment}/revisions`, { packages: ['numpy'] })).body.id;
    await until('both to run', async () => {
      const states = await here.query(`select state from workloads where kind in ('job', 'environment-build')`);
      return states.length === 2 && states.every(({ state }) => state === 'running');
    });
    const left = () => [...new Set([...processesWith(mark), ...processesWith(here.home)])];
    await until('the sleeps', async () => processesWith(mark).length >= 2);
    await first.end('SIGKILL');
    expect(left().length).toBeGreaterThanOrEqual(4);
    const endOf = async (server: ServerProcess) => ({
      job: (await server.admin.get(`/jobs/${job}`)).body,
      revision: (await server.admin.get(`/environment-revisions/${revision}`)).body,
    });
    return { here, env, left, endOf };
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'and is itself ended by %s at once ends what runs, and says so',
    async (signal) => {
      const { here, env, left, endOf } = await killedAtWork();
      try {
        const second = await here.start({ env });
        await second.end(signal);
        expect(left()).toEqual([]);
        const third = await here.start({ env });
        const { job, revision } = await endOf(third);
        expect(job).toMatchObject({ state: 'cancelled', stateReason: 'The server was stopped.' });
        expect(revision.state).toBe('failed');
      } finally {
        await here.stop();
      }
    },
    120_000,
  );

  it('and is ended while it still starts ends what runs all the same', async () => {
    const { here, env, left, endOf } = await killedAtWork();
    try {
      const before = new Set((await here.query('select id from server_processes')).map(({ id }) => id));
      const second = here.spawn({ env });
      const ended = new Promise((resolve) => second.once('exit', resolve));
      await until('it to register', async () =>
        (await here.query('select id from server_processes')).some(({ id }) => !before.has(id)),
      );
      second.kill('SIGINT');
      await ended;
      expect(left()).toEqual([]);
      const third = await here.start({ env });
      expect((await endOf(third)).job.state).toBe('cancelled');
    } finally {
      await here.stop();
    }
  }, 120_000);

  it('takes nothing from a server beside it that lives', async () => {
    const here = await sharedState();
    try {
      const first = await here.start();
      const { body } = await first.admin.post('/projects/default/jobs', { command: 'sleep 600', environment: 'base' });
      await until('the job', async () => (await first.admin.get(`/jobs/${body.id}`)).body.state === 'running');
      const keeper = async () => (await here.query('select keeper from workloads'))[0].keeper;
      const before = await keeper();
      const second = await here.start();
      await second.end('SIGTERM');
      expect((await first.admin.get(`/jobs/${body.id}`)).body.state).toBe('running');
      expect(await keeper()).toBe(before);
    } finally {
      await here.stop();
    }
  }, 120_000);
});

describe('a database that is away when work ends', () => {
  it('is told of the end once it is back: nothing is left running for ever', async () => {
    const here = await sharedState();
    const database = await databaseThatCanGo(here);
    try {
      const server = await here.start({ env: { PLINTH_DATABASE_URL: database.url } });
      const { body } = await server.admin.post('/projects/default/jobs', {
        command: 'until [ -e go ]; do sleep 0.05; done; echo done',
        environment: 'base',
      });
      const [{ folder }] = await until('the job', async () => {
        const rows = await here.query(`select folder from workloads where state = 'running'`);
        return rows.length > 0 && rows;
      });
      database.goAway();
      await until('the server to notice', async () => (await fetch(`${server.url}/readyz`)).status === 503);
      writeFileSync(join(folder, 'work/go'), '');
      await until('the end', async () => existsSync(join(folder, 'control/exit')));
      // Twice asked in vain: what the end is written with has failed meanwhile.
      for (const time of ['once', 'twice']) await until(time, async () => (await fetch(`${server.url}/readyz`)).status === 503);
      await database.comeBack();
      const job = await until('the job to end', async () => {
        const now = await server.admin.get(`/jobs/${body.id}`);
        return now.body.finishedAt && now.body;
      });
      expect(job).toMatchObject({ state: 'succeeded', exitCode: 0 });
      expect((await server.admin.get(`/jobs/${body.id}/logs`)).body).toBe('done\n');
      await server.end('SIGTERM');
    } finally {
      database.goAway();
      await here.stop();
    }
  }, 120_000);
});

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What the blob store has received in part. */
function receiving(): string[] {
  const folder = join(state.home, 'blobs/incoming');
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
    : [];
}
