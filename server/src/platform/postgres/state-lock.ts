import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { identityOf, isAlive, type ProcessIdentity } from '../process-identity.ts';

export type StateLock = { release(): void };

/**
 * Lets one process at a time own a folder. Gives the holder's pid when another one lives.
 *
 * Node has no flock, and a lock file that is removed when stale can be removed twice: the second time it is the new owner's. So each owner
 * makes the next number by link(2), which fails when it exists, and nobody ever goes back: the highest number rules, released or stale ones
 * stay until a later owner clears them.
 */
export function takeStateLock(folder: string): StateLock | { heldBy: number } {
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `draft.${process.pid}`);
  writeFileSync(draft, JSON.stringify(identityOf(process.pid)), { mode: 0o644 });
  try {
    for (;;) {
      const highest = numbersIn(folder)[0] ?? 0;
      const holder = highest > 0 ? readHolder(join(folder, String(highest))) : null;
      if (holder && isAlive(holder)) return { heldBy: holder.pid };
      const own = highest + 1;
      if (!tryLink(draft, join(folder, String(own)))) continue;
      if (numbersIn(folder)[0] !== own) {
        // We had read an old listing and others have gone past: our number counts for nothing.
        rmSync(join(folder, String(own)), { force: true });
        continue;
      }
      for (const number of numbersIn(folder)) if (number < own) rmSync(join(folder, String(number)), { force: true });
      return { release: () => emptyFile(join(folder, String(own))) };
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The folder may have been removed with the whole state by then. */
function emptyFile(file: string): void {
  if (existsSync(file)) writeFileSync(file, '');
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}

function readHolder(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
