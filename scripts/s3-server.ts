// A real S3-compatible server for the tests of buckets: versitygw where Go can build it, else moto from the Python packages.
// Kept outside of the checkout, so that it is made once on a machine.

import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const versitygw = '1.8.0';
const moto = '5.2.5';
const run = promisify(execFile);
const kept = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plinth-test');

/** What tests are told, as JSON in PLINTH_TEST_S3. */
export interface S3ForTests {
  name: string;
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** PLINTH_TEST_S3_SERVER=moto asks for the one that needs no Go. */
export async function startS3(): Promise<{ server: S3ForTests; stop(): Promise<void> }> {
  const builders = process.env.PLINTH_TEST_S3_SERVER === 'moto' ? [buildMoto] : [buildVersitygw, buildMoto];
  const reasons: string[] = [];
  for (const build of builders) {
    try {
      return await start(await build());
    } catch (error) {
      reasons.push((error as Error).message.trim().split('\n').at(-1)!);
    }
  }
  throw new Error(`no S3-compatible server could be made: ${reasons.join('; ')}`);
}

interface Program {
  name: string;
  command: string;
  args(port: number, folder: string): string[];
}

async function buildVersitygw(): Promise<Program> {
  const folder = join(kept, `versitygw-${versitygw}`);
  const command = join(folder, 'versitygw');
  if (!existsSync(command)) {
    const go = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/go/bin', '/usr/lib/go/bin']
      .map((path) => join(path, 'go'))
      .find((path) => existsSync(path));
    if (!go) throw new Error('Go is not installed');
    process.stderr.write(`plinth: building versitygw ${versitygw}, which takes some minutes once\n`);
    const partial = `${folder}.${process.pid}`;
    const env = { ...process.env, GOBIN: partial, CGO_ENABLED: '0', PATH: `${dirname(go)}${delimiter}${process.env.PATH}` };
    try {
      await run(go, ['install', `github.com/versity/versitygw/cmd/versitygw@v${versitygw}`], { env, timeout: 600_000 });
      await rename(partial, folder).catch((error: NodeJS.ErrnoException) => {
        // Another run was faster.
        if (!existsSync(command)) throw error;
      });
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }
  return {
    name: `versitygw ${versitygw}`,
    command,
    args: (port, data) => ['--port', `127.0.0.1:${port}`, '--health', '/health', 'posix', data],
  };
}

async function buildMoto(): Promise<Program> {
  const folder = join(kept, `moto-${moto}`);
  const command = join(folder, 'bin/moto_server');
  if (!existsSync(command)) {
    process.stderr.write(`plinth: installing moto ${moto}\n`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', `moto[s3,server]==${moto}`], { timeout: 600_000 });
  }
  return { name: `moto ${moto}`, command, args: (port) => ['-H', '127.0.0.1', '-p', String(port)] };
}

async function start({ name, command, args }: Program): Promise<{ server: S3ForTests; stop(): Promise<void> }> {
  const data = await mkdtemp(join(tmpdir(), 'plinth-s3-'));
  const port = await freePort();
  const keys = { accessKeyId: 'plinthtests', secretAccessKey: randomBytes(16).toString('hex') };
  const child = spawn(command, args(port, data), {
    cwd: data,
    env: { PATH: process.env.PATH, HOME: data, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    await rm(data, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    if (await fetch(endpoint).catch(() => null)) return { server: { name, endpoint, ...keys }, stop };
    if (child.exitCode !== null || tries > 600) {
      await stop();
      throw new Error(`${name} did not answer on ${endpoint}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
