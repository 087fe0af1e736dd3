import { readFileSync } from 'node:fs';

/** What the operating system can confirm of a process: its number alone may belong to another one by now. */
export interface ProcessIdentity {
  pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks from boot to the start of the process. */
  startTicks: string;
  bootId: string;
}

export const parseProcessIdentity = (text: string): ProcessIdentity | null => {
  const [pid, startTicks, bootId] = text.trim().split(' ');
  return pid && startTicks && bootId ? { pid: Number(pid), startTicks, bootId } : null;
};

export const currentBootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** A zombie has ended: only its parent has not looked yet. */
export const isAlive = (identity: ProcessIdentity): boolean => {
  if (identity.bootId !== currentBootId()) return false;
  const fields = readStat(identity.pid);
  return fields !== null && fields[0] !== 'Z' && fields[0] !== 'X' && fields[19] === identity.startTicks;
};

export const identityOf = (pid: number): ProcessIdentity | null => {
  const startTicks = readStat(pid)?.[19];
  return startTicks ? { pid, startTicks, bootId: currentBootId() } : null;
};

/** The fields after the name, which may hold spaces and parentheses itself. */
function readStat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
