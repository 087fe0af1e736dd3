import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { organizationId } from '../../access/index.ts';
import { loseAlive } from '../../compute/index.ts';
import { sha256 } from '../../kit/digest.ts';
import {
  type Config,
  checkBlobs,
  emit,
  migrate,
  migrateTasks,
  migrationsFolder,
  openBlobStore,
  type Platform,
  sharedFolder,
  systemContext,
  transaction,
} from '../../platform/index.ts';
import { kinds } from '../listeners.ts';
import { version } from '../version.ts';
import { type Archive, openArchive, verifyArchive } from './archive.ts';
import { openGround } from './ground.ts';
import {
  bucketNotEmpty,
  databaseNotEmpty,
  fileDamaged,
  homeNotEmpty,
  isSafePath,
  type Manifest,
  newerSchema,
  otherMigration,
  secretKeyName,
  tableFile,
  tasksName,
} from './manifest.ts';
import { countTables, dropAll, loadTables, prepareSession, queueTasks, type WaitingTask } from './table-store.ts';
import { beginRestore, endRestore } from './unfinished.ts';

/**
 * Makes an installation from a backup, in an empty state folder and an empty database. The whole backup is read and checked before anything is
 * written; what a failed restore had begun is taken away again. An older schema is brought to the newest.
 */
export async function restoreBackup(
  config: Config,
  place: string,
  progress: (line: string) => void = () => {},
): Promise<Manifest> {
  const archive = await openArchive(place);
  const { manifest } = archive;
  await checkSchema(manifest);
  checkLinks(manifest);
  await checkEmpty(config);
  await verifyArchive(archive);
  progress(`${manifest.files.length} files are as they were written`);
  await mkdir(config.home, { recursive: true, mode: 0o755 });
  beginRestore(config.home);
  let filled = false;
  try {
    const ground = await openGround(config);
    try {
      const client = await ground.platform.database.pool.connect();
      const tables = await countTables(client).finally(() => client.release());
      if (tables > 0) throw databaseNotEmpty(tables);
      filled = true;
      await layOut(ground.platform, archive, progress);
      await fillDatabase(ground.platform, archive, progress);
    } catch (error) {
      if (filled) await emptyDatabase(ground.platform).catch(() => {});
      throw error;
    } finally {
      await ground.close();
    }
    endRestore(config.home);
    return manifest;
  } catch (error) {
    for (const name of await readdir(config.home)) {
      if (name !== secretKeyName || manifest.withSecretKey) await rm(join(config.home, name), { recursive: true, force: true });
    }
    throw error;
  }
}

/** A newer schema is unknown here, and an older one must be made of the same files. */
async function checkSchema({ migrations, version: made }: Manifest): Promise<void> {
  for (const { name, sha256: digest } of migrations) {
    const text = await readFile(join(migrationsFolder, name), 'utf8').catch(() => null);
    if (text === null) throw newerSchema(made, name);
    if (sha256(text) !== digest) throw otherMigration(name);
  }
}

/** Nothing may be written through a link, so none stands where another path goes on. */
function checkLinks({ files, links }: Manifest): void {
  const made = new Set(links.map(({ path }) => path));
  for (const { path } of [...files, ...links]) {
    if (!isSafePath(path)) throw fileDamaged(path, 'is no path of a backup');
    for (let at = dirname(path); at !== '.'; at = dirname(at)) if (made.has(at)) throw fileDamaged(path, 'lies behind a link');
  }
}

/** A secret key that was put there beforehand is welcome. */
async function checkEmpty(config: Config): Promise<void> {
  const names = (await readdir(config.home).catch(() => [])).filter((name) => name !== secretKeyName);
  if (names.length > 0) throw homeNotEmpty(config.home, names);
  if (!config.s3) {
    const blobs = await readdir(config.blobs).catch(() => []);
    if (blobs.length > 0) throw homeNotEmpty(config.blobs, blobs);
    return;
  }
  await checkBlobs(config);
  for await (const digest of (await openBlobStore(config)).list()) throw bucketNotEmpty(config.blobs, digest);
}

async function layOut(platform: Platform, { manifest, open }: Archive, progress: (line: string) => void): Promise<void> {
  const { config } = platform;
  const roots: Record<string, () => string> = {
    repos: () => join(config.home, 'repos'),
    predictions: () => join(config.home, 'predictions'),
    workspaces: () => sharedFolder(config, 'workspaces'),
  };
  const placeOf = (path: string): string | null => {
    const root = roots[path.slice(0, path.indexOf('/'))];
    return root ? join(root(), path.slice(path.indexOf('/') + 1)) : null;
  };
  let blobs = 0;
  for (const { path, sha256: digest, mode } of manifest.files) {
    if (path.startsWith('blobs/')) {
      await platform.blobs.put(open(path), digest);
      blobs += 1;
      if (blobs % 1000 === 0) progress(`${blobs} file contents`);
      continue;
    }
    const target = path === secretKeyName ? join(config.home, path) : placeOf(path);
    if (!target) continue;
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await pipeline(open(path), createWriteStream(target, { mode: 0o600, flush: true }));
    if (mode !== undefined) await chmod(target, mode & 0o777);
  }
  for (const { path, target } of manifest.links) {
    const link = placeOf(path)!;
    await mkdir(dirname(link), { recursive: true, mode: 0o700 });
    await symlink(target, link);
  }
  // Git takes a folder without these for no repository, and empty folders are in no backup.
  for (const name of await readdir(join(config.home, 'repos')).catch(() => []))
    for (const part of ['objects', 'refs']) await mkdir(join(config.home, 'repos', name, part), { recursive: true });
  progress(`${blobs} file contents, repositories and workspaces`);
}

async function fillDatabase(platform: Platform, { manifest, open }: Archive, progress: (line: string) => void): Promise<void> {
  const { pool } = platform.database;
  await migrate(pool, migrationsFolder, new Set(manifest.migrations.map(({ name }) => name)));
  const client = await pool.connect();
  try {
    await prepareSession(client);
    await client.query('begin');
    await loadTables(client, manifest, (table) => open(tableFile(table)), progress);
    await client.query('commit');
    await client.query('analyze');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release(true);
  }
  const ran = await migrate(pool);
  if (ran.length > 0) progress(`the schema was brought to the newest: ${ran.length} migrations`);
  await migrateTasks(platform);
  const queue = await pool.connect();
  await queueTasks(queue, (await json(open(tasksName))) as WaitingTask[]).finally(() => queue.release());
  const ctx = systemContext(platform, 'restore');
  const lost = await loseAlive(ctx, kinds, `It was running when the backup of ${manifest.madeAt} was made.`);
  if (lost > 0) progress(`${lost} workloads that were running are marked lost`);
  await transaction(ctx, (tx) =>
    emit(tx, {
      verb: 'backup.restored',
      object: { type: 'organization', id: organizationId },
      data: { madeAt: manifest.madeAt, madeBy: manifest.version, restoredBy: version, lost },
    }),
  );
}

async function emptyDatabase(platform: Platform): Promise<void> {
  const client = await platform.database.pool.connect();
  await dropAll(client).finally(() => client.release(true));
}
