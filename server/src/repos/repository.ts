import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, type Context, invalidField } from '../platform/index.ts';
import { GitError, git } from './git.ts';
import { checkRevision } from './path.ts';

export const repositoriesFolder = (config: Config): string => join(config.home, 'repos');

export const repositoryPath = (config: Config, projectId: string): string => {
  if (!/^prj_[0-9a-z]+$/.test(projectId)) throw new Error(`${projectId} is no project id`);
  return join(repositoriesFolder(config), `${projectId}.git`);
};

/** Makes sure that the project has its repository, empty if it is new; made beside and renamed, so that it is whole or absent. */
export async function createRepository(ctx: Context, projectId: string): Promise<string> {
  const path = repositoryPath(ctx.platform.config, projectId);
  if (existsSync(path)) return path;
  const made = await newRepository(ctx.platform.config);
  try {
    await rename(made, path);
  } catch (error) {
    // Another request was first.
    await rm(made, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return path;
}

/** An empty bare repository with branch main, of no project yet. */
export async function newRepository(config: Config): Promise<string> {
  const parent = repositoriesFolder(config);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(parent, 'new-'));
  await git(folder, ['init', '--quiet', '--bare', '--initial-branch=main', '--template=']);
  // For whoever runs git here by hand: commits that jobs and models name must stay.
  await appendFile(
    join(folder, 'config'),
    '[gc]\n\tpruneExpire = never\n\treflogExpire = never\n\treflogExpireUnreachable = never\n',
  );
  return folder;
}

/** The full id of a commit. @throws 400 when the repository has none of that name */
export async function resolveCommit(ctx: Context, projectId: string, revision: string, pointer = '/commit'): Promise<string> {
  const repository = repositoryPath(ctx.platform.config, projectId);
  const found = await commitNamed(repository, checkRevision(revision, pointer));
  if (found) return found;
  throw invalidField(
    pointer,
    `the repository has no branch or commit "${revision}"; push it first, or leave it out for the head of main`,
  );
}

/** The head of a branch, or null while there is none. */
export async function headCommit(ctx: Context, projectId: string, branch = 'main'): Promise<string | null> {
  return commitNamed(repositoryPath(ctx.platform.config, projectId), `refs/heads/${checkRevision(branch, '/branch')}`);
}

async function commitNamed(repository: string, name: string): Promise<string | null> {
  if (!existsSync(repository)) return null;
  try {
    return (await git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]))
      .toString()
      .trim();
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}
