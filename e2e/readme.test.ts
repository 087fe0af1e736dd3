import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
let folder: string;
let clone: string;

/** The environment of somebody who just cloned: the machine's own Node first, none of this run's settings. */
function freshEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? '').split(':').filter((entry) => !entry.includes('node_modules'));
  const kept = Object.entries(process.env).filter(([name]) => !/^(PLINTH_|VITEST|NODE_OPTIONS|npm_|TEST$|NODE_ENV$)/.test(name));
  return { ...Object.fromEntries(kept), PATH: path.join(':') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-readme-'));
  clone = join(folder, 'plinth');
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the README', () => {
  it('gives two commands that bring Plinth up from a fresh clone', async () => {
    const commands = /```sh\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))![1]!;
    expect(commands).toContain('git clone');
    expect(commands).toContain('npm start');
    const port = await freePort();
    const child = spawn('npm', ['start'], {
      cwd: clone,
      env: { ...freshEnvironment(), PLINTH_PORT: String(port) },
      detached: true,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
    try {
      await expect.poll(() => output, { timeout: 280_000, interval: 500 }).toContain('Plinth is ready at');
      expect(output).toMatch(/MLFLOW_TRACKING_URI=/);
      const ticket = /sign-in\?ticket=(\S+)/.exec(output)![1];
      const session = await fetch(`http://127.0.0.1:${port}/api/v1/session/ticket`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: `http://127.0.0.1:${port}` },
        body: JSON.stringify({ ticket }),
      });
      expect(session.status).toBeLessThan(300);
      expect(session.headers.get('set-cookie')).toMatch(/HttpOnly/i);
      expect((await fetch(`http://127.0.0.1:${port}/`)).headers.get('content-type')).toContain('text/html');
    } finally {
      process.kill(-child.pid!, 'SIGTERM');
      await ended;
    }
    // Nothing that was started there is left.
    await expect.poll(() => processesOf(clone), { timeout: 20_000, interval: 250 }).toEqual([]);
  }, 320_000);
});

function processesOf(path: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(path) && !line.includes('ps -eo'));
}
