import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A pid alone names nothing: it is given out again, in containers within seconds. With its start time and the boot it is one process for ever.
 */
export interface ProcessIdentity {
  pid: number;
  /** On Linux field 22 of /proc/<pid>/stat: clock ticks from boot to the start of the process. */
  startTime: string;
  bootId: string;
}

export function identityOf(pid: number): ProcessIdentity | null {
  const startTime = startTimeOf(pid);
  return startTime === null ? null : { pid, startTime, bootId: currentBootId() };
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = identityOf(identity.pid);
  return now !== null && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** An identity with the table of processes that its number belongs to. */
export interface PlacedIdentity extends ProcessIdentity {
  /** Containers on one machine number their processes each for itself. Empty where the system has no such spaces. */
  pidNamespace: string;
}

export const ownIdentity = (): PlacedIdentity => ({
  ...(identityOf(process.pid) ?? { pid: process.pid, startTime: '', bootId: '' }),
  pidNamespace: currentPidNamespace(),
});

/**
 * Whether this process can tell for sure that another one has ended. Of another boot, another space of numbers, or a process that it may not
 * look at, it cannot; then only time can tell.
 */
export function isSurelyGone(identity: PlacedIdentity): boolean {
  if (identity.startTime === '' || identity.bootId !== currentBootId() || identity.pidNamespace !== currentPidNamespace())
    return false;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // What may not be signalled is there; it may be hidden in /proc from users like us.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  const stat = statOf(identity.pid);
  return stat !== null && (stat.over || stat.startTime !== identity.startTime);
}

/** Null for a process that is gone, also for one that has ended and that nobody has waited for (a zombie under an idle init). */
function startTimeOf(pid: number): string | null {
  const stat = statOf(pid);
  return stat === null || stat.over ? null : stat.startTime;
}

/** Null when the system tells nothing of that number. */
function statOf(pid: number): { startTime: string; over: boolean } | null {
  if (process.platform === 'linux') {
    try {
      // The name in parentheses may hold spaces and parentheses itself: count fields from the last one.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return { startTime: fields[19] ?? '', over: fields[0] === 'Z' || fields[0] === 'X' };
    } catch {
      return null;
    }
  }
  const startTime = ps(pid, 'lstart');
  return startTime === null ? null : { startTime, over: ps(pid, 'stat')?.startsWith('Z') ?? false };
}

/** What `ps` says of one process; null when there is none. */
export function ps(pid: number, field: string): string | null {
  const answer = spawnSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout.trim() !== '' ? answer.stdout.trim() : null;
}

let knownBootId: string | undefined;
export function currentBootId(): string {
  if (knownBootId === undefined) {
    try {
      knownBootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      knownBootId = spawnSync('sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' }).stdout?.trim() ?? '';
    }
  }
  return knownBootId;
}

function currentPidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
