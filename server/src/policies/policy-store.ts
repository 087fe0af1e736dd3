import type { Context } from '../platform/index.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    protectedAliases: { projectId: string; alias: string };
  }
}

/** What some projects protect besides what is protected everywhere. */
export async function protectedAliasesOf(ctx: Context, projectIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const result = new Map(projectIds.map((id) => [id, new Set<string>()]));
  const rows = await ctx.db
    .selectFrom('protectedAliases')
    .selectAll()
    .where('projectId', 'in', [...projectIds, ''])
    .orderBy('alias')
    .execute();
  for (const { projectId, alias } of rows) result.get(projectId)!.add(alias);
  return result;
}

export async function replaceProtectedAliases(tx: Context, projectId: string, aliases: readonly string[]): Promise<void> {
  await tx.db.deleteFrom('protectedAliases').where('projectId', '=', projectId).execute();
  if (aliases.length > 0)
    await tx.db
      .insertInto('protectedAliases')
      .values(aliases.map((alias) => ({ projectId, alias })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}
