import { describe, expect, it } from 'vitest';
import type { Folder } from './folder-dialogs.tsx';
import { type Project, treeLines } from './tree-lines.ts';

const folder = (name: string, parentId: string | null = null, inside = 1) =>
  ({ id: name, name, parentId, folderCount: inside, projectCount: 0 }) as Folder;
const project = (name: string, folderId: string | null = null) => ({ id: name, name, folderId }) as Project;

const folders = [folder('Health', null, 0), folder('Bank'), folder('Claims', 'Bank')];
const projects = [project('Zebra', 'Claims'), project('Alone'), project('Hidden place', 'not seen'), project('Base', 'Bank')];
const shown = (closed: string[], word: string) =>
  treeLines(folders, projects, new Set(closed), word).map((line) => `${'-'.repeat(line.level)}${line.id}`);

describe('the tree of folders', () => {
  it('holds folders before projects, by name, and what stands nowhere at the top', () => {
    expect(shown([], '')).toEqual(['-Bank', '--Claims', '---Zebra', '--Base', '-Health', '-Alone', '-Hidden place']);
    expect(shown(['Claims'], '')).toEqual(['-Bank', '--Claims', '--Base', '-Health', '-Alone', '-Hidden place']);
  });

  it('keeps the way to what a word finds, also through what is closed', () => {
    expect(shown(['Bank'], 'zeb')).toEqual(['-Bank', '--Claims', '---Zebra']);
    expect(shown([], 'heal')).toEqual(['-Health']);
    expect(shown([], 'nothing')).toEqual([]);
  });
});
