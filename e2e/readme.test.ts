import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, until } from '../server/src/testing/plinth.ts';

const root = join(import.meta.dirname, '..');
const isRoot = process.getuid?.() === 0;
/** A user with a name that every Linux has, and no rights. */
const ordinaryUser = isRoot ? Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })) : undefined;
const token = 'pln_readme_0123456789abcdef';
let folder: string;
let clone: string;

/** The environment of somebody who just cloned: the machine's own Node first, none of this run's settings. */
function freshEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? '').split(':').filter((entry) => !entry.includes('node_modules'));
  const kept = Object.entries(process.env).filter(([name]) => !/^(PLINTH_|VITEST|NODE_OPTIONS|npm_|TEST$|NODE_ENV$)/.test(name));
  return { ...Object.fromEntries(kept), PATH: path.join(':') };
}

async function listen(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, server };
}

async function freePort(): Promise<number> {
  const { port, server } = await listen();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Started {
  port: number;
  output(): string;
  ready(timeout?: number): Promise<void>;
  ended: Promise<number | null>;
  /** To the whole group, as a terminal's Ctrl-C comes. */
  signal(signal: NodeJS.Signals): void;
}

const started = new Set<ChildProcess>();

async function npmStart(env: Record<string, string> = {}, uid?: number): Promise<Started> {
  const port = Number(env.PLINTH_PORT ?? (await freePort()));
  const child = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...freshEnvironment(), PLINTH_ADMIN_TOKEN: token, PLINTH_PORT: String(port), ...env },
    detached: true,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  started.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const ended = new Promise<number | null>((resolve) =>
    child.on('close', (code) => {
      started.delete(child);
      resolve(code);
    }),
  );
  return {
    port,
    output: () => output,
    ended,
    ready: async (timeout = 60_000) => {
      await until(
        'the start',
        async () => {
          if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
          return output.includes('Plinth is ready at');
        },
        timeout,
      );
    },
    signal: (signal) => process.kill(-child.pid!, signal),
  };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-readme-'));
  chmodSync(folder, 0o755);
  clone = join(folder, 'plinth');
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone]);
});
afterAll(() => {
  for (const child of started) process.kill(-child.pid!, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** What stands in a folder, or names it. */
function processesOf(path: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const place = readlinkSync(`/proc/${pid}/cwd`);
        return command.includes(path) || place === path || place.startsWith(`${path}/`) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

const allGone = (path: string) => expect.poll(() => processesOf(path), { timeout: 25_000, interval: 250 }).toEqual([]);

describe('the README', () => {
  it('gives two commands that bring Plinth up from a fresh clone', async () => {
    const commands = /```sh\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))![1]!;
    expect(commands).toContain('git clone');
    expect(commands).toContain('npm start');
    const plinth = await npmStart();
    await plinth.ready(280_000);
    expect(plinth.output()).toMatch(/MLFLOW_TRACKING_URI=/);
    const ticket = /sign-in\?ticket=(\S+)/.exec(plinth.output())![1];
    const origin = `http://127.0.0.1:${plinth.port}`;
    const session = await fetch(`${origin}/api/v1/session/ticket`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ ticket }),
    });
    expect(session.status).toBeLessThan(300);
    expect(session.headers.get('set-cookie')).toMatch(/HttpOnly/i);
    expect((await fetch(`${origin}/`)).headers.get('content-type')).toContain('text/html');
    plinth.signal('SIGTERM');
    await plinth.ended;
    // Nothing that was started there is left.
    await allGone(clone);
  }, 320_000);
});

/** With packages and web UI in place, as every start but the first. */
describe('npm start', () => {
  it('says in one sentence that the port is taken, and leaves nothing behind', async () => {
    const { port, server } = await listen();
    const plinth = await npmStart({ PLINTH_PORT: String(port) });
    expect(await plinth.ended).toBe(1);
    server.close();
    expect(plinth.output()).toContain(`port ${port} on 127.0.0.1 is taken; stop what uses it or set PLINTH_PORT to another.`);
    expect(plinth.output()).not.toMatch(/\n\s+at /);
    await allGone(clone);
  }, 90_000);

  it('twice at once on one state folder works or says in one sentence who has it; the other is not disturbed', async () => {
    const both = [await npmStart(), await npmStart()];
    await until(
      'each to be ready or to have ended',
      async () =>
        Promise.all(
          both.map((one) => one.output().includes('is ready at') || Promise.race([one.ended, null]).then((end) => end !== null)),
        ).then((states) => states.every(Boolean)),
      90_000,
    );
    const living = both.filter((one) => one.output().includes('is ready at'));
    const refused = both.filter((one) => !living.includes(one));
    expect(living.length).toBeGreaterThan(0);
    for (const one of refused) {
      expect(one.output()).toMatch(/Plinth did not start: .*(another|already|pid).*\./i);
      expect(one.output()).not.toMatch(/\n\s+at /);
    }
    for (const one of living) expect((await fetch(`http://127.0.0.1:${one.port}/readyz`)).status).toBe(200);
    for (const one of living) {
      one.signal('SIGINT');
      await one.ended;
    }
    await allGone(clone);
  }, 150_000);

  const users: [string, number | undefined][] = isRoot
    ? [
        ['root', undefined],
        ['an ordinary user', ordinaryUser],
      ]
    : [['an ordinary user', undefined]];

  it.each(users)(
    'as %s, in a closed folder with a path of 120 characters, runs jobs, starts again, and leaves nothing behind on Ctrl-C',
    async (_who, uid) => {
      const closed = mkdtempSync(join(folder, 'closed-'));
      const home = join(closed, 'a'.repeat(Math.max(10, 120 - closed.length - 1)));
      mkdirSync(home);
      chmodSync(closed, 0o700);
      for (const path of [closed, home]) if (uid !== undefined) chownSync(path, uid, uid);
      const env = { PLINTH_HOME: home, HOME: closed, npm_config_update_notifier: 'false' };
      try {
        const first = await npmStart(env, uid);
        await first.ready();
        const admin = makeCaller(`http://127.0.0.1:${first.port}`, token, '', '');
        const run = async (command: string) =>
          (await admin.post('/projects/default/jobs', { command, environment: 'base', hardwareTier: 'small' })).body.id;
        const job = await run('echo $((6 * 7)); id -u');
        const done = await until('the job', async () => {
          const { body } = await admin.get(`/jobs/${job}`);
          return body.finishedAt ? body : null;
        });
        const { body: log } = await admin.get(`/jobs/${job}/logs`);
        expect([done.state, done.stateReason], log).toEqual(['succeeded', null]);
        expect(log).toMatch(/^42\n/);
        const long = await run('sleep 600 & sleep 601');
        await until('the long job', async () => (await admin.get(`/jobs/${long}`)).body.state === 'running');
        first.signal('SIGINT');
        await first.ended;
        await allGone(home);

        const began = performance.now();
        const second = await npmStart(env, uid);
        await second.ready();
        console.info(`second start: ${Math.round(performance.now() - began)} ms`);
        expect((await makeCaller(`http://127.0.0.1:${second.port}`, token, '', '').get(`/jobs/${long}`)).body.state).toBe(
          'cancelled',
        );
        // Killed, started again and stopped at once: what the killed one left is ended all the same.
        const again = makeCaller(`http://127.0.0.1:${second.port}`, token, '', '');
        const command = 'sleep 602.25';
        const left = (await again.post('/projects/default/jobs', { command, environment: 'base' })).body.id;
        await until('the job to be left', async () => (await again.get(`/jobs/${left}`)).body.state === 'running');
        for (const line of processesOf(clone))
          if (line.includes('main/serve.ts')) process.kill(Number.parseInt(line, 10), 'SIGKILL');
        await second.ended;
        // As root it may run outside of the home, where its user can reach.
        expect(processesOf(command)).not.toEqual([]);
        const third = await npmStart(env, uid);
        await third.ready();
        third.signal('SIGINT');
        await third.ended;
        for (const text of [home, command]) await allGone(text);
      } finally {
        // Where root put what other users must reach.
        if (isRoot && uid === undefined)
          rmSync(join('/var/lib/plinth', createHash('sha256').update(home).digest('hex').slice(0, 12)), {
            recursive: true,
            force: true,
          });
      }
    },
    200_000,
  );
});
