import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Caller, TestPlinth } from '../../server/src/testing/plinth.ts';

const run = promisify(execFile);

/** Clients as their users install them, each in an environment of its own, made once on a machine and kept outside of the checkout. */
const installs = {
  newest: ['mlflow==3.17.2', 'scikit-learn', 'xgboost-cpu', 'lightgbm', 'matplotlib', 'pillow', 'psutil'],
  'of 2023': ['mlflow==2.9.2', 'setuptools<81'],
} as const;
export type Client = keyof typeof installs;

/** @returns the folder of its programs */
export async function installClient(client: Client): Promise<string> {
  const packages = installs[client];
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plinth-test', packages[0].replace('==', '-'));
  const done = join(folder, packages.join(' ').replaceAll(/[^\w.-]+/g, '_'));
  if (!existsSync(done)) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, '..'), { recursive: true });
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin/pip'), ['install', '--quiet', ...packages], { timeout: 400_000 });
    await writeFile(done, '');
  }
  return join(folder, 'bin');
}

export interface ClientSession {
  /** Runs a script with the client set up; what it prints last is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what its own script printed
  python(script: string): Promise<Record<string, any>>;
}

/** A client with a token of somebody in a project, nothing else of ours about it. */
export async function clientSession(t: TestPlinth, client: Client, who: Caller, slug: string): Promise<ClientSession> {
  const programs = await installClient(client);
  const { token } = (await who.post('/tokens', { name: `client ${client}`, projectId: slug })).body;
  const folder = await mkdtemp(join(t.home, 'client-'));
  const options = {
    cwd: folder,
    timeout: 200_000,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: `${programs}:${process.env.PATH}`,
      HOME: folder,
      MPLBACKEND: 'Agg',
      MLFLOW_TRACKING_URI: `${t.url}/mlflow/${slug}`,
      MLFLOW_TRACKING_TOKEN: token,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      GIT_PYTHON_REFRESH: 'quiet',
      NO_COLOR: '1',
    },
  };
  return {
    async python(script) {
      const file = join(folder, `script-${Math.random().toString(36).slice(2)}.py`);
      await writeFile(file, script);
      const { stdout } = await run(join(programs, 'python'), ['-W', 'ignore', file], options);
      return JSON.parse(stdout.trim().split('\n').at(-1)!);
    },
  };
}
