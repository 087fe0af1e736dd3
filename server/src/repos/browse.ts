import { type Context, invalidField, notFound } from '../platform/index.ts';
import { git, GitError } from './git.ts';
import { headCommit, repositoryPath, resolveCommit } from './repository.ts';

const maximumFileBytes = 2 * 1024 * 1024;

/** A path of a repository as segments, or nothing of it: no empty ones, no dots, no control characters. */
function checkPath(path: string): string {
  const segments = path.split('/').filter((segment, index, all) => segment !== '' || (index > 0 && index < all.length - 1));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..' || /[\u0000-\u001f\\:]/.test(segment))) {
    throw invalidField('query/path', 'is not a path of files in the repository');
  }
  return segments.join('/');
}

const commitOf = async (ctx: Context, projectId: string, revision: string | undefined): Promise<string | null> =>
  revision ? resolveCommit(ctx, projectId, revision, 'query/revision') : headCommit(ctx, projectId);

export interface TreeEntry {
  name: string;
  path: string;
  type: 'file' | 'folder' | 'link' | 'submodule';
  sizeBytes: number | null;
}

/** What stands in a folder, folders first. Empty for an empty repository. */
export async function listTree(ctx: Context, projectId: string, path: string, revision?: string): Promise<{ commit: string | null; items: TreeEntry[] }> {
  const folder = checkPath(path);
  const commit = await commitOf(ctx, projectId, revision);
  if (!commit) return { commit, items: [] };
  let output: Buffer;
  try {
    output = await git(repositoryPath(ctx.platform.config, projectId), ['ls-tree', '-z', '--long', '--end-of-options', `${commit}:${folder}`]);
  } catch (error) {
    if (error instanceof GitError) throw notFound('folder', folder);
    throw error;
  }
  const items = output
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map((line): TreeEntry => {
      const [facts = '', name = ''] = line.split('\t', 2);
      const [mode, , , size] = facts.split(/\s+/);
      const type = mode === '040000' ? 'folder' : mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file';
      return { name, path: folder ? `${folder}/${name}` : name, type, sizeBytes: size === '-' ? null : Number(size) };
    });
  return { commit, items: items.sort((a, b) => Number(b.type === 'folder') - Number(a.type === 'folder') || (a.name < b.name ? -1 : 1)) };
}

/** A file's text; binary ones and those over 2 MiB are told, not sent. */
export async function readFile(ctx: Context, projectId: string, path: string, revision?: string) {
  const file = checkPath(path);
  const commit = await commitOf(ctx, projectId, revision);
  if (!commit || !file) throw notFound('file', path);
  const repository = repositoryPath(ctx.platform.config, projectId);
  try {
    const sizeBytes = Number((await git(repository, ['cat-file', '-s', `${commit}:${file}`])).toString());
    if (sizeBytes > maximumFileBytes) return { path: file, commit, sizeBytes, binary: false, tooLarge: true, text: null };
    const bytes = await git(repository, ['cat-file', 'blob', `${commit}:${file}`]);
    const binary = bytes.subarray(0, 8000).includes(0);
    return { path: file, commit, sizeBytes, binary, tooLarge: false, text: binary ? null : bytes.toString('utf8') };
  } catch (error) {
    if (error instanceof GitError) throw notFound('file', file);
    throw error;
  }
}

export async function listCommits(ctx: Context, projectId: string, revision: string | undefined, limit: number) {
  const commit = await commitOf(ctx, projectId, revision);
  if (!commit) return [];
  const output = await git(repositoryPath(ctx.platform.config, projectId), ['log', `--max-count=${limit}`, '--format=%H%x1f%an%x1f%aI%x1f%s%x1e', '--end-of-options', commit]);
  return output
    .toString('utf8')
    .split('\u001e')
    .map((record) => record.trim())
    .filter(Boolean)
    .map((record) => {
      const [id = '', author = '', time = '', subject = ''] = record.split('\u001f');
      return { id, author, time: new Date(time).toISOString(), subject };
    });
}
