import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { organizationId } from '../../access/index.ts';
import { newId } from '../../kit/ids.ts';
import { BlobMissingError, emit, type Platform, sharedFolder, systemContext, transaction } from '../../platform/index.ts';
import { repositoryPath } from '../../repos/index.ts';
import { version } from '../version.ts';
import { type Entry, writeArchive } from './archive.ts';
import { copyRepository } from './copy-repository.ts';
import { copyWorkspace } from './copy-workspace.ts';
import { holdSegments } from './hold-segments.ts';
import { BackupError, blobFile, type Manifest, noInstallation, secretKeyName, tableFile, tasksName } from './manifest.ts';
import { copyOut, countTables, namedBlobs, prepareSession, readSequences, tablesToCopy, waitingTasks } from './table-store.ts';

export interface BackupOptions {
  withSecretKey?: boolean;
  progress?: (line: string) => void;
}

/**
 * Writes all of an installation, which may go on working, as it was at one moment: that of the database's snapshot. Contents, repositories
 * and segments are copied after it, and hold all that its rows name. The record says that it was made.
 */
export async function makeBackup(platform: Platform, place: string, options: BackupOptions = {}): Promise<Manifest> {
  const { config } = platform;
  const progress = options.progress ?? (() => {});
  // Beside the backup: where that has room, a table has.
  await mkdir(dirname(resolve(place)), { recursive: true });
  const spool = await mkdtemp(`${resolve(place)}.spool-`);
  const client = await platform.database.pool.connect();
  const segments = await holdSegments(join(config.home, 'predictions'));
  const rest: Omit<Manifest, 'files'> = {
    format: 1,
    version,
    madeAt: '',
    migrations: [],
    tables: [],
    sequences: [],
    withSecretKey: options.withSecretKey ?? false,
    links: [],
  };
  try {
    await prepareSession(client);
    if ((await countTables(client)) === 0) throw noInstallation(config.home);
    await client.query('begin isolation level repeatable read read only');
    // The snapshot is taken by the first statement.
    const moment = await client.query(
      `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now, (select count(*) from events)`,
    );
    rest.madeAt = moment.rows[0].now;
    await segments.again();
    const manifest = await writeArchive(place, entries(), () => rest);
    await recordBackup(platform, place, manifest);
    return manifest;
  } finally {
    await client.query('rollback').catch(() => {});
    // Its settings are ours, and nobody else's.
    client.release(true);
    await segments.close();
    await rm(spool, { recursive: true, force: true });
  }

  async function* entries(): AsyncGenerator<Entry> {
    const tables = await tablesToCopy(client);
    for (const table of tables) {
      const file = join(spool, 'table');
      const rows = await copyOut(client, table, file);
      rest.tables.push({ ...table, rows });
      yield { path: tableFile(table.name), sizeBytes: (await stat(file)).size, content: async () => createReadStream(file) };
    }
    progress(`${tables.length} tables, ${rest.tables.reduce((sum, { rows }) => sum + rows, 0)} rows`);
    // A state that was not migrated yet may lack a table.
    const column = async (table: string, sql: string): Promise<string[]> =>
      tables.some(({ name }) => name === table)
        ? (await client.query<{ value: string }>(sql)).rows.map(({ value }) => value)
        : [];
    rest.migrations = (await client.query('select name, sha256 from schema_migrations order by name')).rows;
    const tasks = Buffer.from(JSON.stringify(await waitingTasks(client)));
    const blobs = await namedBlobs(client, tables);
    const projects = await column('projects', 'select id as value from projects order by id');
    const workspaces = await column('workspaces', 'select id as value from workspaces where deleted_at is null order by id');
    const known = new Set(await column('prediction_segments', 'select name as value from prediction_segments'));
    rest.sequences = await readSequences(client);
    // All is read that needs the snapshot: an old one would keep PostgreSQL from cleaning up.
    await client.query('rollback');
    yield { path: tasksName, sizeBytes: tasks.length, content: () => tasks };
    yield* segments.entries(known);
    yield* await secretKey();
    for (const id of projects) {
      const folder = repositoryPath(config, id);
      if (existsSync(folder)) yield* copyRepository(folder, `repos/${basename(folder)}`);
    }
    progress(`${projects.length} projects with their repositories`);
    const kept = sharedFolder(config, 'workspaces');
    for (const id of workspaces) yield* copyWorkspace(join(kept, id), `workspaces/${id}`, rest.links);
    progress(`${workspaces.length} workspaces`);
    // Digests may also stand inside documents: what the store has besides comes along.
    for await (const digest of platform.blobs.list()) blobs.add(digest);
    let count = 0;
    for (const digest of blobs) {
      const info = (await platform.blobs.stat(digest)) ?? fail(new BlobMissingError(digest));
      yield { path: blobFile(digest), sizeBytes: info.sizeBytes, content: () => platform.blobs.read(digest) };
      count += 1;
      if (count % 1000 === 0 || count === blobs.size) progress(`${count} of ${blobs.size} file contents`);
    }
  }

  async function secretKey(): Promise<Entry[]> {
    if (!options.withSecretKey) return [];
    const content = config.secretKey
      ? Buffer.from(config.secretKey)
      : await readFile(join(config.home, secretKeyName)).catch(() => null);
    if (!content)
      throw new BackupError(
        `There is no secret key in ${config.home} yet, so nothing is sealed by one. Leave out --with-secret-key.`,
      );
    return [{ path: secretKeyName, sizeBytes: content.length, mode: 0o600, content: () => content }];
  }
}

function fail(error: Error): never {
  throw error;
}

async function recordBackup(platform: Platform, place: string, manifest: Manifest): Promise<void> {
  const data = {
    id: newId('bkp'),
    name: basename(place),
    madeAt: manifest.madeAt,
    files: manifest.files.length,
    sizeBytes: manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
    withSecretKey: manifest.withSecretKey,
  };
  await transaction(systemContext(platform, 'backup'), (tx) =>
    emit(tx, { verb: 'backup.made', object: { type: 'organization', id: organizationId }, data }),
  );
}
