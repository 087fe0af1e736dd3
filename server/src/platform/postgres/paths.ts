import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { socketPathTooLong, unreachableFolder } from './postgres.ts';

/** Where everything of one state folder lies. All paths are absolute. */
export type PostgresPaths = {
  /** Ours alone in content (password, lock, log); the data folder may be inside. */
  stateDir: string;
  /** Owned by the database user. */
  dataDir: string;
  /** Holds nothing but the socket; owned by the database user, mode 700: only that user and root pass. */
  socketDir: string;
  /** Where binaries go that the database user cannot read, or that we cannot complete, where they were installed. */
  binariesDir: string;
};

/** What decides the choice; the process's own facts by default, given by tests. */
export type PathFacts = {
  /** The user that PostgreSQL runs as; null when it is our own. */
  databaseUser: { uid: number; gid: number } | null;
  ownUid: number;
  temporaryFolder: string;
  canEnter: (folder: string) => boolean;
};

const socketName = '.s.PGSQL.5432';
/** sockaddr_un has 108 bytes, one of them the closing zero. */
const longestSocketPathBytes = 107;
const rootRunDir = '/var/lib/plinth';

/**
 * Prefers everything under the state folder, so that it can be moved and removed as one. Leaves it only where it must:
 * the data when PostgreSQL's user cannot enter (a checkout under a home of mode 700), the socket when its path is too long.
 */
export function choosePaths(home: string, runDir?: string, facts: PathFacts = ownFacts()): PostgresPaths {
  const stateDir = join(home, 'postgres');
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  const asOther = facts.databaseUser !== null;
  const runBase = runDir ?? (asOther ? rootRunDir : join(facts.temporaryFolder, `plinth-${facts.ownUid}`));
  const runFolder = join(runBase, hash);
  const homeIsOpen = !asOther || facts.canEnter(home);
  if (!homeIsOpen && !facts.canEnter(runBase)) throw unreachableFolder(runBase, facts.databaseUser?.uid ?? 0);

  const base = homeIsOpen ? stateDir : runFolder;
  const places = [base, runFolder];
  if (runDir === undefined && !asOther) places.push(join('/tmp', `plinth-${facts.ownUid}`, hash));
  const socketDir = places.map((place) => join(place, 'socket')).find(fitsSocket);
  if (socketDir === undefined) throw socketPathTooLong(runFolder);
  if (asOther && !facts.canEnter(dirname(socketDir))) throw unreachableFolder(dirname(socketDir), facts.databaseUser?.uid ?? 0);

  return {
    stateDir,
    dataDir: join(base, 'data'),
    socketDir,
    // One copy serves all state folders of a machine when root makes it; an ordinary user's copy stays with the state.
    binariesDir: asOther ? join(homeIsOpen && runDir === undefined ? stateDir : runBase, 'binaries') : join(stateDir, 'binaries'),
  };
}

export function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(join(folder, socketName)) <= longestSocketPathBytes;
}

/** True when `user` may pass through every folder on the way; what does not exist yet will be made by us, open. */
export function canEnter(folder: string, user: { uid: number; gid: number }): boolean {
  for (let path = folder; ; path = dirname(path)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat) {
      const shift = stat.uid === user.uid ? 6 : stat.gid === user.gid ? 3 : 0;
      if (((stat.mode >> shift) & 1) === 0) return false;
    }
    if (path === dirname(path)) return true;
  }
}

export function ownFacts(databaseUser: { uid: number; gid: number } | null = null): PathFacts {
  return {
    databaseUser,
    ownUid: process.getuid?.() ?? 0,
    temporaryFolder: tmpdir(),
    canEnter: (folder) => databaseUser === null || canEnter(folder, databaseUser),
  };
}
