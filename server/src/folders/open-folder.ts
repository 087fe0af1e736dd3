import { type Action, require } from '../access/index.ts';
import { type Context, invalidField, notFound } from '../platform/index.ts';
import { asResource, type Folder } from './folder.ts';
import { findFolder, findShownFolder, shareFolder } from './folder-store.ts';

/** The folder that a path names, after asking for a right on it. @throws 404, 403 */
export async function openFolder(ctx: Context, id: string, action: Action): Promise<Folder> {
  const folder = await findFolder(ctx, id);
  if (!folder) {
    ctx.decided.add(action);
    throw notFound('folder', id);
  }
  const seen = (await findShownFolder(ctx, id)) !== null;
  if (seen && action === 'folder.read') ctx.decided.add(action);
  else await require(ctx, action, { ...asResource(folder), ...(seen ? { seen } : {}) });
  return folder;
}

/** The folder that a field of the input names, or the top for null, after asking for a right there. @throws 400 at the field, 403 */
export async function openFolderFor(ctx: Context, id: string | null, action: Action, pointer: string): Promise<Folder | null> {
  if (id === null) {
    await require(ctx, action, asResource(null));
    return null;
  }
  const folder = await findShownFolder(ctx, id);
  if (!folder) throw noSuchFolder(id, pointer);
  await require(ctx, action, { ...asResource(folder), seen: true });
  return folder;
}

/** In the transaction that puts something in: from here on the folder stays. */
export async function holdFolder(tx: Context, id: string, pointer: string): Promise<void> {
  if (!(await shareFolder(tx, id))) throw noSuchFolder(id, pointer);
}

const noSuchFolder = (id: string, pointer: string) => invalidField(pointer, `there is no folder "${id}" that you may see`);
