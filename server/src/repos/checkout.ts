import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, invalidField, Problem } from '../platform/index.ts';
import { GitError, git } from './git.ts';
import { repositoryPath } from './repository.ts';

export const maximumPatchBytes = 8 * 1024 * 1024;

/**
 * Lays a commit (null: nothing) with a patch applied out into a folder: files only, no repository.
 *
 * @param patch a git diff
 * @throws 400 `patch-does-not-apply` that names the file
 */
export async function materialise(
  ctx: Context,
  projectId: string,
  commit: string | null,
  patch: string | null,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (commit) {
    const repository = repositoryPath(ctx.platform.config, projectId);
    await withIndex(async (environment) => {
      await git(repository, ['read-tree', '--end-of-options', commit], { environment });
      const options = { environment: { ...environment, GIT_WORK_TREE: folder }, folder, timeoutSeconds: 600 };
      await git(repository, ['checkout-index', '--all', '--force', '--quiet'], options);
    });
  }
  if (!patch) return;
  checkPatchText(patch);
  // As of no repository: git refuses paths that leave the folder, and writes through no link.
  await applying(() => git(null, ['apply', '--whitespace=nowarn', '-'], { folder, input: patch }));
}

/** Whether a patch applies, before anything waits for it. @throws 400 `patch-does-not-apply` */
export async function checkPatch(ctx: Context, projectId: string, commit: string | null, patch: string): Promise<void> {
  checkPatchText(patch);
  await withIndex(async (environment, nothing) => {
    if (!commit) return applying(() => git(null, ['apply', '--check', '-'], { folder: nothing, input: patch }));
    const repository = repositoryPath(ctx.platform.config, projectId);
    await git(repository, ['read-tree', '--end-of-options', commit], { environment });
    await applying(() => git(repository, ['apply', '--cached', '--check', '-'], { environment, input: patch }));
  });
}

/** An index of its own: several checkouts of one repository run at once. */
async function withIndex(work: (environment: Record<string, string>, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-index-'));
  try {
    await work({ GIT_INDEX_FILE: join(folder, 'index') }, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkPatchText(patch: string): void {
  if (Buffer.byteLength(patch) > maximumPatchBytes) {
    throw new Problem(413, 'patch-too-large', `A patch may have ${maximumPatchBytes} bytes. Commit and push what is larger.`);
  }
  // A link made by a patch could lead a later file of it out of the folder.
  if (
    /^(new file mode|new mode|old mode|deleted file mode) 1[26]0000$/m.test(patch) ||
    /^index [0-9a-f]+\.\.[0-9a-f]+ 1[26]0000$/m.test(patch)
  ) {
    throw invalidField('/patch', 'changes a link or a submodule; commit and push that');
  }
}

async function applying(apply: () => Promise<unknown>): Promise<void> {
  try {
    await apply();
  } catch (error) {
    if (!(error instanceof GitError) || error.code === null) throw error;
    const faults = error.message
      .split('\n')
      .filter((line) => /^(error|fatal): /.test(line))
      .map((line) => line.replace(/^\w+: /, ''));
    const detail = (faults.length > 0 ? faults : [error.message]).slice(0, 10).join('; ').slice(0, 1000);
    throw new Problem(
      400,
      'patch-does-not-apply',
      `The patch does not apply on its commit: ${detail}. Make it against the commit that you name.`,
      {
        errors: [{ pointer: '/patch', detail }],
      },
    );
  }
}
