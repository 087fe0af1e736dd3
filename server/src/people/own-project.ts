import { sql } from 'kysely';
import { visible } from '../access/index.ts';
import { type Context, invalidField } from '../platform/index.ts';

/**
 * The id of a project that the caller may see, by id or slug. People stand below projects, so this asks the table itself.
 *
 * @throws 400 at `pointer` when there is none
 */
export async function openOwnProject(ctx: Context, idOrSlug: string, pointer: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`select p.id from projects p
    where (p.id = ${idOrSlug} or p.slug = ${idOrSlug}) and p.deleted_at is null and ${visible(ctx, 'project.read', sql.ref('p.id'))}`.execute(
    ctx.db,
  );
  const row = rows[0];
  if (!row) throw invalidField(pointer, `there is no project "${idOrSlug}" that you may see`);
  return row.id;
}

/** The same without asking whether it may be seen: for who asks for a right in it next. */
export async function findProjectId(ctx: Context, idOrSlug: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`select id from projects
    where (id = ${idOrSlug} or slug = ${idOrSlug}) and deleted_at is null`.execute(ctx.db);
  return rows[0]?.id ?? null;
}

/** A project by id or slug as a filter says it; what is no project fits nothing, and one that is gone is still its id. */
export const projectIdOf = async (ctx: Context, idOrSlug: string): Promise<string> =>
  (await findProjectId(ctx, idOrSlug)) ?? idOrSlug;
