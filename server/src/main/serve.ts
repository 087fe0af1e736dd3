import { existsSync, mkdirSync } from 'node:fs';
import { makeSignInLink, makeStartToken } from '../people/index.ts';
import { type Config, ConfigError, type Connection, findCheckout, readConfig, systemContext } from '../platform/index.ts';
import { startPostgres } from '../platform/postgres/index.ts';
import { type App, startApp } from './app.ts';
import { refuseUnfinished } from './backup/index.ts';

/**
 * The server as a process: settings, database, app, and a clean end. Standard output is for the person who started it; logs go to
 * standard error.
 */
async function main(): Promise<void> {
  const began = performance.now();
  const config = readConfig(process.env);
  mkdirSync(config.home, { recursive: true, mode: 0o755 });

  const stops: (() => Promise<unknown>)[] = [];
  const aborted = new AbortController();
  let stopping: Promise<void> | null = null;
  let handOver = false;
  let starting: Promise<unknown> = Promise.resolve();
  const stop = (code: number): Promise<void> => {
    stopping ??= (async () => {
      // A step that hangs must not keep the rest of the processes alive; the database, the last of them, has its own end.
      const deadline = setTimeout(() => {
        const last = stops.shift()?.() ?? Promise.resolve();
        void last.catch(() => {}).finally(() => process.exit(1));
      }, stopMilliseconds);
      // What has begun to start is ended when it is whole: only then is everything known that runs, also what a dead server left.
      const patience = setTimeout(() => aborted.abort(), patienceMilliseconds);
      await starting.catch(() => {});
      clearTimeout(patience);
      while (stops.length > 0) await stops.pop()!().catch(() => {});
      clearTimeout(deadline);
      process.exit(code);
    })();
    return stopping;
  };
  process.on('SIGINT', () => void stop(130));
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGHUP', () => void stop(0));
  // For upgrades: what runs goes on, and the next server on this state takes it over.
  process.on('SIGUSR2', () => {
    handOver = true;
    void stop(0);
  });

  const start = async (): Promise<App> => {
    refuseUnfinished(config.home);
    const connection = await databaseOf(config, stops, aborted.signal);
    const app = await startApp(config, connection);
    stops.push(() => app.stop({ handOver }));
    return app;
  };
  try {
    const started = start();
    starting = started;
    const app = await started;
    if (!stopping) await greet(app, performance.now() - began);
  } catch (error) {
    if (!stopping) say(`Plinth did not start: ${oneSentence(error, config)}`);
    await stop(1);
  }
}

const stopMilliseconds = 20_000;
/** A database that recovers from a crash may take much longer to start: then it is ended as it is. */
const patienceMilliseconds = 8_000;

async function databaseOf(config: Config, stops: (() => Promise<unknown>)[], signal: AbortSignal): Promise<Connection> {
  if (config.databaseUrl) return { connectionString: config.databaseUrl };
  const postgres = await startPostgres({
    home: config.home,
    ...(config.runDir ? { runDir: config.runDir } : {}),
    log: (line) => process.stderr.write(`${line}\n`),
    signal,
  });
  stops.push(() => postgres.stop());
  return postgres.connection;
}

async function greet(app: App, milliseconds: number): Promise<void> {
  const { config } = app.platform;
  const ctx = systemContext(app.platform, 'start');
  const lines = [`Plinth is ready at ${config.publicUrl}  (in ${(milliseconds / 1000).toFixed(1)} s)`, ''];
  if (app.administratorId) {
    lines.push(
      'Sign in once, within 10 minutes:',
      `  ${await makeSignInLink(ctx, app.administratorId)}`,
      '',
      'MLflow clients (this token lasts 24 hours):',
      `  export MLFLOW_TRACKING_URI=${config.publicUrl}`,
      `  export MLFLOW_TRACKING_TOKEN=${await makeStartToken(ctx, app.administratorId)}`,
      '',
    );
  }
  const checkout = findCheckout();
  if (checkout && !existsSync(`${checkout}/web/dist/index.html`))
    lines.push('The web UI is not built; `npm start` builds it.', '');
  lines.push(`State is kept in ${config.home}. Stop with Ctrl-C.`, '');
  say(lines.join('\n'));
}

function oneSentence(error: unknown, config: Config): string {
  const fault = error as NodeJS.ErrnoException;
  if (fault.code === 'EADDRINUSE')
    return `port ${config.port} on ${config.host} is taken; stop what uses it or set PLINTH_PORT to another.`;
  if (fault.code === 'EACCES' && fault.syscall === 'listen')
    return `this user may not listen on port ${config.port}; set PLINTH_PORT to 1024 or more.`;
  if (fault.code === 'EADDRNOTAVAIL') return `this machine has no address ${config.host}; set PLINTH_HOST to one that it has.`;
  if (config.databaseUrl && ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', '28P01', '3D000'].includes(fault.code ?? '')) {
    return `the database of PLINTH_DATABASE_URL cannot be used: ${fault.message}`;
  }
  return fault.message;
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

main().catch((error: unknown) => {
  say(error instanceof ConfigError ? error.message : `Plinth did not start: ${(error as Error).message}`);
  process.exit(error instanceof ConfigError ? 2 : 1);
});
