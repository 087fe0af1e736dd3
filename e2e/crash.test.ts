import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, type SharedState, sharedState, until } from '../server/src/testing/server-process.ts';

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
    let killed: Promise<void> | null = null;
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
