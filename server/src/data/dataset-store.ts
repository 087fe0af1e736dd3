import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Dataset, Profile, Snapshot, SnapshotFile } from './dataset.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    datasets: {
      id: string;
      projectId: string;
      name: string;
      description: string;
      createdBy: string;
      createdAt: Generated<string>;
      deletedAt: string | null;
    };
    snapshots: Omit<Snapshot, 'profile' | 'createdAt'> & { profile: Generated<string>; createdAt: Generated<string> };
    snapshotFiles: { snapshotId: string; path: string; sha256: string; sizeBytes: number };
    projectBlobs: { projectId: string; sha256: string; sizeBytes: number; createdAt: Generated<string> };
  }
}

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('datasets')
    .select(['id', 'projectId', 'name', 'description', 'createdBy', 'createdAt'])
    .select(
      sql<
        Dataset['newestSnapshot']
      >`(select json_build_object('id', s.id, 'number', s.number, 'digest', s.digest, 'sizeBytes', s.size_bytes, 'fileCount', s.file_count)
        from snapshots s where s.dataset_id = datasets.id order by s.number desc limit 1)`.as('newestSnapshot'),
    )
    .where('deletedAt', 'is', null);

export async function findDataset(ctx: Context, id: string): Promise<Dataset | null> {
  return (await select(ctx).where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function findDatasetByName(ctx: Context, projectId: string, name: string): Promise<Dataset | null> {
  return (
    (await select(ctx).where('projectId', '=', projectId).where(sql`lower(name)`, '=', name.toLowerCase()).executeTakeFirst()) ??
    null
  );
}

export const datasetList = defineList({
  name: 'datasets',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('datasets.id'),
    name: fields.text('datasets.name'),
    description: fields.text('datasets.description', { sortable: false }),
    createdBy: fields.text('datasets.createdBy'),
    createdAt: fields.time('datasets.createdAt'),
  },
});

export async function listDatasets(
  ctx: Context,
  { readable, projectId }: { readable: Expression<SqlBool>; projectId: string },
  query: ListQuery,
): Promise<Page<Dataset>> {
  return readPage(datasetList, select(ctx).where(readable).where('projectId', '=', projectId), query);
}

export async function insertDataset(
  tx: Context,
  row: { id: string; projectId: string; name: string; description: string },
): Promise<void> {
  await tx.db
    .insertInto('datasets')
    .values({ ...row, createdBy: tx.actor.id, deletedAt: null })
    .execute();
}

const snapshotColumns = [
  'id',
  'datasetId',
  'projectId',
  'number',
  'digest',
  'fileCount',
  'sizeBytes',
  'message',
  'profile',
  'createdBy',
  'createdAt',
] as const;

export async function findSnapshot(ctx: Context, id: string): Promise<Snapshot | null> {
  const row = await ctx.db.selectFrom('snapshots').select(snapshotColumns).where('id', '=', id).executeTakeFirst();
  return row ? (row as unknown as Snapshot) : null;
}

export const snapshotList = defineList({
  name: 'snapshots',
  sort: '-number',
  id: 'id',
  fields: {
    id: fields.text('snapshots.id'),
    number: fields.integer('snapshots.number'),
    digest: fields.text('snapshots.digest'),
    fileCount: fields.integer('snapshots.fileCount'),
    sizeBytes: fields.integer('snapshots.sizeBytes'),
    message: fields.text('snapshots.message', { sortable: false }),
    createdBy: fields.text('snapshots.createdBy'),
    createdAt: fields.time('snapshots.createdAt'),
  },
});

export async function snapshotsOf(ctx: Context, datasetId: string, query: ListQuery): Promise<Page<Snapshot>> {
  const rows = ctx.db.selectFrom('snapshots').select(snapshotColumns).where('datasetId', '=', datasetId);
  return (await readPage(snapshotList, rows, query)) as unknown as Page<Snapshot>;
}

/** Numbers the snapshot under a lock of its dataset, and writes all its files. */
export async function insertSnapshot(
  tx: Context,
  snapshot: Omit<Snapshot, 'number' | 'profile' | 'createdAt'>,
  files: readonly SnapshotFile[],
): Promise<void> {
  await tx.db.selectFrom('datasets').select('id').where('id', '=', snapshot.datasetId).forUpdate().execute();
  const { next } = await tx.db
    .selectFrom('snapshots')
    .select(sql<number>`coalesce(max(number), 0) + 1`.as('next'))
    .where('datasetId', '=', snapshot.datasetId)
    .executeTakeFirstOrThrow();
  await tx.db
    .insertInto('snapshots')
    .values({ ...snapshot, number: Number(next) })
    .execute();
  await sql`insert into snapshot_files (snapshot_id, path, sha256, size_bytes)
    select ${snapshot.id}, * from unnest(${files.map((file) => file.path)}::text[], ${files.map((file) => file.sha256)}::text[], ${files.map((file) => file.sizeBytes)}::bigint[])`.execute(
    tx.db,
  );
}

export async function filesOf(ctx: Context, snapshotId: string, limit = 100_000): Promise<SnapshotFile[]> {
  return ctx.db
    .selectFrom('snapshotFiles')
    .select(['path', 'sha256', 'sizeBytes'])
    .where('snapshotId', '=', snapshotId)
    .orderBy('path')
    .limit(limit)
    .execute();
}

export async function setProfile(tx: Context, id: string, profile: Profile): Promise<void> {
  await tx.db
    .updateTable('snapshots')
    .set({ profile: JSON.stringify(profile) })
    .where('id', '=', id)
    .execute();
}

export async function noteBlob(tx: Context, projectId: string, blob: { sha256: string; sizeBytes: number }): Promise<void> {
  await tx.db
    .insertInto('projectBlobs')
    .values({ projectId, sha256: blob.sha256, sizeBytes: blob.sizeBytes })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function findBlob(
  ctx: Context,
  projectId: string,
  sha256: string,
): Promise<{ sha256: string; sizeBytes: number } | null> {
  return (
    (await ctx.db
      .selectFrom('projectBlobs')
      .select(['sha256', 'sizeBytes'])
      .where('projectId', '=', projectId)
      .where('sha256', '=', sha256)
      .executeTakeFirst()) ?? null
  );
}
