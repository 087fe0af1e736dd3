import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const marker = (home: string): string => join(home, 'restore-unfinished');

/** From now on no server starts here, until the restore is whole. */
export function beginRestore(home: string): void {
  writeFileSync(marker(home), 'A restore into this folder began and has not ended.\n');
}

export function endRestore(home: string): void {
  rmSync(marker(home));
}

/** @throws when a restore was killed half way: what is there looks like an installation and is none */
export function refuseUnfinished(home: string): void {
  if (existsSync(marker(home)))
    throw new Error(`a restore into ${home} did not end; remove the folder (and what is in the database) and restore again.`);
}
