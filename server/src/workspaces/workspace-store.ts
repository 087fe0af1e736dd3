import { type Expression, type SqlBool, sql } from 'kysely';
import type { Context } from '../platform/index.ts';

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
  createdAt: string;
  lastStartedAt: string | null;
}

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
      'createdAt',
      'lastStartedAt',
    ])
    .select(sql<string>`coalesce((select name from people where id = workspaces.owner_id), workspaces.owner_id)`.as('ownerName'))
    .where('deletedAt', 'is', null);

export async function findWorkspace(ctx: Context, id: string): Promise<WorkspaceRow | null> {
  return (await select(ctx).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Locks the row, so that two starts at once make one session. */
export async function lockWorkspace(tx: Context, id: string): Promise<WorkspaceRow | null> {
  await tx.db.selectFrom('workspaces').select('id').where('id', '=', id).forUpdate().execute();
  return findWorkspace(tx, id);
}

export async function listWorkspaces(
  ctx: Context,
  filter: { readable: Expression<SqlBool>; projectId: string | null; limit: number; after: (string | number | null)[] | null },
): Promise<WorkspaceRow[]> {
  let query = select(ctx).where(filter.readable);
  if (filter.projectId) query = query.where('projectId', '=', filter.projectId);
  if (filter.after) query = query.where('id', '<', String(filter.after[0]));
  return query
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

export async function insertWorkspace(
  ctx: Context,
  row: Omit<WorkspaceRow, 'ownerName' | 'workloadId' | 'createdAt' | 'lastStartedAt'>,
): Promise<void> {
  await ctx.db
    .insertInto('workspaces')
    .values({ ...row, workloadId: null, lastStartedAt: null, deletedAt: null })
    .execute();
}

export async function setSession(tx: Context, id: string, workloadId: string): Promise<void> {
  await tx.db.updateTable('workspaces').set({ workloadId, lastStartedAt: sql<string>`now()` }).where('id', '=', id).execute();
}

export async function trashWorkspace(tx: Context, id: string): Promise<void> {
  await tx.db.updateTable('workspaces').set({ deletedAt: sql<string>`now()` }).where('id', '=', id).execute();
}
