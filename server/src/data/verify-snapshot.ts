import { finished } from 'node:stream/promises';
import { digestOfFiles } from '../kit/digest.ts';
import type { Context } from '../platform/index.ts';

import { filesOf, findSnapshot } from './dataset-store.ts';

/** Reads every byte of a snapshot against the digests it was made with. @returns null when all is as it was, else what is not */
export async function verifySnapshot(ctx: Context, snapshotId: string): Promise<string | null> {
  const snapshot = await findSnapshot(ctx, snapshotId);
  if (!snapshot) return `Snapshot ${snapshotId} is not there.`;
  const files = await filesOf(ctx, snapshotId);
  if (digestOfFiles(files) !== snapshot.digest) return `The list of files of snapshot ${snapshotId} no longer has its digest.`;
  for (const { path, sha256 } of files) {
    try {
      await finished((await ctx.platform.blobs.read(sha256)).resume());
    } catch (error) {
      return `"${path}" of snapshot ${snapshotId}: ${(error as Error).message}`;
    }
  }
  return null;
}
