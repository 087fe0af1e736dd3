import { type Context, transaction } from '../platform/index.ts';
import { commitInto, type NewFile } from './commit-files.ts';
import { recordMoves } from './record-push.ts';
import { createRepository } from './repository.ts';

/** Adds or replaces files of a project as one commit of the caller on main. @returns the commit */
export async function commitFiles(ctx: Context, projectId: string, files: readonly NewFile[], message: string): Promise<string> {
  const repository = await createRepository(ctx, projectId);
  const { before, commit } = await commitInto(ctx, repository, files, message);
  await transaction(ctx, (tx) => recordMoves(tx, projectId, repository, [{ ref: 'refs/heads/main', before, after: commit }]));
  return commit;
}
