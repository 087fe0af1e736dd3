import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * A pid alone names nothing: it is given out again, in containers within seconds. With its start time and the boot it is one process for ever.
 */
export type ProcessIdentity = { pid: number; startTime: string; bootId: string };

export function identityOf(pid: number): ProcessIdentity | null {
  const startTime = startTimeOf(pid);
  return startTime === null ? null : { pid, startTime, bootId: bootId() };
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = identityOf(identity.pid);
  return now !== null && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** True when `pid` is a PostgreSQL whose working folder is `dataDir`, which is where a postmaster always stands. */
export function isPostgresOn(pid: number, dataDir: string): boolean {
  if (identityOf(pid) === null) return false;
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === dataDir;
    }
    const command = ps(pid, 'command') ?? '';
    return basename(command.split(' ')[0] ?? '') === 'postgres' && command.includes(dataDir);
  } catch {
    return false;
  }
}

/** The program and arguments of a process, or null where the system does not tell them exactly. */
export function commandOf(pid: number): { executable: string; args: string[] } | null {
  if (process.platform !== 'linux') return null;
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(1, -1);
    return { executable: readlinkSync(`/proc/${pid}/exe`), args };
  } catch {
    return null;
  }
}

/** Null for a process that is gone, also for one that has ended and that nobody has waited for (a zombie under an idle init). */
function startTimeOf(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      // The name in parentheses may hold spaces and parentheses itself: count fields from the last one.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
    } catch {
      return null;
    }
  }
  return ps(pid, 'stat')?.startsWith('Z') ? null : ps(pid, 'lstart');
}

function ps(pid: number, field: string): string | null {
  const answer = spawnSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout.trim() !== '' ? answer.stdout.trim() : null;
}

let knownBootId: string | undefined;
function bootId(): string {
  if (knownBootId === undefined) {
    try {
      knownBootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      knownBootId = spawnSync('sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' }).stdout?.trim() ?? '';
    }
  }
  return knownBootId;
}
