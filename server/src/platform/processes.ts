import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import { newId } from '../kit/ids.ts';
import type { Platform } from './context.ts';
import { isSurelyGone, ownIdentity, type PlacedIdentity } from './process-identity.ts';

declare module './database/tables.ts' {
  interface Tables {
    serverProcesses: {
      id: string;
      host: string;
      pid: number;
      /** With the next two: which process that number meant. Null in rows of an older Plinth. */
      startTime: string | null;
      bootId: string | null;
      pidNamespace: string | null;
      role: string;
      startedAt: string;
      heartbeatAt: string;
    };
  }
}

const heartbeatMilliseconds = 2_000;
/** A process that was not heard of for this long is dead: what it held is free. By the database's clock, so that no host's clock matters. */
export const deadAfterSeconds = 8;

/** This server process among those that share the database. */
export interface ServerProcess {
  readonly id: string;
  readonly host: string;
  /**
   * Strikes those from the list that ran on this machine and are surely gone, by pid, start time and boot: what they held is free at once. Done at
   * the start and with every heartbeat; to be asked for where the next one is too far away. Of other machines only silence tells.
   */
  forgetDead(): Promise<void>;
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

/** Says every two seconds that this process lives, and looks whether the others on this machine do. */
export async function registerProcess(platform: Platform): Promise<ServerProcess> {
  const id = newId('proc');
  const host = hostId();
  const { pid, startTime, bootId, pidNamespace } = ownIdentity();
  const db = platform.database.db;
  const put = () =>
    sql`insert into server_processes (id, host, pid, start_time, boot_id, pid_namespace, role)
        values (${id}, ${host}, ${pid}, ${startTime}, ${bootId}, ${pidNamespace}, ${platform.config.role})
        on conflict (id) do update set heartbeat_at = now()`.execute(db);

  async function forgetDead(): Promise<void> {
    const { rows } = await sql<PlacedIdentity & { id: string }>`
      select id, pid, start_time as "startTime", boot_id as "bootId", pid_namespace as "pidNamespace" from server_processes
      where host = ${host} and id <> ${id} and start_time is not null`.execute(db);
    const dead = rows.filter(isSurelyGone).map((row) => row.id);
    if (dead.length === 0) return;
    await sql`delete from server_processes where id = any(${dead}::text[])`.execute(db);
    platform.log.info({ processes: dead }, 'server processes of this machine are gone');
  }

  await put();
  await forgetDead();
  const timer = setInterval(() => {
    put()
      .then(forgetDead)
      .catch((error: Error) => platform.log.warn({ error: error.message }, 'heartbeat failed'));
  }, heartbeatMilliseconds);
  return {
    id,
    host,
    forgetDead,
    async stop() {
      clearInterval(timer);
      await sql`delete from server_processes where id = ${id}`.execute(db).catch(() => {});
    },
  };
}
