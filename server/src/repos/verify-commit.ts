import { existsSync } from 'node:fs';
import type { Context } from '../platform/index.ts';
import { GitError, git } from './git.ts';
import { repositoryPath } from './repository.ts';

/** Recomputes the digests of the objects of a project's repository and looks for a commit in it. @returns null when it is whole, else what is not */
export async function verifyCommit(ctx: Context, projectId: string, commit: string): Promise<string | null> {
  const repository = repositoryPath(ctx.platform.config, projectId);
  if (!existsSync(repository)) return 'The project has no repository any more.';
  try {
    await git(repository, ['cat-file', '-e', '--end-of-options', `${commit}^{commit}`]);
  } catch (error) {
    if (error instanceof GitError) return `The repository has no commit ${commit} any more.`;
    throw error;
  }
  try {
    await git(repository, ['fsck', '--full', '--no-dangling', '--no-progress', '--end-of-options', commit]);
    return null;
  } catch (error) {
    if (error instanceof GitError) return `The repository is damaged: ${error.message.split('\n')[0]!.slice(0, 200)}.`;
    throw error;
  }
}
