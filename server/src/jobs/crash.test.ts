import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDatabase, until } from '../testing/plinth.ts';

const token = 'pln_crash_0123456789abcdef';
let home: string;
let databaseUrl: string;
let drop: () => Promise<void>;
const servers = new Set<ChildProcess>();

beforeAll(async () => {
  const made = await makeDatabase();
  drop = made.drop;
  const { host, port, user, password, database } = made.connection;
  databaseUrl = `postgresql://${user}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(host!)}`;
  home = mkdtempSync(join(tmpdir(), 'plinth-crash-'));
  chmodSync(home, 0o755);
});
afterAll(async () => {
  for (const server of servers) server.kill('SIGTERM');
  await Promise.all(
    [...servers].map(
      (server) =>
        new Promise((resolve) =>
          server.exitCode === null && server.signalCode === null ? server.once('exit', resolve) : resolve(null),
        ),
    ),
  );
  await drop();
  rmSync(home, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server process like any other, on the shared database and state. */
async function startServer() {
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main/serve.ts')], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PLINTH_HOME: home,
      PLINTH_PORT: String(port),
      PLINTH_DATABASE_URL: databaseUrl,
      PLINTH_ADMIN_TOKEN: token,
      PLINTH_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.add(child);
  child.on('exit', () => servers.delete(child));
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await until('the server to be ready', async () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
    return output.includes('is ready at');
  });
  const call = async (path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  };
  return { child, call };
}

describe('a killed server', () => {
  it('leaves its jobs running; the next one takes them over, and each ends once with its whole log', async () => {
    const first = await startServer();
    const ids: string[] = [];
    for (let number = 0; number < 3; number++) {
      ids.push(
        (
          await first.call('/projects/default/jobs', {
            command: `for i in $(seq 30); do echo "job ${number} line $i"; sleep 0.1; done`,
            hardwareTier: 'small',
            environment: 'base',
          })
        ).id,
      );
    }
    await until('a job to run', async () => (await first.call(`/jobs/${ids[0]}`)).state === 'running');
    first.child.kill('SIGKILL');
    await new Promise((resolve) => first.child.once('exit', resolve));

    const second = await startServer();
    for (const [number, id] of ids.entries()) {
      const done = await until(
        `job ${number} to end`,
        async () => {
          const now = await second.call(`/jobs/${id}`);
          return now.finishedAt ? now : null;
        },
        60_000,
      );
      expect(done).toMatchObject({ state: 'succeeded', exitCode: 0, attempt: 1 });
      expect(await second.call(`/jobs/${id}/logs`)).toBe(
        Array.from({ length: 30 }, (_, i) => `job ${number} line ${i + 1}\n`).join(''),
      );
    }
    expect((await second.call('/audit/verify')).valid).toBe(true);
    const finished = await second.call('/audit?verb=job.finished&limit=100');
    expect(finished.items.map((event: { object: { id: string } }) => event.object.id).sort()).toEqual([...ids].sort());
    second.child.kill('SIGTERM');
    await new Promise((resolve) => second.child.once('exit', resolve));
  }, 120_000);

  it('shares the work with another on the same database: each job runs once', async () => {
    const [one, two] = [await startServer(), await startServer()];
    const ids: string[] = [];
    for (let number = 0; number < 12; number++)
      ids.push((await (number % 2 ? one : two).call('/projects/default/jobs', { command: 'echo ran', environment: 'base' })).id);
    for (const id of ids) {
      await until(`job ${id} to end`, async () => (await one.call(`/jobs/${id}`)).finishedAt, 60_000);
      expect(await two.call(`/jobs/${id}/logs`)).toBe('ran\n');
    }
    const started = (await one.call('/audit?verb=job.started&limit=200')).items.map(
      (event: { object: { id: string } }) => event.object.id,
    );
    for (const id of ids) expect(started.filter((other: string) => other === id)).toHaveLength(1);
  }, 120_000);
});
