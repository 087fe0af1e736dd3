import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeCaller } from '../server/src/testing/plinth.ts';
import { type ServerProcess, type SharedState, sharedState, until } from '../server/src/testing/server-process.ts';
import { enterBy, raw, runInKernel, startKernel } from './jupyter.ts';
import { processesWith } from './second-server.ts';

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
  return enterBy(server.url, (await server.admin.post(`/workspaces/${id}/entry`)).body.url);
}

const base = (): string => `/w/${id}/`;

async function newKernel(headers: Record<string, string>): Promise<string> {
  await until(
    'the tool to answer',
    async () => /^HTTP\/1.1 200/.test(await raw(server.url, `${base()}api/status`, headers)),
    60_000,
  );
  return startKernel(server.url, base(), headers);
}

const run = (kernel: string, headers: Record<string, string>, code: string): Promise<string> =>
  runInKernel(server.url, `${base()}api/kernels/${kernel}/channels`, headers, code);

describe('a workspace', () => {
  it('keeps its kernel with its variables when the server hands over to the next, and when it is killed', async () => {
    await running();
    const headers = await enter();
    const kernel = await newKernel(headers);
    expect(await run(kernel, headers, 'number = 41; open("kept.txt", "w").write("by hand"); print(number)')).toBe('41\n');
    // Where the tool says how it is reached its user writes too: a pipe there must keep nobody waiting.
    const pipes =
      'import os; [os.mkfifo(f"{os.environ[\'JUPYTER_RUNTIME_DIR\']}/pipe-{n}.json") for n in range(8)]; print("made")';
    expect(await run(kernel, headers, pipes)).toBe('made\n');
    // The same cookie, the same kernel: nobody signs in again.
    for (const [signal, expected] of [
      ['SIGUSR2', 42],
      ['SIGKILL', 43],
    ] as const) {
      const { port } = server;
      // A page that stays open, as a notebook's does, does not hold the server up.
      const page = new WebSocket(`${server.url.replace('http', 'ws')}${base()}api/events/subscribe`, { headers });
      await new Promise((resolve, reject) => page.on('open', resolve).on('error', reject));
      const closed = new Promise((resolve) => page.on('close', resolve));
      expect(await server.end(signal), signal).toBe(signal === 'SIGKILL' ? null : 0);
      await closed;
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

  it('is left by whoever loses the token, the session, the role or the account that they entered with, however busy they are', async () => {
    const email = 'ada@example.org';
    const password = 'a long password';
    const json = { 'content-type': 'application/json', origin: server.url };
    const ada = (await server.admin.post('/users', { email, password })).body.id;
    const member = () => server.admin.post('/projects/default/members', { email, role: 'contributor' });
    await member();
    const signIn = async () => {
      const body = JSON.stringify({ email, password });
      const answer = await fetch(`${server.url}/api/v1/session`, { method: 'POST', headers: json, body });
      return answer.headers.get('set-cookie')!.split(';')[0]!;
    };
    const as =
      (cookie: string) =>
      async (method: string, path: string, body: object = {}): Promise<Record<string, string>> => {
        const headers = { ...json, cookie };
        const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
        return answer.status === 204 ? {} : ((await answer.json()) as Record<string, string>);
      };
    const first = as(await signIn());
    const made = await first('POST', '/projects/default/workspaces', { tool: 'jupyterlab' });
    const runs = async () => (await server.admin.get(`/workspaces/${made.id}`)).body.state === 'running';
    await until('her workspace', runs, 280_000);
    const place = `/w/${made.id}/`;

    /** A socket to the tool that was open when `lose` was done; asks for pages all the while, as the tool's own page does. */
    async function isCut(what: string, url: string, lose: () => Promise<unknown>): Promise<void> {
      const headers = await enterBy(server.url, url);
      const status = async () => /^HTTP\/1.1 (\d+)/.exec(await raw(server.url, `${place}api/status`, headers))?.[1];
      await until(`the tool before ${what}`, async () => (await status()) === '200', 60_000);
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}${place}api/events/subscribe`, { headers });
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      await lose();
      await until(
        `the socket to be cut when ${what}`,
        async () => {
          await status();
          return socket.readyState === WebSocket.CLOSED;
        },
        10_000,
      );
      expect(['401', '403', '404'], what).toContain(await status());
    }

    const token = await first('POST', '/tokens', { name: 'enters' });
    const byToken = makeCaller(server.url, token.token!, '', '');
    const ticketOf = async (by: ReturnType<typeof as>) => (await by('POST', `/workspaces/${made.id}/entry`)).url!;
    await isCut('the token is revoked', (await byToken.post(`/workspaces/${made.id}/entry`)).body.url, () =>
      first('DELETE', `/tokens/${token.id}`),
    );
    await isCut('the session is signed out', await ticketOf(first), () => first('DELETE', '/session'));
    const second = as(await signIn());
    await isCut('the role is taken away', await ticketOf(second), () => server.admin.delete(`/projects/default/members/${ada}`));
    await member();
    await isCut('the account is disabled', await ticketOf(second), () =>
      server.admin.patch(`/users/${ada}`, { state: 'disabled' }),
    );
    expect(await runs()).toBe(true);
  }, 450_000);

  it('is ended by a server that is stopped right after the one before it was killed', async () => {
    const left = () => processesWith(id);
    expect((await server.admin.post(`/workspaces/${id}/start`)).status).toBe(200);
    await running();
    await until('its processes', async () => left().length > 0);
    await server.end('SIGKILL');
    server = await state.start();
    await server.end('SIGTERM');
    expect(left()).toEqual([]);
    server = await state.start();
    expect((await server.admin.get(`/workspaces/${id}`)).body).toMatchObject({
      state: 'stopped',
      stateReason: 'The server was stopped.',
    });
  }, 120_000);
});
