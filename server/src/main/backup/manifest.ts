/** What a backup says of itself; `manifest.json` in it, whose own digest stands in `manifest.sha256`. */
export interface Manifest {
  format: 1;
  /** Of the Plinth that made it. */
  version: string;
  /** The one moment that it holds, RFC 3339. */
  madeAt: string;
  /** The schema that the rows have. */
  migrations: { name: string; sha256: string }[];
  tables: { name: string; columns: string[]; rows: number }[];
  /** Numbers that were given out, so that none is given out twice. */
  sequences: { name: string; lastValue: string; isCalled: boolean }[];
  withSecretKey: boolean;
  files: { path: string; sizeBytes: number; sha256: string; mode?: number }[];
  /** Symbolic links in workspaces; made after all files. */
  links: { path: string; target: string }[];
}

export const manifestName = 'manifest.json';
export const manifestDigestName = 'manifest.sha256';
export const tasksName = 'tasks.json';
export const secretKeyName = 'secret-key';
export const tableFile = (name: string): string => `tables/${name}.copy`;
export const blobFile = (sha256: string): string => `blobs/${sha256.slice(0, 2)}/${sha256}`;

/** A backup that cannot be trusted, or a place that it cannot go to. The message is one sentence with the next step. */
export class BackupError extends Error {
  override name = 'BackupError';
}

export const noBackup = (place: string): BackupError =>
  new BackupError(
    `${place} is no whole backup: it has no ${manifestName}. A backup that was cut off ends in .partial and is of no use.`,
  );

export const fileDamaged = (path: string, how: string): BackupError =>
  new BackupError(`${path} ${how}. This backup is damaged: use another one.`);

export const noInstallation = (home: string): BackupError =>
  new BackupError(
    `There is nothing to back up in ${home} and its database. Set PLINTH_HOME and PLINTH_DATABASE_URL as for the server.`,
  );

export const targetTaken = (place: string): BackupError =>
  new BackupError(`${place} exists already. Name a new folder or .tar file; a backup never writes over another.`);

export const homeNotEmpty = (home: string, names: string[]): BackupError =>
  new BackupError(
    `${home} is not empty (${names.slice(0, 3).join(', ')}). Set PLINTH_HOME to a new folder; a restore never writes over what is there.`,
  );

export const bucketNotEmpty = (place: string, digest: string): BackupError =>
  new BackupError(
    `${place} is not empty (${digest.slice(0, 12)}…). Set PLINTH_BLOBS to another bucket or prefix; a restore never writes over what is there.`,
  );

export const databaseNotEmpty = (count: number): BackupError =>
  new BackupError(`The database of PLINTH_DATABASE_URL has ${count} tables already. Create an empty one and name it there.`);

export const newerSchema = (version: string, name: string): BackupError =>
  new BackupError(
    `The backup was made by a newer Plinth, ${version} (${name} is unknown here). Restore it with that version or a later one.`,
  );

export const otherMigration = (name: string): BackupError =>
  new BackupError(
    `Migration ${name} is not the one that the backup was made with. Restore it with an unchanged release of Plinth.`,
  );

/** Relative, with no way out of the folder that it is put into. */
export function isSafePath(path: string): boolean {
  return !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
