import type { FastifyRequest } from 'fastify';
import { isBelow, lockTree, moveScope, organizationId, require } from '../access/index.ts';
import { type Context, checkIfMatch, emit, notFound, transaction } from '../platform/index.ts';
import { asResource, type Folder, folderExists, intoItself, maximumDepth, notEmpty, tooDeep } from './folder.ts';
import { findFolder, heightOf, isEmpty, siblingNamed, trashFolder, updateFolder } from './folder-store.ts';
import { holdFolder, openFolder, openFolderFor } from './open-folder.ts';

/** Renames a folder or moves it with all in it. Moving takes the right to manage both places: what was inherited ends, other roles begin. */
export async function changeFolder(
  ctx: Context,
  id: string,
  change: { name?: string; parentId?: string | null },
  request: FastifyRequest,
): Promise<Folder> {
  const seen = await openFolder(ctx, id, 'folder.manage');
  const moves = change.parentId !== undefined && change.parentId !== seen.parentId;
  if (moves) {
    await require(ctx, 'folder.manage', await parentOf(ctx, seen));
    await openFolderFor(ctx, change.parentId!, 'folder.manage', '/parentId');
  }
  return transaction(ctx, async (tx) => {
    await lockTree(tx);
    const before = await findFolder(tx, id);
    if (!before) throw notFound('folder', id);
    checkIfMatch(request, before.version);
    const parentId = change.parentId === undefined ? before.parentId : change.parentId;
    const twin = await siblingNamed(tx, parentId, change.name ?? before.name);
    if (twin && twin !== id) throw folderExists(change.name ?? before.name);
    if (moves) await move(tx, before, parentId);
    await updateFolder(tx, id, change);
    const after = (await findFolder(tx, id))!;
    await emit(tx, {
      verb: moves ? 'folder.moved' : 'folder.changed',
      object: { type: 'folder', id },
      data: { ...after, fromParentId: before.parentId, fromName: before.name },
    });
    return after;
  });
}

/** Moves an empty folder to the trash. */
export async function dropFolder(ctx: Context, id: string): Promise<void> {
  await openFolder(ctx, id, 'folder.manage');
  await transaction(ctx, async (tx) => {
    await lockTree(tx);
    const folder = await findFolder(tx, id);
    if (!folder) throw notFound('folder', id);
    await trashFolder(tx, id);
    // Asked after the row is ours: who puts something in meanwhile waits and then hears that the folder is gone.
    if (!(await isEmpty(tx, id))) throw notEmpty();
    await emit(tx, { verb: 'folder.deleted', object: { type: 'folder', id }, data: folder });
  });
}

async function move(tx: Context, folder: Folder, parentId: string | null): Promise<void> {
  if (parentId !== null) {
    await holdFolder(tx, parentId, '/parentId');
    if (await isBelow(tx.db, parentId, folder.id)) throw intoItself();
    const parent = (await findFolder(tx, parentId))!;
    if (parent.depth + (await heightOf(tx, folder.id)) > maximumDepth) throw tooDeep();
  }
  await moveScope(tx, folder.id, parentId ?? organizationId);
}

async function parentOf(ctx: Context, folder: Folder) {
  return asResource(folder.parentId === null ? null : await findFolder(ctx, folder.parentId));
}
