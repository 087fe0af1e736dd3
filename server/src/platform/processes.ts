import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import { newId } from '../kit/ids.ts';
import type { Platform } from './context.ts';

declare module './database/tables.ts' {
  interface Tables {
    serverProcesses: { id: string; host: string; pid: number; role: string; startedAt: string; heartbeatAt: string };
  }
}

const heartbeatMilliseconds = 2_000;
/** A process that was not heard of for this long is dead: what it held is free. By the database's clock, so that no host's clock matters. */
export const deadAfterSeconds = 8;

/** This server process among those that share the database. */
export interface ServerProcess {
  readonly id: string;
  readonly host: string;
  stop(): Promise<void>;
}

/** Names the machine: the same after a restart of the server, another after a re-installation. */
export function hostId(): string {
  let machine = '';
  try {
    machine = readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    // Not every system has one; the host name must do.
  }
  return `${hostname()}-${createHash('sha256').update(machine).digest('hex').slice(0, 8)}`;
}

/** Says every two seconds that this process lives. */
export async function registerProcess(platform: Platform): Promise<ServerProcess> {
  const id = newId('proc');
  const host = hostId();
  const db = platform.database.db;
  await sql`insert into server_processes (id, host, pid, role) values (${id}, ${host}, ${process.pid}, ${platform.config.role})`.execute(
    db,
  );
  const beat = () =>
    sql`insert into server_processes (id, host, pid, role) values (${id}, ${host}, ${process.pid}, ${platform.config.role})
        on conflict (id) do update set heartbeat_at = now()`
      .execute(db)
      .catch((error: Error) => platform.log.warn({ error: error.message }, 'heartbeat failed'));
  const timer = setInterval(() => void beat(), heartbeatMilliseconds);
  return {
    id,
    host,
    async stop() {
      clearInterval(timer);
      await sql`delete from server_processes where id = ${id}`.execute(db).catch(() => {});
    },
  };
}
