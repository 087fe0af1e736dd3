/**
 * All of an installation in one folder or archive, and an installation out of it: our own logical export, so that it goes from the embedded
 * PostgreSQL to any other and back. Deliberately left out: environments, which are built again from their locks, and what belongs to
 * running processes and signed-in browsers.
 */
export { openArchive, verifyArchive } from './archive.ts';
export { openGround } from './ground.ts';
export { makeBackup } from './make-backup.ts';
export { type Manifest, noInstallation } from './manifest.ts';
export { restoreBackup } from './restore-backup.ts';
export { refuseUnfinished } from './unfinished.ts';
