import type { Context } from '../platform/index.ts';
import { channelOfAlias, isProtected, protectedAliasesOf } from '../policies/index.ts';
import type { Model, ModelRow } from './model.ts';

/** Models as they are shown, with what the policies of their projects say of their aliases. */
export async function presentModels(ctx: Context, rows: readonly ModelRow[]): Promise<Model[]> {
  const own = await protectedAliasesOf(ctx, [...new Set(rows.map((row) => row.projectId))]);
  return rows.map((row) => present(row, own.get(row.projectId)!));
}

export async function presentModel(ctx: Context, row: ModelRow): Promise<Model> {
  return (await presentModels(ctx, [row]))[0]!;
}

const present = (row: ModelRow, own: ReadonlySet<string>): Model => ({
  id: row.id,
  projectId: row.projectId,
  projectSlug: row.projectSlug,
  name: row.name,
  description: row.description,
  intendedUse: row.intendedUse,
  tags: row.tags,
  owner: { id: row.ownerId, name: row.ownerName },
  aliases: row.aliases.map(({ alias, number }) => ({
    alias,
    version: number,
    protected: isProtected(channelOfAlias(alias, own)),
  })),
  versionCount: row.versionCount,
  newestVersion: row.newestVersion,
  createdBy: { id: row.createdBy, name: row.createdByName },
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  version: row.version,
});
