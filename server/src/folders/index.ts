/**
 * Folders: the tree in which projects stand, at most eight deep; a role on one reaches everything below it. Moving changes no id and no link.
 * Deliberately not here: what is in the projects, and the scope tree itself (access/), which is told of every move.
 */
export { type Folder, folderSchema } from './folder.ts';
export { folderRoutes } from './folder-routes.ts';
export { shareFolder } from './folder-store.ts';
export { holdFolder, openFolderFor } from './open-folder.ts';
