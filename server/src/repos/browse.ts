import { type Context, notFound } from '../platform/index.ts';
import { GitError, git } from './git.ts';
import { checkPath } from './path.ts';
import { headCommit, repositoryPath, resolveCommit } from './repository.ts';

export const maximumFileBytes = 2 * 1024 * 1024;

export interface TreeEntry {
  name: string;
  path: string;
  type: 'file' | 'folder' | 'link' | 'submodule';
  sizeBytes: number | null;
}

const typeOfMode: Record<string, TreeEntry['type']> = { '040000': 'folder', '120000': 'link', '160000': 'submodule' };

/** What stands in a folder, folders first. Empty for an empty repository. @throws 404 when the commit has no such folder */
export async function listTree(
  ctx: Context,
  projectId: string,
  path: string,
  revision?: string,
): Promise<{ commit: string | null; items: TreeEntry[] }> {
  const folder = checkPath(path, 'query/path');
  const commit = await commitOf(ctx, projectId, revision);
  if (!commit) {
    if (folder) throw notFound('folder', folder);
    return { commit, items: [] };
  }
  const output = await orNotFound('folder', folder, () =>
    git(repositoryPath(ctx.platform.config, projectId), ['ls-tree', '-z', '--long', '--end-of-options', `${commit}:${folder}`]),
  );
  const items = output
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map((line): TreeEntry => {
      const tab = line.indexOf('\t');
      const [mode = '', , , size = '-'] = line.slice(0, tab).split(/\s+/);
      const name = line.slice(tab + 1);
      return {
        name,
        path: folder ? `${folder}/${name}` : name,
        type: typeOfMode[mode] ?? 'file',
        sizeBytes: size === '-' ? null : Number(size),
      };
    });
  return {
    commit,
    items: items.sort((a, b) => Number(b.type === 'folder') - Number(a.type === 'folder') || (a.name < b.name ? -1 : 1)),
  };
}

export interface RepositoryFile {
  path: string;
  commit: string;
  sizeBytes: number;
  binary: boolean;
  tooLarge: boolean;
  text: string | null;
}

/** A file's text; binary ones and those over 2 MiB are told, not sent. @throws 404 when the commit has no such file */
export async function readFile(ctx: Context, projectId: string, path: string, revision?: string): Promise<RepositoryFile> {
  const file = checkPath(path, 'query/path');
  const commit = await commitOf(ctx, projectId, revision);
  if (!commit || !file) throw notFound('file', path);
  const repository = repositoryPath(ctx.platform.config, projectId);
  return orNotFound('file', file, async () => {
    const name = `${commit}:${file}`;
    // The object's type and size first: what is a folder or too large is never read.
    const [type, size] = (
      await git(repository, ['cat-file', '--batch-check=%(objecttype) %(objectsize)'], { input: `${name}\n` })
    )
      .toString()
      .trim()
      .split(' ')
      .slice(-2);
    if (type !== 'blob') throw notFound('file', file);
    const sizeBytes = Number(size);
    if (sizeBytes > maximumFileBytes) return { path: file, commit, sizeBytes, binary: false, tooLarge: true, text: null };
    const bytes = await git(repository, ['cat-file', 'blob', name]);
    const text = bytes.includes(0) ? null : decode(bytes);
    return { path: file, commit, sizeBytes, binary: text === null, tooLarge: false, text };
  });
}

export interface Commit {
  id: string;
  author: string;
  time: string;
  subject: string;
}

/** Commits, newest first, from `skip` on; one more than `limit` when there are more. */
export async function listCommits(
  ctx: Context,
  projectId: string,
  options: { revision?: string | undefined; limit: number; skip?: number },
): Promise<{ head: string | null; items: Commit[] }> {
  const head = await commitOf(ctx, projectId, options.revision);
  if (!head) return { head, items: [] };
  const output = await git(repositoryPath(ctx.platform.config, projectId), [
    'log',
    '-z',
    `--max-count=${options.limit + 1}`,
    `--skip=${options.skip ?? 0}`,
    '--format=%H%x1f%aN%x1f%at%x1f%s',
    '--end-of-options',
    head,
  ]);
  const items = output
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map((record): Commit => {
      const [id = '', author = '', seconds = '', ...subject] = record.split('\u001f');
      return { id, author, time: timeOf(Number(seconds)), subject: subject.join(' ').slice(0, 1000) };
    });
  return { head, items };
}

/** Addresses of author and committer of a commit, in lower case; none when the repository has no such commit. */
export async function addressesOf(ctx: Context, projectId: string, commit: string): Promise<string[]> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return [];
  try {
    const args = ['log', '--max-count=1', '--format=%ae%x1f%ce', '--end-of-options', commit];
    const output = (await git(repositoryPath(ctx.platform.config, projectId), args)).toString('utf8');
    return [...new Set(output.trim().toLowerCase().split('\u001f').filter(Boolean))];
  } catch (error) {
    if (error instanceof GitError) return [];
    throw error;
  }
}

/** Whoever makes a commit writes its time, so it may be any number. */
const timeOf = (seconds: number): string => new Date(Math.min(Math.max(seconds || 0, 0), 253_402_300_799) * 1000).toISOString();

const commitOf = async (ctx: Context, projectId: string, revision: string | undefined): Promise<string | null> =>
  revision ? resolveCommit(ctx, projectId, revision, 'query/revision') : headCommit(ctx, projectId);

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

async function orNotFound<T>(kind: string, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GitError) throw notFound(kind, name);
    throw error;
  }
}

/** A small text file of a repository that may have no project yet; null when it is not there, too large or no text. */
export async function readFileOf(repository: string, revision: string, path: string): Promise<string | null> {
  try {
    const bytes = await git(repository, ['cat-file', 'blob', `${revision}:${checkPath(path, '/path')}`], {
      maximumBytes: 1024 * 1024,
    });
    return bytes.includes(0) ? null : decode(bytes);
  } catch {
    return null;
  }
}
