import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { checkPackageIndex, shown } from '../environments/index.ts';
import { type Config, ConfigError, openDatabase, readConfig, settings } from '../platform/index.ts';

/**
 * `plinth doctor`: which settings are in force and from where, and whether what they name works. Changes nothing.
 * Exit code 0 when all is well, 1 when a check failed, 2 when a setting is wrong.
 */
interface Finding {
  name: string;
  state: 'ok' | 'warning' | 'failed';
  detail: string;
}

const run = promisify(execFile);

if (process.argv.includes('--settings')) {
  for (const [name, { comment }] of Object.entries(settings)) print(`${name.padEnd(26)} ${comment}`);
} else {
  await main();
}

async function main(): Promise<void> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    print((error as Error).message);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
    return;
  }
  print('Settings in force');
  for (const [name, { secret }] of Object.entries(settings)) {
    const given = process.env[name];
    const value = secret && given ? '(set, not shown)' : (given ?? shownDefault(config, name));
    print(`  ${name.padEnd(26)} ${shown(value)}  ${given === undefined ? '(default)' : '(environment)'}`);
  }
  print('');
  const checks: (() => Promise<Finding>)[] = [
    git,
    python,
    () => home(config),
    () => port(config),
    () => database(config),
    () => contentOrigin(config),
    () => packageIndex(config),
  ];
  let failed = false;
  for (const check of checks) {
    const { name, state, detail } = await check();
    print(`${state === 'ok' ? '✓' : state === 'warning' ? '▲' : '✕'} ${name.padEnd(16)} ${detail}`);
    failed ||= state === 'failed';
  }
  process.exitCode = failed ? 1 : 0;
}

function shownDefault(config: Config, name: string): string {
  const values: Record<string, string> = {
    PLINTH_HOME: config.home,
    PLINTH_HOST: config.host,
    PLINTH_PORT: String(config.port),
    PLINTH_PUBLIC_URL: config.publicUrl,
    PLINTH_CONTENT_URL: config.contentUrl,
    PLINTH_DATABASE_URL: 'embedded PostgreSQL',
    PLINTH_BLOBS: config.blobs,
    PLINTH_ADMIN_EMAIL: config.adminEmail,
    PLINTH_ROLE: config.role,
  };
  return values[name] ?? 'not set';
}

async function git(): Promise<Finding> {
  const name = 'git';
  try {
    return { name, state: 'ok', detail: (await run('git', ['--version'])).stdout.trim() };
  } catch {
    return { name, state: 'failed', detail: 'git is missing. On Debian: apt-get install git' };
  }
}

async function python(): Promise<Finding> {
  const name = 'Python';
  try {
    const { stdout } = await run('python3', ['-c', 'import sys, venv; print(".".join(map(str, sys.version_info[:3])))']);
    const version = stdout.trim();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < 3 || (major === 3 && minor < 10))
      return { name, state: 'failed', detail: `Python ${version} is too old; 3.10 or newer is needed` };
    return { name, state: 'ok', detail: `Python ${version} with venv` };
  } catch {
    return { name, state: 'failed', detail: 'python3 with venv is missing. On Debian: apt-get install python3 python3-venv' };
  }
}

async function home(config: Config): Promise<Finding> {
  const name = 'State folder';
  try {
    await mkdir(config.home, { recursive: true });
    await access(config.home, constants.W_OK);
    const { bavail, bsize } = await statfs(config.home);
    const gigabytes = (bavail * bsize) / 1e9;
    return {
      name,
      state: gigabytes < 5 ? 'warning' : 'ok',
      detail: `${config.home} is writable, ${gigabytes.toFixed(1)} GB free`,
    };
  } catch (error) {
    return {
      name,
      state: 'failed',
      detail: `${config.home} cannot be written: ${(error as Error).message}. Set PLINTH_HOME to a folder of this user.`,
    };
  }
}

async function port(config: Config): Promise<Finding> {
  const name = 'Port';
  const taken = await new Promise<string | null>((resolve) => {
    const server = createServer()
      .once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .listen(config.port, config.host, () => server.close(() => resolve(null)));
  });
  if (taken === null) return { name, state: 'ok', detail: `${config.host}:${config.port} is free` };
  const plinth = await fetch(`http://${config.host}:${config.port}/livez`).then(
    (answer) => answer.ok,
    () => false,
  );
  if (plinth) return { name, state: 'ok', detail: `Plinth answers on ${config.host}:${config.port}` };
  return {
    name,
    state: 'failed',
    detail: `${config.host}:${config.port} cannot be used (${taken}). Set PLINTH_PORT to another.`,
  };
}

async function database(config: Config): Promise<Finding> {
  const name = 'Database';
  if (!config.databaseUrl) return { name, state: 'ok', detail: 'embedded PostgreSQL, started with the server' };
  const opened = openDatabase({ connectionString: config.databaseUrl }, { poolSize: 1 });
  try {
    const { rows } = await opened.pool.query(`select current_setting('server_version_num')::int as version`);
    const major = Math.floor(rows[0].version / 10_000);
    if (major < 15) return { name, state: 'failed', detail: `PostgreSQL ${major} is too old; 15 or newer is needed` };
    return { name, state: 'ok', detail: `external PostgreSQL ${major} answers` };
  } catch (error) {
    return { name, state: 'failed', detail: `PLINTH_DATABASE_URL cannot be used: ${(error as Error).message}` };
  } finally {
    await opened.close();
  }
}

async function contentOrigin(config: Config): Promise<Finding> {
  const name = 'Content origin';
  const main = new URL(config.publicUrl).hostname;
  const content = new URL(config.contentUrl).hostname;
  if (main === content)
    return {
      name,
      state: 'warning',
      detail: `${content} is the main host too: no tools can be opened. Set PLINTH_CONTENT_URL to another host name.`,
    };
  return { name, state: 'ok', detail: `${config.contentUrl} is another host than ${main}` };
}

async function packageIndex(config: Config): Promise<Finding> {
  const name = 'Python packages';
  try {
    const { ok, detail } = await checkPackageIndex(config);
    return { name, state: ok ? 'ok' : 'failed', detail };
  } catch (error) {
    return { name, state: 'failed', detail: (error as Error).message };
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
