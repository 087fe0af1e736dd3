import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { openBrowser } from '../browser.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson, write } from '../output.ts';
import { verb } from '../verbs.ts';

/** The server itself, any route by hand, the web UI. */
export function platformCommands(program: Command): void {
  verb(program, 'server', 'run the server here', () => runServerFile('serve.ts', []));
  verb(program, 'migrate', 'bring the database to the newest schema', () => runServerFile('migrate.ts', []));
  verb<[], { settings?: boolean }>(
    program,
    'doctor',
    'show which settings are in force, from where, and test what they name',
    ({ options }) =>
      runServerFile('doctor.ts', [...(options.settings ? ['--settings'] : []), ...(options.json ? ['--json'] : [])]),
    [['--settings', 'only list the settings']],
  );

  const backup = program.command('backup').description('all of this installation in one folder or archive');
  verb<[string], { withSecretKey?: boolean }>(
    backup,
    'make <place>',
    'write a backup to a new folder, or to a file that ends in .tar; the server may go on working',
    ({ args: [place], options }) =>
      runServerFile('backup.ts', [
        ...(options.withSecretKey ? ['--with-secret-key'] : []),
        ...(options.json ? ['--json'] : []),
        ...['--', 'make', place],
      ]),
    [['--with-secret-key', 'put in the key that opens all secrets too; guard the backup like the key']],
    { isDefault: true },
  );
  verb<[string]>(backup, 'verify <place>', 'read every byte of a backup and compare it with what was written', (call) =>
    runServerFile('backup.ts', [...(call.options.json ? ['--json'] : []), '--', 'verify', call.args[0]]),
  );
  verb<[string]>(
    program,
    'restore <place>',
    'make an installation from a backup, in an empty PLINTH_HOME and an empty database',
    ({ args: [place], options }) => runServerFile('backup.ts', [...(options.json ? ['--json'] : []), '--', 'restore', place]),
  );

  verb<[string, string], { body?: string }>(
    program,
    'api <method> <path>',
    'any route by hand: GET /jobs?limit=5',
    async ({ args: [method, path], options, session }) => {
      const whole = path.startsWith('/api/') ? path : `/api/v1${path.startsWith('/') ? '' : '/'}${path}`;
      const response = await session.client.fetch(whole, {
        method: method.toUpperCase(),
        ...(options.body ? { body: options.body, headers: { 'content-type': 'application/json' } } : {}),
      });
      const text = await response.text();
      if ((response.headers.get('content-type') ?? '').includes('json')) printJson(JSON.parse(text));
      else if (text) write(text);
    },
    [['--body <json>', 'what to send']],
  );

  verb<[string | undefined]>(
    program,
    'open [what]',
    'print the address of a page, by path or by the id of a thing, and open it where there is a browser',
    ({ args: [what], session }) => {
      const url = `${session.url}/${pageOf(what ?? (session.project ? `projects/${session.project}` : ''))}`;
      write(url);
      openBrowser(url);
    },
  );
}

const pages: Record<string, string> = {
  job: 'jobs',
  run: 'runs',
  env: 'environments',
  dst: 'datasets',
  wsp: 'workspaces',
  prj: 'projects',
  prd: 'predictions',
  apr: 'approvals',
  alr: 'alerts',
  rep: 'reproductions',
};

/** `job_…` is a page by itself. */
function pageOf(what: string): string {
  const page = pages[what.slice(0, what.indexOf('_'))];
  return page && !what.includes('/') ? `${page}/${encodeURIComponent(what)}` : what.replace(/^\//, '');
}

/** The server's own programs run as processes: the command line imports none of them and so starts at once. */
function runServerFile(file: string, args: string[]): Promise<void> {
  const path = join(import.meta.dirname, '../../../server/src/main', file);
  const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.failed);
      resolve();
    });
  });
}
