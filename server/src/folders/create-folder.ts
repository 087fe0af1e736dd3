import { insertScope, lockTree, organizationId } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { type Folder, folderExists, maximumDepth, tooDeep } from './folder.ts';
import { findFolder, insertFolder, siblingNamed } from './folder-store.ts';
import { holdFolder, openFolderFor } from './open-folder.ts';

export async function createFolder(ctx: Context, input: { name: string; parentId?: string | null }): Promise<Folder> {
  const parent = await openFolderFor(ctx, input.parentId ?? null, 'folder.manage', '/parentId');
  return transaction(ctx, async (tx) => {
    await lockTree(tx);
    if (parent) {
      await holdFolder(tx, parent.id, '/parentId');
      if ((await findFolder(tx, parent.id))!.depth >= maximumDepth) throw tooDeep();
    }
    if (await siblingNamed(tx, parent?.id ?? null, input.name)) throw folderExists(input.name);
    const id = newId('fld');
    await insertFolder(tx, { id, organizationId, parentId: parent?.id ?? null, name: input.name });
    await insertScope(tx, { id, kind: 'folder', parentId: parent?.id ?? organizationId });
    const folder = (await findFolder(tx, id))!;
    await emit(tx, { verb: 'folder.created', object: { type: 'folder', id }, data: folder });
    return folder;
  });
}
