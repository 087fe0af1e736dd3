import type { Output } from '@plinth/sdk';
import type { Folder } from './folder-dialogs.tsx';

export type Project = Output<'listProjects'>['items'][number];

export type TreeLine =
  | { kind: 'folder'; id: string; level: number; folder: Folder; isOpen: boolean; isEmpty: boolean }
  | { kind: 'project'; id: string; level: number; project: Project };

/**
 * The tree as the lines that are seen: of each folder its folders, then its projects, by name. A word narrows it to what has it in its name, with
 * the folders above; then nothing is closed.
 */
export function treeLines(
  folders: readonly Folder[],
  projects: readonly Project[],
  closed: ReadonlySet<string>,
  word: string,
): TreeLine[] {
  const has = (name: string): boolean => name.toLowerCase().includes(word.toLowerCase());
  const foldersIn = Map.groupBy([...folders].sort(byName), (folder) => folder.parentId);
  const known = new Set(folders.map((folder) => folder.id));
  // A project whose folder the reader may not see stands at the top.
  const projectsIn = Map.groupBy([...projects].sort(byName), (project) =>
    project.folderId !== null && known.has(project.folderId) ? project.folderId : null,
  );
  const linesOf = (parent: string | null, level: number): TreeLine[] => [
    ...(foldersIn.get(parent) ?? []).flatMap((folder): TreeLine[] => {
      const inside = linesOf(folder.id, level + 1);
      if (word !== '' && inside.length === 0 && !has(folder.name)) return [];
      const isOpen = word !== '' || !closed.has(folder.id);
      const isEmpty = folder.folderCount + folder.projectCount === 0;
      return [{ kind: 'folder', id: folder.id, level, folder, isOpen, isEmpty }, ...(isOpen ? inside : [])];
    }),
    ...(projectsIn.get(parent) ?? [])
      .filter((project) => word === '' || has(project.name))
      .map((project): TreeLine => ({ kind: 'project', id: project.id, level, project })),
  ];
  return linesOf(null, 1);
}

const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);
