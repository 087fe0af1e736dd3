import { type Context, emit } from '../platform/index.ts';
import { git } from './git.ts';

/** A branch or tag that moved. Null: it was not there, or is no more. */
export interface RefMove {
  ref: string;
  before: string | null;
  after: string | null;
}

/** One `repo.pushed` event for each ref that moved, with how many commits are new on it. Call it in a transaction. */
export async function recordMoves(tx: Context, projectId: string, repository: string, moves: readonly RefMove[]): Promise<void> {
  for (const move of moves) {
    await emit(tx, {
      verb: 'repo.pushed',
      object: { type: 'repo', id: projectId, projectId },
      data: { ...move, commits: await countNew(repository, move) },
    });
  }
}

async function countNew(repository: string, { ref, before, after }: RefMove): Promise<number> {
  if (!after) return 0;
  const others = before ? [before] : [`--exclude=${ref}`, '--branches', '--tags'];
  const output = await git(repository, ['rev-list', '--count', after, '--not', ...others]).catch(() => Buffer.from('0'));
  return Number(output.toString());
}
