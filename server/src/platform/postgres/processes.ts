import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { identityOf, ps } from '../process-identity.ts';

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
