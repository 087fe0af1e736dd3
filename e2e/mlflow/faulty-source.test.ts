import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../../server/src/testing/plinth.ts';

const main = join(import.meta.dirname, '../../cli/src/main.ts');
const login = { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'the secret' };
let t: TestPlinth;
let faulty: Server;
let url: string;
let isRepaired = false;
const asked: string[] = [];

/** Another's server that wants a password, lists a path outside of its run, loses files and says sizes that are not true. */
beforeAll(async () => {
  t = await plinth({ projects: 1 });
  const run = {
    info: {
      run_id: 'r1',
      run_name: 'one',
      experiment_id: '1',
      status: 'FINISHED',
      start_time: 1000,
      end_time: 2000,
      artifact_uri: 's3://b/r1',
    },
    data: {
      params: [
        { key: 'depth', value: '3' },
        { key: 'long', value: 'x'.repeat(7000) },
      ],
    },
  };
  const answers: Record<string, () => object> = {
    '/api/2.0/mlflow/experiments/search': () => ({
      experiments: [{ experiment_id: '1', name: 'faulty', lifecycle_stage: 'active' }],
    }),
    '/api/2.0/mlflow/runs/search': () => ({ runs: [run] }),
    '/api/2.0/mlflow/runs/get': () => ({ run }),
    '/api/2.0/mlflow/registered-models/search': () => ({}),
    '/api/2.0/mlflow/artifacts/list': () => ({
      files: [
        ...(isRepaired ? [] : [{ path: '../../secret.txt', is_dir: false, file_size: 1 }]),
        { path: 'broken.bin', is_dir: false, file_size: '5' },
        { path: 'short.bin', is_dir: false, file_size: 10 },
        { path: 'ok.txt', is_dir: false, file_size: 2 },
      ],
    }),
  };
  const files: Record<string, () => string | null> = {
    'ok.txt': () => 'ok',
    'broken.bin': () => (isRepaired ? 'whole' : null),
    'short.bin': () => (isRepaired ? '0123456789' : '012'),
  };
  faulty = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://faulty');
    asked.push(request.url!);
    request.resume();
    if (request.headers.authorization !== `Basic ${Buffer.from('ada:the secret').toString('base64')}`) {
      response.writeHead(401).end('who?');
    } else if (pathname === '/get-artifact') {
      const content = files[searchParams.get('path')!]?.() ?? null;
      response.writeHead(content === null ? 500 : 200).end(content ?? 'lost');
    } else {
      const answer = answers[pathname]?.();
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
    }
  });
  await new Promise<void>((resolve) => faulty.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(faulty.address() as AddressInfo).port}`;
});
afterAll(async () => {
  faulty?.close();
  await t?.stop();
});

async function bring(env: Record<string, string>): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [main, 'import', 'mlflow', url, '--project', 'project-1', '--json'], {
    cwd: t.home,
    env: { PATH: process.env.PATH!, HOME: t.home, PLINTH_URL: t.url, PLINTH_TOKEN: t.as('contributor').token, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

it('a server that wants to know who asks is told by the variables of its own clients, which stand in no mark', async () => {
  const refused = await bring({});
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining('MLFLOW_TRACKING_TOKEN') });
  expect((await t.as('owner').get('/projects/project-1/runs')).body.items).toEqual([]);
});

it('what cannot be read or is not taken is named, the rest comes, and it comes once it can be read', {
  timeout: 60_000,
}, async () => {
  const first = await bring(login);
  expect(first.code, first.err).toBe(1);
  const { missing, counts } = JSON.parse(first.out);
  expect(missing).toEqual([
    { what: 'run r1, params "long"', why: expect.stringContaining('6000') },
    { what: 'run r1, ../../secret.txt', why: expect.stringContaining('no path') },
    { what: 'run r1, broken.bin', why: expect.stringContaining('500') },
    { what: 'run r1, short.bin', why: expect.stringContaining('3 bytes') },
  ]);
  expect(counts.find((row: { kind: string }) => row.kind === 'artifacts')).toMatchObject({ found: 4, brought: 1, missing: 3 });
  expect(asked.filter((one) => decodeURIComponent(one).includes('..'))).toEqual([]);

  isRepaired = true;
  const second = await bring(login);
  expect(second.code, second.err).toBe(1);
  expect(JSON.parse(second.out).missing.map((one: { what: string }) => one.what)).toEqual(['run r1, params "long"']);

  const [run] = (await t.as('owner').get('/projects/project-1/runs')).body.items;
  const { body } = await t.as('owner').get(`/runs/${run.id}`);
  expect(body).toMatchObject({ name: 'one', status: 'finished', params: [{ key: 'depth', value: '3' }] });
  expect(JSON.stringify(body)).not.toContain('the secret');
  const { items } = (await t.as('owner').get(`/runs/${run.id}/artifacts`)).body;
  expect(items.map((one: { path: string; sizeBytes: number }) => [one.path, one.sizeBytes])).toEqual([
    ['broken.bin', 5],
    ['ok.txt', 2],
    ['short.bin', 10],
  ]);
});
