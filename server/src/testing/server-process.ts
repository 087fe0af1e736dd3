import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Connection } from '../platform/index.ts';
import { type Caller, makeCaller, makeDatabase, until } from './plinth.ts';

const token = 'pln_process_0123456789abcdef';

/** A server as a process of its own, to be killed. */
export interface ServerProcess {
  url: string;
  port: number;
  /** The first administrator. */
  admin: Caller;
  /** From the start of the process to the line that says it is ready. */
  readyMilliseconds: number;
  /** Sends a signal and waits for the end. @returns the exit code, null when the signal itself ended it */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** One database and one state folder that server processes share, at once or one after another. */
export interface SharedState {
  home: string;
  databaseUrl: string;
  connection: Connection;
  start(options?: { port?: number; env?: Record<string, string> }): Promise<ServerProcess>;
  /** Starts one and does not wait; for those that are killed while they start. */
  spawn(options?: { port?: number; env?: Record<string, string> }): ChildProcess;
  /** Looks into the database, or makes it as a fault would. */
  // biome-ignore lint/suspicious/noExplicitAny: rows of any query
  query(sql: string, values?: unknown[]): Promise<any[]>;
  /** Ends what still runs and removes it all. */
  stop(): Promise<void>;
}

export async function sharedState(): Promise<SharedState> {
  const { connection, drop } = await makeDatabase();
  const { host, port: databasePort, user, password, database } = connection;
  const databaseUrl = `postgresql://${user}:${password}@localhost:${databasePort}/${database}?host=${encodeURIComponent(host!)}`;
  const home = await mkdtemp(join(tmpdir(), 'plinth-processes-'));
  await chmod(home, 0o755);
  const living = new Set<ChildProcess>();

  function spawnServer({ port = 0, env = {} }: { port?: number; env?: Record<string, string> } = {}): ChildProcess {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../main/serve.ts')], {
      env: {
        ...ofTheMachine(),
        PLINTH_HOME: home,
        PLINTH_PORT: String(port),
        PLINTH_DATABASE_URL: databaseUrl,
        PLINTH_ADMIN_TOKEN: token,
        PLINTH_LOG_LEVEL: process.env.PLINTH_TEST_LOG ?? 'fatal',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    living.add(child);
    child.on('exit', () => living.delete(child));
    return child;
  }

  async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  return {
    home,
    databaseUrl,
    connection,
    spawn: spawnServer,
    async query(sql, values) {
      const client = new pg.Client(databaseUrl);
      await client.connect();
      return client
        .query(sql, values)
        .then(({ rows }) => rows)
        .finally(() => client.end());
    },
    async start(options) {
      const began = performance.now();
      const child = spawnServer(options);
      let output = '';
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout!.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          const ready = /is ready at (\S+)/.exec(output);
          if (ready) resolve(ready[1]!);
        });
        child.once('exit', () => reject(new Error(`the server ended: ${output}`)));
      });
      const readyMilliseconds = Math.round(performance.now() - began);
      const admin = makeCaller(url, token, '', 'admin@localhost');
      return { url, port: Number(new URL(url).port), admin, readyMilliseconds, end: (signal) => end(child, signal) };
    },
    async stop() {
      await Promise.all([...living].map((child) => end(child, 'SIGTERM')));
      await drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What the machine gives to any program (packages may come by its proxy and authority), nothing of ours and of the test run. */
function ofTheMachine(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PLINTH_|VITEST|NODE_(OPTIONS|ENV)$|TEST$)/.test(name)),
  );
}

export { until };
