import type { Generated } from 'kysely';
import type { Actor, Context } from '../platform/index.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    artifactUploads: {
      id: string;
      ownerRef: string;
      path: string;
      projectId: string;
      storeName: string;
      partCount: number;
      secretHash: string;
      createdBy: string;
      createdAt: Generated<string>;
      expiresAt: string;
      completedAt: string | null;
    };
    artifactLinks: {
      id: string;
      secretHash: string;
      action: 'artifact.read' | 'artifact.write';
      projectId: string;
      address: string;
      actor: string;
      expiresAt: string;
    };
  }
}

/** A file that comes in parts. */
export interface ArtifactUpload {
  id: string;
  ownerRef: string;
  path: string;
  projectId: string;
  storeName: string;
  partCount: number;
  secretHash: string;
  expiresAt: string;
  completedAt: string | null;
}

export interface ArtifactLink {
  action: 'artifact.read' | 'artifact.write';
  projectId: string;
  /** What the one who made it calls the file. */
  address: string;
  actor: Actor;
}

const uploadColumns = [
  'id',
  'ownerRef',
  'path',
  'projectId',
  'storeName',
  'partCount',
  'secretHash',
  'expiresAt',
  'completedAt',
] as const;

export async function insertUpload(tx: Context, upload: Omit<ArtifactUpload, 'completedAt'>): Promise<void> {
  await tx.db
    .insertInto('artifactUploads')
    .values({ ...upload, createdBy: tx.actor.id, completedAt: null })
    .execute();
}

/** Null also when its time is over. */
export async function findUpload(ctx: Context, id: string): Promise<ArtifactUpload | null> {
  return (
    (await ctx.db
      .selectFrom('artifactUploads')
      .select(uploadColumns)
      .where('id', '=', id)
      .where('expiresAt', '>', ctx.platform.clock.now().toISOString())
      .executeTakeFirst()) ?? null
  );
}

export async function markCompleted(tx: Context, id: string): Promise<void> {
  await tx.db
    .updateTable('artifactUploads')
    .set({ completedAt: tx.platform.clock.now().toISOString() })
    .where('id', '=', id)
    .execute();
}

export async function removeUpload(tx: Context, id: string): Promise<void> {
  await tx.db.deleteFrom('artifactUploads').where('id', '=', id).execute();
}

/** @returns what they are called in the store */
export async function removeExpired(tx: Context): Promise<string[]> {
  const now = tx.platform.clock.now().toISOString();
  await tx.db.deleteFrom('artifactLinks').where('expiresAt', '<=', now).execute();
  const rows = await tx.db.deleteFrom('artifactUploads').where('expiresAt', '<=', now).returning('storeName').execute();
  return rows.map(({ storeName }) => storeName);
}

export async function insertLink(
  tx: Context,
  link: ArtifactLink & { id: string; secretHash: string; expiresAt: string },
): Promise<void> {
  await tx.db
    .insertInto('artifactLinks')
    .values({ ...link, actor: JSON.stringify(link.actor) })
    .execute();
}

export async function findLink(ctx: Context, secretHash: string): Promise<ArtifactLink | null> {
  const row = await ctx.db
    .selectFrom('artifactLinks')
    .select(['action', 'projectId', 'address', 'actor'])
    .where('secretHash', '=', secretHash)
    .where('expiresAt', '>', ctx.platform.clock.now().toISOString())
    .executeTakeFirst();
  return row ? { ...row, actor: row.actor as unknown as Actor } : null;
}
