import { type Static, Type } from 'typebox';
import { organization, type Resource } from '../access/index.ts';
import { conflict, nullable, timestamp } from '../platform/index.ts';

/** How many folders may stand in one another. */
export const maximumDepth = 8;

export const folderSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    parentId: nullable(Type.String()),
    path: Type.Array(Type.String(), { description: 'Names from the top down to its own.' }),
    depth: Type.Integer({ description: '1 at the top.' }),
    folderCount: Type.Integer({ description: 'Folders directly in it that you may see.' }),
    projectCount: Type.Integer({ description: 'Projects directly in it that you may see.' }),
    myRole: Type.Union([Type.String(), Type.Null()], {
      description: 'Your best role here, from above too; null when you only see it for what is in it.',
    }),
    createdAt: timestamp,
    version: Type.Integer(),
  },
  { $comment: 'A folder of folders and projects.' },
);
export type Folder = Static<typeof folderSchema>;

/** A folder as a resource; none is the top, which is the organization. */
export const asResource = (folder: { id: string; name: string } | null): Resource =>
  folder ? { kind: 'folder', id: folder.id, scopeId: folder.id, name: folder.name } : organization;

export const folderExists = (name: string) =>
  conflict('folder-exists', `There is a folder "${name}" in the same place already. Choose another name.`);
export const tooDeep = () =>
  conflict('folder-too-deep', `Folders stand at most ${maximumDepth} deep. Choose a place further up.`);
export const intoItself = () => conflict('folder-into-itself', 'A folder cannot be moved into itself or into one below it.');
export const notEmpty = () =>
  conflict('folder-not-empty', 'There are folders or projects in it. Move or delete them first; some may be hidden from you.');
