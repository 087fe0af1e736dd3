import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const mlflowVersion = '3.17.2';

/** The peer did not come up: there is nothing to compare with, which is no fault of ours. */
export class PeerProblem extends Error {}

/** MLflow in an environment of its own, made once on a machine and kept outside of the checkout. @returns its Python */
export async function mlflowPython(): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plinth-bench', `mlflow-${mlflowVersion}`);
  const python = join(folder, 'bin/python');
  if (!existsSync(join(folder, 'bin/mlflow'))) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, '..'), { recursive: true });
    const failed = (error: Error) => {
      throw new PeerProblem(`MLflow cannot be installed: ${error.message}`);
    };
    await promisify(execFile)('python3', ['-m', 'venv', folder]).catch(failed);
    const install = ['-m', 'pip', 'install', '--quiet', `mlflow==${mlflowVersion}`];
    await promisify(execFile)(python, install, { timeout: 600_000 }).catch(failed);
  }
  return python;
}

export interface Started {
  url: string;
  processId: number;
  /** From the start of the process to the first good answer. */
  secondsToReady: number;
  /** Its state and nothing else. */
  folder: string;
  token: string | null;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `mlflow server` with its default store (SQLite) in an empty folder. */
export async function startMlflow(): Promise<Started> {
  const python = await mlflowPython();
  const folder = await mkdtemp(join(tmpdir(), 'plinth-bench-mlflow-'));
  const port = await freePort();
  const child = spawn(python, ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)], {
    cwd: folder,
    env: { PATH: `${join(python, '..')}:${process.env.PATH}`, HOME: folder, MLFLOW_DISABLE_TELEMETRY: 'true' },
    stdio: 'ignore',
    detached: true,
  });
  return ready(child, `http://127.0.0.1:${port}`, '/health', folder, null).catch((error: Error) => {
    throw new PeerProblem(error.message);
  });
}

/** Plinth on an empty state folder with its embedded PostgreSQL. */
export async function startPlinth(): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-bench-'));
  const port = await freePort();
  const token = `pln_bench_${Math.random().toString(36).slice(2).padEnd(20, 'x')}`;
  const child = spawn(process.execPath, [join(import.meta.dirname, '../server/src/main/serve.ts')], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PLINTH_HOME: folder,
      PLINTH_PORT: String(port),
      PLINTH_ADMIN_TOKEN: token,
      PLINTH_LOG_LEVEL: 'error',
    },
    stdio: 'ignore',
    detached: true,
  });
  return ready(child, `http://127.0.0.1:${port}`, '/readyz', folder, token);
}

async function ready(child: ChildProcess, url: string, path: string, folder: string, token: string | null): Promise<Started> {
  const began = performance.now();
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${url} ended with code ${child.exitCode} before it was ready`);
    if ((await fetch(url + path).catch(() => null))?.ok) break;
    if (performance.now() - began > 180_000) throw new Error(`${url} was not ready within 180 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const secondsToReady = (performance.now() - began) / 1000;
  return {
    url,
    processId: child.pid!,
    secondsToReady,
    folder,
    token,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(-child.pid!, 'SIGTERM');
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It is gone.
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** All its processes: itself, all below it, and whatever names its folder (a database that leads its own session). */
async function processesOf({ processId, folder }: Pick<Started, 'processId' | 'folder'>): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=']);
  const rows = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
  const counted = new Set([String(processId)]);
  for (let before = 0; before !== counted.size; ) {
    before = counted.size;
    for (const row of rows) if (row && (counted.has(row[2]!) || row[3]!.includes(folder))) counted.add(row[1]!);
  }
  return [...counted];
}

/** Once it has settled, in megabytes: pages that processes share are counted once (PSS). */
export async function memoryAtRest(started: Started): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  let kilobytes = 0;
  for (const pid of await processesOf(started)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch((error: NodeJS.ErrnoException) => {
      // It has ended meanwhile; what may not be read would be left out in silence.
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return '';
      throw error;
    });
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return Math.round(kilobytes / 1024);
}
