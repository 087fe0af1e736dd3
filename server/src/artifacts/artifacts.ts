import type { Readable } from 'node:stream';
import { type Context, invalidField, transaction } from '../platform/index.ts';
import { type Artifact, artifactsUnder, removeArtifacts, upsertArtifact } from './artifact-store.ts';

export {
  type Artifact,
  type ArtifactOfMaker,
  artifactsUnder,
  artifactsWithMakers,
  findArtifact,
  insertArtifacts,
  removeArtifactsOf,
} from './artifact-store.ts';

/**
 * A path of an artifact as segments, decoded once: nothing empty, no dots, no drive letters, no control characters. '' is the root. What would
 * become something else by decoding it again is refused as well: files are found by digest here, but who downloads them makes paths of their names.
 */
export function checkArtifactPath(path: string): string {
  if (path === '') return '';
  if (path.length > 1_000 || forms(path).some(isBad))
    throw invalidField(
      'path',
      `"${path.slice(0, 100)}" is not a path like folder/file.png (no empty parts, dots, backslashes or colons)`,
    );
  return path;
}

const isBad = (path: string): boolean =>
  path
    .split('/')
    .some((segment) => segment === '' || segment === '.' || segment === '..' || /[\\:\u0000-\u001f\u007f]/.test(segment));

/** As it is, and as it is after each decoding that changes it. */
function forms(path: string): string[] {
  const found = [path];
  for (let form = path; form.includes('%'); ) {
    try {
      form = decodeURIComponent(form);
    } catch {
      break;
    }
    if (form === found.at(-1)) break;
    found.push(form);
  }
  return found;
}

/** Stores a file of a run or model; visible only once every byte is. */
export async function putArtifact(
  ctx: Context,
  ownerRef: string,
  projectId: string,
  path: string,
  content: Readable,
): Promise<Artifact> {
  const checked = checkArtifactPath(path);
  if (checked === '') throw invalidField('path', 'names no file');
  const blob = await ctx.platform.blobs.put(content);
  await transaction(ctx, (tx) => upsertArtifact(tx, ownerRef, projectId, { path: checked, ...blob }));
  return { path: checked, ...blob };
}

export interface FolderEntry {
  /** From the root of the owner. */
  path: string;
  isFolder: boolean;
  sizeBytes: number | null;
}

/** What stands directly in a folder, by name. A file or a missing folder has nothing in it. */
export async function listFolder(ctx: Context, ownerRef: string, folder: string): Promise<FolderEntry[]> {
  const checked = checkArtifactPath(folder);
  const entries = new Map<string, FolderEntry>();
  for (const { path, sizeBytes } of await artifactsUnder(ctx, ownerRef, checked)) {
    const rest = checked ? path.slice(checked.length + 1) : path;
    const [first = '', ...deeper] = rest.split('/');
    const entry = checked ? `${checked}/${first}` : first;
    entries.set(
      entry,
      deeper.length > 0 ? { path: entry, isFolder: true, sizeBytes: null } : { path: entry, isFolder: false, sizeBytes },
    );
  }
  return [...entries.values()];
}

export async function deleteArtifacts(ctx: Context, ownerRef: string, path: string): Promise<number> {
  return transaction(ctx, (tx) => removeArtifacts(tx, ownerRef, checkArtifactPath(path)));
}
