import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { newId } from '../../kit/ids.ts';
import { type BlobInfo, BlobMissingError, type BlobStore, DigestMismatchError, isDigest, keyOf } from './blob-store.ts';
import { folderUploads, sweepUploads } from './folder-uploads.ts';
import { ownName, removeAbandoned } from './own-folder.ts';
import { receiveFile } from './receive-file.ts';
import { fileToSend } from './send-file.ts';
import { verifying } from './verifying.ts';

/**
 * Blobs as files under `<folder>/<first two>/<next two>/<digest>`: written beside, synced, renamed into place. What is on its way lies in
 * `incoming/<process>/`, so that others can tell what a killed process left; parts of uploads lie in `uploads/`, for every server of the folder.
 */
export function folderBlobStore(folder: string): BlobStore {
  const incoming = join(folder, 'incoming', ownName());
  const pathOf = (sha256: string): string => join(folder, keyOf(sha256));

  async function statBlob(sha256: string): Promise<BlobInfo | null> {
    if (!isDigest(sha256)) return null;
    const found = await stat(pathOf(sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return found ? { sha256, sizeBytes: found.size } : null;
  }

  async function put(content: Readable | Uint8Array, expected?: string): Promise<BlobInfo> {
    const temporary = join(incoming, newId('blob'));
    await mkdir(dirname(temporary), { recursive: true });
    try {
      const info = await receiveFile(content, temporary);
      if (expected !== undefined && expected !== info.sha256) throw new DigestMismatchError(expected, info.sha256);
      const path = pathOf(info.sha256);
      const before = await statBlob(info.sha256);
      // A file of the right size is there already: the same content. Otherwise ours replaces what a broken disk left.
      if (before?.sizeBytes === info.sizeBytes) {
        await rm(temporary, { force: true });
      } else {
        await mkdir(dirname(path), { recursive: true });
        await chmod(temporary, 0o444);
        await rename(temporary, path);
        await syncFolder(dirname(path));
      }
      return info;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  return {
    put,
    stat: statBlob,
    async read(sha256, range) {
      if (!(await statBlob(sha256))) throw new BlobMissingError(sha256);
      if (range) return createReadStream(pathOf(sha256), { start: range.start, end: range.end });
      // Joined, so that the file is closed when its reader goes away, and the reader hears of a disk that fails.
      return pipeline(createReadStream(pathOf(sha256), { highWaterMark: 256 * 1024 }), verifying(sha256), () => {});
    },
    open: (sha256, range) =>
      fileToSend(pathOf(sha256), sha256, range).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? new BlobMissingError(sha256) : error;
      }),
    async withFile(sha256, work) {
      if (!(await statBlob(sha256))) throw new BlobMissingError(sha256);
      return work(pathOf(sha256));
    },
    async delete(sha256) {
      await rm(pathOf(sha256), { force: true });
    },
    async *list() {
      for (const first of await namesIn(folder, /^[0-9a-f]{2}$/)) {
        for (const second of await namesIn(join(folder, first), /^[0-9a-f]{2}$/))
          yield* await namesIn(join(folder, first, second), /^[0-9a-f]{64}$/);
      }
    },
    signedUrl: async () => null,
    uploads: folderUploads(join(folder, 'uploads'), put),
    async sweep() {
      await removeAbandoned(join(folder, 'incoming'));
      await sweepUploads(join(folder, 'uploads'));
    },
  };
}

const namesIn = async (folder: string, form: RegExp): Promise<string[]> =>
  (
    await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    })
  ).filter((name) => form.test(name));

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** Text or bytes as a stream, for callers that have them whole. */
export const streamOf = (content: string | Uint8Array): Readable =>
  Readable.from([typeof content === 'string' ? Buffer.from(content) : content]);
