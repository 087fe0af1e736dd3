import { invalidField } from '../platform/index.ts';

/**
 * A path in a repository, decoded once by the edge and here taken apart: no empty segment, no dots, nothing that another system would read as a
 * separator, and nothing of git's own. '' is the root.
 */
export function checkPath(path: string, pointer: string): string {
  if (path === '') return path;
  const bad = path
    .split('/')
    .some(
      (segment) =>
        segment === '' ||
        segment === '.' ||
        segment === '..' ||
        segment.toLowerCase() === '.git' ||
        /[\u0000-\u001f\u007f\\:]/.test(segment),
    );
  if (bad)
    throw invalidField(
      pointer,
      'is not a path of the repository; write folder/file, without dots, backslashes or colons between',
    );
  return path;
}

/** A branch name or (short) commit id as people write it; anything else never reaches git. */
export function checkRevision(revision: string, pointer: string): string {
  const good = /^[A-Za-z0-9_][\w./+-]{0,199}$/.test(revision) && !/\.\.|\/\/|\/\.|\.$|\/$|\.lock(\/|$)/.test(revision);
  if (!good) throw invalidField(pointer, `"${revision.slice(0, 80)}" is not the name of a branch or the id of a commit`);
  return revision;
}
