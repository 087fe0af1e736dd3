import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    workspaces: {
      id: string;
      projectId: string;
      ownerId: string;
      name: string;
      tool: string;
      branch: string;
      environment: string | null;
      hardwareTier: string | null;
      workloadId: string | null;
      commit: string | null;
      patchSha256: string | null;
      inputs: Generated<string>;
      beginWith: string | null;
      createdAt: Generated<string>;
      lastStartedAt: string | null;
      deletedAt: string | null;
    };
  }
}

export interface WorkspaceRow {
  id: string;
  projectId: string;
  ownerId: string;
  ownerName: string;
  name: string;
  tool: string;
  branch: string;
  environment: string | null;
  hardwareTier: string | null;
  workloadId: string | null;
  /** Where its code begins, when not at the head of its branch. */
  commit: string | null;
  patchSha256: string | null;
  /** Snapshots at hand. */
  inputs: { name: string; snapshotId: string; datasetId: string }[];
  /** `<name of an input>/<path>`: copied into the code folder at the first start, and opened. */
  beginWith: string | null;
  createdAt: string;
  lastStartedAt: string | null;
}

const ownerName = sql<string>`coalesce((select name from people where id = workspaces.owner_id), workspaces.owner_id)`;

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('workspaces')
    .select([
      'id',
      'projectId',
      'ownerId',
      'name',
      'tool',
      'branch',
      'environment',
      'hardwareTier',
      'workloadId',
      'commit',
      'patchSha256',
      'inputs',
      'beginWith',
      'createdAt',
      'lastStartedAt',
    ])
    .select(ownerName.as('ownerName'))
    .where('deletedAt', 'is', null);

export async function findWorkspace(ctx: Context, id: string): Promise<WorkspaceRow | null> {
  return ((await select(ctx).where('id', '=', id).executeTakeFirst()) as WorkspaceRow | undefined) ?? null;
}

/** Locks the row, so that two starts at once make one session. */
export async function lockWorkspace(tx: Context, id: string): Promise<WorkspaceRow | null> {
  await tx.db.selectFrom('workspaces').select('id').where('id', '=', id).forUpdate().execute();
  return findWorkspace(tx, id);
}

export const workspaceList = defineList({
  name: 'workspaces',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('workspaces.id'),
    projectId: fields.text('workspaces.projectId'),
    ownerId: fields.text('workspaces.ownerId'),
    ownerName: fields.text(ownerName),
    name: fields.text('workspaces.name'),
    tool: fields.text('workspaces.tool'),
    branch: fields.text('workspaces.branch'),
    environment: fields.text('workspaces.environment', { nullable: true }),
    hardwareTier: fields.text('workspaces.hardwareTier', { nullable: true }),
    createdAt: fields.time('workspaces.createdAt'),
    lastStartedAt: fields.time('workspaces.lastStartedAt', { nullable: true }),
  },
});

export async function listWorkspaces(
  ctx: Context,
  { readable, projectId }: { readable: Expression<SqlBool>; projectId: string | null },
  query: ListQuery,
): Promise<Page<WorkspaceRow>> {
  let rows = select(ctx).where(readable);
  if (projectId) rows = rows.where('projectId', '=', projectId);
  return (await readPage(workspaceList, rows, query)) as unknown as Page<WorkspaceRow>;
}

export async function insertWorkspace(
  ctx: Context,
  row: Omit<WorkspaceRow, 'ownerName' | 'workloadId' | 'createdAt' | 'lastStartedAt'>,
): Promise<void> {
  await ctx.db
    .insertInto('workspaces')
    .values({ ...row, inputs: JSON.stringify(row.inputs), workloadId: null, lastStartedAt: null, deletedAt: null })
    .execute();
}

export async function setSession(tx: Context, id: string, workloadId: string): Promise<void> {
  await tx.db.updateTable('workspaces').set({ workloadId, lastStartedAt: sql<string>`now()` }).where('id', '=', id).execute();
}

export async function trashWorkspace(tx: Context, id: string): Promise<void> {
  await tx.db.updateTable('workspaces').set({ deletedAt: sql<string>`now()` }).where('id', '=', id).execute();
}
