import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Config, type Context, invalidField, Problem } from '../platform/index.ts';
import { git, GitError } from './git.ts';

export const repositoryPath = (config: Config, projectId: string): string => {
  if (!/^prj_[0-9a-z]+$/.test(projectId)) throw new Error(`${projectId} is no project id`);
  return join(config.home, 'repos', `${projectId}.git`);
};

/** A bare repository with branch main; made beside and renamed, so that it is whole or absent. */
export async function createRepository(ctx: Context, projectId: string): Promise<void> {
  const path = repositoryPath(ctx.platform.config, projectId);
  if (existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = await mkdtemp(`${path}.new-`);
  await git(temporary, ['init', '--quiet', '--bare', '--initial-branch=main', '--template=', '.']);
  await rename(temporary, path);
}

export const removeRepository = (config: Config, projectId: string): Promise<void> => rm(repositoryPath(config, projectId), { recursive: true, force: true });

/** A branch name or (short) commit id as people write it; anything else never reaches git. */
function checkRevision(revision: string, pointer: string): void {
  if (!/^[A-Za-z0-9][\w./-]{0,199}$/.test(revision) || revision.includes('..') || revision.endsWith('.lock')) {
    throw invalidField(pointer, `"${revision}" is not the name of a branch or the id of a commit`);
  }
}

/** The full id of a commit. @throws 400 when the repository has none of that name */
export async function resolveCommit(ctx: Context, projectId: string, revision: string, pointer = '/commit'): Promise<string> {
  checkRevision(revision, pointer);
  try {
    const output = await git(repositoryPath(ctx.platform.config, projectId), ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
    return output.toString().trim();
  } catch (error) {
    if (error instanceof GitError) throw invalidField(pointer, `the repository has no commit "${revision}"; push it first, or leave it out for the head of main`);
    throw error;
  }
}

/** The head of a branch, or null while it is empty. */
export async function headCommit(ctx: Context, projectId: string, branch = 'main'): Promise<string | null> {
  checkRevision(branch, '/branch');
  try {
    const output = await git(repositoryPath(ctx.platform.config, projectId), ['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${branch}`]);
    return output.toString().trim();
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

/**
 * Lays a commit, with a patch applied, out into an empty folder: files only, no repository.
 *
 * @param patch a git diff
 * @throws 400 `patch-does-not-apply` with what git says
 */
export async function materialise(ctx: Context, projectId: string, commit: string | null, patch: string | null, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const repository = repositoryPath(ctx.platform.config, projectId);
  if (commit) {
    // An index of its own: several checkouts of one repository run at once.
    const index = `${folder}.index`;
    await git(repository, ['--work-tree', folder, 'read-tree', '--reset', commit], { environment: { GIT_INDEX_FILE: index } });
    await git(repository, ['--work-tree', folder, 'checkout-index', '--all', '--force', '--quiet'], { environment: { GIT_INDEX_FILE: index, GIT_DIR: repository }, timeoutSeconds: 300 });
    await rm(index, { force: true });
  }
  if (patch) await applyPatch(folder, patch);
}

async function applyPatch(folder: string, patch: string): Promise<void> {
  try {
    // Outside a repository git refuses paths that leave the folder, and follows no link out of it.
    await git(folder, ['apply', '--whitespace=nowarn', '-'], { input: patch, environment: { GIT_CEILING_DIRECTORIES: dirname(folder) } });
  } catch (error) {
    if (error instanceof GitError) {
      throw new Problem(400, 'patch-does-not-apply', `The patch does not apply on the commit: ${error.message.split('\n')[0]}`, { errors: [{ pointer: '/patch', detail: error.message.slice(0, 2000) }] });
    }
    throw error;
  }
}

export interface NewFile {
  path: string;
  content: string | Uint8Array;
  executable?: boolean;
}

/** Adds files as one commit on main, by compare-and-swap on its head. @returns the commit */
export async function commitFiles(ctx: Context, projectId: string, files: readonly NewFile[], message: string): Promise<string> {
  const repository = repositoryPath(ctx.platform.config, projectId);
  const index = join(repository, `index-${ctx.requestId}`);
  const parent = await headCommit(ctx, projectId);
  const who = { name: ctx.actor.name || 'Plinth', email: `${ctx.actor.id}@plinth.invalid` };
  const environment = {
    GIT_INDEX_FILE: index,
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
  };
  try {
    if (parent) await git(repository, ['read-tree', parent], { environment });
    const lines: string[] = [];
    for (const file of files) {
      const blob = (await git(repository, ['hash-object', '-w', '--stdin'], { input: file.content })).toString().trim();
      lines.push(`${file.executable ? '100755' : '100644'} ${blob}\t${file.path}`);
    }
    await git(repository, ['update-index', '--add', '--index-info'], { input: `${lines.join('\n')}\n`, environment });
    const tree = (await git(repository, ['write-tree'], { environment })).toString().trim();
    const commit = (await git(repository, ['commit-tree', tree, ...(parent ? ['-p', parent] : []), '-F', '-'], { input: message, environment })).toString().trim();
    await git(repository, ['update-ref', 'refs/heads/main', commit, parent ?? '0'.repeat(40)]);
    return commit;
  } finally {
    await rm(index, { force: true });
  }
}

/** Copies everything of another repository in, over http(s) only; main becomes what its HEAD was. */
export async function fetchFrom(ctx: Context, projectId: string, url: string, pinned: { host: string; port: number; address: string } | null): Promise<void> {
  const repository = repositoryPath(ctx.platform.config, projectId);
  const options = ['-c', 'http.followRedirects=false', ...(pinned ? ['-c', `http.curloptResolve=${pinned.host}:${pinned.port}:${pinned.address}`] : [])];
  await git(repository, [...options, 'fetch', '--quiet', '--no-tags', '--', url, '+refs/heads/*:refs/heads/*', '+HEAD:refs/plinth/origin-head'], { timeoutSeconds: 300 });
  const head = (await git(repository, ['rev-parse', '--verify', 'refs/plinth/origin-head'])).toString().trim();
  await git(repository, ['update-ref', 'refs/heads/main', head]);
  await git(repository, ['update-ref', '-d', 'refs/plinth/origin-head']);
}
