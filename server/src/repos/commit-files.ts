import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../kit/ids.ts';
import { type Context, conflict, invalidField } from '../platform/index.ts';
import { GitError, git } from './git.ts';
import { checkPath } from './path.ts';

export interface NewFile {
  path: string;
  content: string | Uint8Array;
  executable?: boolean;
}

const nothing = '0'.repeat(40);

/**
 * Adds or replaces files as one commit of the caller on main of a bare repository, without a working tree.
 *
 * @throws 409 `branch-moved` when somebody moved main meanwhile
 * @returns the commit, and the one before
 */
export async function commitInto(
  ctx: Context,
  repository: string,
  files: readonly NewFile[],
  message: string,
): Promise<{ before: string | null; commit: string }> {
  for (const [index, { path }] of files.entries()) {
    if (checkPath(path, `/files/${index}/path`) === '') throw invalidField(`/files/${index}/path`, 'is empty');
  }
  const index = join(repository, newId('index'));
  const author = await authorOf(ctx);
  const environment = {
    GIT_INDEX_FILE: index,
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  };
  const run = async (args: string[], input?: string | Uint8Array): Promise<string> =>
    (await git(repository, args, { environment, ...(input === undefined ? {} : { input }) })).toString().trim();
  try {
    const before = await run(['rev-parse', '--verify', '--quiet', 'refs/heads/main']).catch(() => null);
    if (before) await run(['read-tree', before]);
    const entries: string[] = [];
    for (const file of files) {
      const blob = await run(['hash-object', '-w', '--stdin'], file.content);
      entries.push(`${file.executable ? '100755' : '100644'} ${blob}\t${file.path}\0`);
    }
    await run(['update-index', '-z', '--add', '--replace', '--index-info'], entries.join(''));
    const tree = await run(['write-tree']);
    const commit = await run(['commit-tree', tree, ...(before ? ['-p', before] : []), '-F', '-'], message);
    try {
      await run(['update-ref', '-m', 'commit', 'refs/heads/main', commit, before ?? nothing]);
    } catch (error) {
      if (error instanceof GitError)
        throw conflict('branch-moved', 'Somebody moved main at the same moment. Read it again and repeat your change.');
      throw error;
    }
    return { before, commit };
  } finally {
    await rm(index, { force: true });
  }
}

/** Name and address as git wants them: never empty, and a line of its own. */
async function authorOf(ctx: Context): Promise<{ name: string; email: string }> {
  const person = await ctx.db.selectFrom('people').select('email').where('id', '=', ctx.actor.id).executeTakeFirst();
  const clean = (text: string): string => text.replaceAll(/[\u0000-\u001f<>]/g, '').trim();
  return { name: clean(ctx.actor.name) || 'Plinth', email: clean(person?.email ?? '') || `${ctx.actor.id}@plinth.invalid` };
}
