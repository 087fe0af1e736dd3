import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestPlinth } from '../server/src/testing/plinth.ts';

/** The processes of a replica on this machine, by its workload in their command line. */
export function processesOf(workloadId: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => {
      try {
        const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
        return words[0]!.endsWith('/python') && words.some((word) => word.includes(workloadId));
      } catch {
        return false;
      }
    });
}

/** Processes of this machine whose command line holds a text, as `<pid> <command>`. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(text) ? [`${id} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

type Connected = Pick<TestPlinth, 'connection'>;

const databaseUrl = (t: Connected, address: string): string => {
  const { port, user, password, database } = t.connection;
  return address.startsWith('/')
    ? `postgresql://${user}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(address)}`
    : `postgresql://${user}:${password}@${address}/${database}`;
};

/** A way to the database that can be cut and opened again. */
export async function databaseThatCanGo(t: Connected) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(`${t.connection.host}/.s.PGSQL.${t.connection.port}`);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: databaseUrl(t, `127.0.0.1:${port}`),
    goAway() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
    comeBack: () => listen(port),
  };
}

/** A second server process on the same database and state. */
export async function startServer(
  t: TestPlinth,
  children: ChildProcess[],
  database = databaseUrl(t, t.connection.host!),
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../server/src/main/serve.ts')], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PLINTH_HOME: t.home,
      PLINTH_PORT: '0',
      PLINTH_ROLE: 'gateway',
      PLINTH_DATABASE_URL: database,
      PLINTH_LOG_LEVEL: 'fatal',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const url = await t.until(
    'the second server',
    async () => {
      if (child.exitCode !== null) throw new Error(output);
      return /is ready at (http:\/\/\S+)/.exec(output)?.[1];
    },
    60_000,
  );
  return { child, url };
}
