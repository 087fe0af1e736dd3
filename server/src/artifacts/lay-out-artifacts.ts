import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Context, layOutBlob } from '../platform/index.ts';
import { type Artifact, checkArtifactPath } from './artifacts.ts';

/** Lays files out read-only in a folder for what runs; every byte is checked against its digest on the way. */
export async function layOutArtifacts(ctx: Context, files: readonly Artifact[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const { path, sha256 } of files) {
    const target = join(folder, checkArtifactPath(path));
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    // An earlier try of the same attempt may have left the file, read-only.
    await chmod(target, 0o644).catch(() => {});
    await layOutBlob(ctx.platform.blobs, sha256, target, 0o644);
    await chmod(target, 0o444);
  }
}
