import { type Static, Type } from 'typebox';
import { moveScope, organizationId, require } from '../access/index.ts';
import { shareFolder } from '../folders/index.ts';
import { type Context, emit, notFound, nullable, timestamp, transaction } from '../platform/index.ts';
import { asResource, type Project, slugMalformed, slugPattern, slugTaken } from './project.ts';
import { findProject, findTrashed, restoreRow } from './project-store.ts';

export const trashedSchema = Type.Object({
  id: Type.String(),
  slug: Type.String(),
  name: Type.String(),
  description: Type.String(),
  folderId: nullable(Type.String()),
  folderName: nullable(Type.String()),
  ownerId: Type.String(),
  ownerName: Type.String(),
  deletedByName: nullable(Type.String()),
  deletedAt: timestamp,
  restorableUntil: timestamp,
});
export type TrashedProject = Static<typeof trashedSchema>;

/**
 * Takes a project out of the trash with all that was in it. Where its folder is gone it stands at the top; where its slug was taken meanwhile
 * another one is given.
 */
export async function restoreProject(ctx: Context, id: string, input: { slug?: string }): Promise<Project> {
  const trashed = await findTrashed(ctx, id);
  if (!trashed) {
    ctx.decided.add('project.delete');
    throw notFound('project in the trash', id);
  }
  await require(ctx, 'project.delete', asResource(trashed));
  if (input.slug !== undefined && !slugPattern.test(input.slug)) throw slugMalformed();
  return transaction(ctx, async (tx) => {
    const slug = input.slug ?? trashed.slug;
    if (await findProject(tx, slug)) throw slugTaken(slug);
    const keepsFolder = trashed.folderId !== null && (await shareFolder(tx, trashed.folderId));
    if (trashed.folderId !== null && !keepsFolder) await moveScope(tx, trashed.id, organizationId);
    if (!(await restoreRow(tx, trashed.id, { slug, folderId: keepsFolder ? trashed.folderId : null })))
      throw notFound('project in the trash', id);
    const project = (await findProject(tx, trashed.id))!;
    await emit(tx, {
      verb: 'project.restored',
      object: { type: 'project', id: project.id, projectId: project.id },
      data: project,
    });
    return project;
  });
}
