import { type SqlBool, sql } from 'kysely';
import type { Context } from '../platform/index.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    artifacts: {
      ownerRef: string;
      path: string;
      projectId: string;
      sha256: string;
      sizeBytes: number;
      putBy: string | null;
      createdAt: import('kysely').Generated<string>;
    };
  }
}

export interface Artifact {
  path: string;
  sha256: string;
  sizeBytes: number;
}

const columns = ['path', 'sha256', 'sizeBytes'] as const;

export async function upsertArtifact(tx: Context, ownerRef: string, projectId: string, artifact: Artifact): Promise<void> {
  await tx.db
    .insertInto('artifacts')
    .values({ ownerRef, projectId, ...artifact, putBy: tx.actor.id })
    .onConflict((conflict) =>
      conflict
        .columns(['ownerRef', 'path'])
        .doUpdateSet({ sha256: artifact.sha256, sizeBytes: artifact.sizeBytes, putBy: tx.actor.id }),
    )
    .execute();
}

export async function findArtifact(ctx: Context, ownerRef: string, path: string): Promise<Artifact | null> {
  return (
    (await ctx.db
      .selectFrom('artifacts')
      .select(columns)
      .where('ownerRef', '=', ownerRef)
      .where('path', '=', path)
      .executeTakeFirst()) ?? null
  );
}

export async function artifactsUnder(ctx: Context, ownerRef: string, folder: string): Promise<Artifact[]> {
  return under(ctx, ownerRef, folder).execute();
}

function under(ctx: Context, ownerRef: string, folder: string) {
  let query = ctx.db.selectFrom('artifacts').select(columns).where('ownerRef', '=', ownerRef);
  if (folder) query = query.where(sql<SqlBool>`starts_with(path, ${`${folder}/`})`);
  return query.orderBy('path').limit(100_000);
}

export async function removeArtifacts(tx: Context, ownerRef: string, path: string): Promise<number> {
  const result = await tx.db
    .deleteFrom('artifacts')
    .where('ownerRef', '=', ownerRef)
    .where(sql<SqlBool>`(${path} = '' or path = ${path} or starts_with(path, ${`${path}/`}))`)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** A file with the one who put it there; null for files of before that was kept. */
export type ArtifactOfMaker = Artifact & { putBy: string | null };

/** All files of an owner under a folder, with who put them. */
export async function artifactsWithMakers(ctx: Context, ownerRef: string, folder: string): Promise<ArtifactOfMaker[]> {
  return under(ctx, ownerRef, folder).select('putBy').execute();
}

/** Gives an owner files of another one, as rows on the same bytes. Who put them is kept. */
export async function insertArtifacts(
  tx: Context,
  ownerRef: string,
  projectId: string,
  artifacts: readonly ArtifactOfMaker[],
): Promise<void> {
  await sql`insert into artifacts (owner_ref, project_id, path, sha256, size_bytes, put_by)
    select ${ownerRef}, ${projectId}, * from unnest(${artifacts.map((one) => one.path)}::text[], ${artifacts.map((one) => one.sha256)}::text[],
      ${artifacts.map((one) => one.sizeBytes)}::bigint[], ${artifacts.map((one) => one.putBy)}::text[])`.execute(tx.db);
}

/** All files of some owners. */
export async function removeArtifactsOf(tx: Context, ownerRefs: readonly string[]): Promise<void> {
  await sql`delete from artifacts where owner_ref = any(${[...ownerRefs]}::text[])`.execute(tx.db);
}
