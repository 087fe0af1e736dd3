import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Context, layOutBlob } from '../platform/index.ts';
import { checkFilePath } from './dataset.ts';
import { filesOf } from './dataset-store.ts';

/** Where work finds an input: `train-data` → PLINTH_INPUT_TRAIN_DATA */
export const inputVariable = (name: string): string => `PLINTH_INPUT_${name.toUpperCase().replaceAll('-', '_')}`;

/** Lays a snapshot out as read-only files that any user may read; every byte is checked against its digest on the way. */
export async function materialiseSnapshot(ctx: Context, snapshotId: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const { path, sha256 } of await filesOf(ctx, snapshotId)) {
    const target = join(folder, checkFilePath(path, 'path'));
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    // An earlier try of the same attempt may have left the file, read-only.
    await chmod(target, 0o644).catch(() => {});
    await layOutBlob(ctx.platform.blobs, sha256, target, 0o644);
    await chmod(target, 0o444);
  }
}
