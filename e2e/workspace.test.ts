import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, type SharedState, sharedState, until } from '../server/src/testing/server-process.ts';
import { raw, runInKernel } from './jupyter.ts';

/** A person at a notebook must not notice that the server behind it was replaced, or died. */
let state: SharedState;
let server: ServerProcess;
let id: string;
beforeAll(async () => {
  state = await sharedState();
  server = await state.start();
  const made = await server.admin.post('/projects/default/workspaces', { tool: 'jupyterlab' });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  id = made.body.id;
}, 60_000);
afterAll(() => state?.stop());

const running = () =>
  until(
    'the workspace',
    async () => {
      const { body } = await server.admin.get(`/workspaces/${id}`);
      if (body.state === 'failed') throw new Error(body.stateReason);
      return body.state === 'running';
    },
    280_000,
  );

/** Enters by a ticket; gives what the browser sends from then on. */
async function enter(): Promise<Record<string, string>> {
  const { url } = (await server.admin.post(`/workspaces/${id}/entry`)).body;
  const { host, pathname, search, origin } = new URL(url);
  const cookie = /set-cookie: (plinth_content_[^;]+)/i.exec(await raw(server.url, pathname + search, { host }))![1]!;
  return { host, cookie, origin };
}

const base = (): string => `/w/${id}/`;

async function newKernel(headers: Record<string, string>): Promise<string> {
  await until(
    'the tool to answer',
    async () => /^HTTP\/1.1 200/.test(await raw(server.url, `${base()}api/status`, headers)),
    60_000,
  );
  const body = JSON.stringify({ name: 'project' });
  const made = await raw(server.url, `${base()}api/kernels`, { ...headers, 'content-type': 'application/json' }, 'POST', body);
  return /"id": ?"([0-9a-f-]+)"/.exec(made)![1]!;
}

const run = (kernel: string, headers: Record<string, string>, code: string): Promise<string> =>
  runInKernel(server.url, `${base()}api/kernels/${kernel}/channels`, headers, code);

describe('a workspace', () => {
  it('keeps its kernel with its variables when the server hands over to the next, and when it is killed', async () => {
    await running();
    const headers = await enter();
    const kernel = await newKernel(headers);
    expect(await run(kernel, headers, 'number = 41; open("kept.txt", "w").write("by hand"); print(number)')).toBe('41\n');
    // The same cookie, the same kernel: nobody signs in again.
    for (const [signal, expected] of [
      ['SIGUSR2', 42],
      ['SIGKILL', 43],
    ] as const) {
      const { port } = server;
      await server.end(signal);
      server = await state.start({ port });
      await until('the tool', async () => /^HTTP\/1.1 200/.test(await raw(server.url, `${base()}api/status`, headers)), 20_000);
      expect(await run(kernel, headers, 'number += 1; print(number)'), signal).toBe(`${expected}\n`);
      expect((await server.admin.get(`/workspaces/${id}`)).body.state).toBe('running');
    }
  }, 400_000);

  it('keeps its files when it is stopped and started again', async () => {
    expect((await server.admin.post(`/workspaces/${id}/stop`)).status).toBe(200);
    await until('it to stop', async () => (await server.admin.get(`/workspaces/${id}`)).body.state === 'stopped', 60_000);
    expect(existsSync(join(state.home, 'workspaces', id, 'code/kept.txt'))).toBe(true);
    expect((await server.admin.post(`/workspaces/${id}/start`)).status).toBe(200);
    await running();
    const headers = await enter();
    const kernel = await newKernel(headers);
    expect(await run(kernel, headers, 'print(open("kept.txt").read())')).toBe('by hand\n');
    expect((await server.admin.post(`/workspaces/${id}/stop`)).status).toBe(200);
    await until('it to stop', async () => (await server.admin.get(`/workspaces/${id}`)).body.state === 'stopped', 60_000);
  }, 200_000);
});
