import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline, Readable, Transform } from 'node:stream';
import { newId } from '../../kit/ids.ts';
import { isAlive, ownIdentity } from '../process-identity.ts';
import { hostId } from '../processes.ts';
import { BlobCorruptError, type BlobInfo, BlobMissingError, type BlobStore, DigestMismatchError } from './blob-store.ts';

/**
 * Blobs as files under `<folder>/<first two>/<next two>/<digest>`: written beside, synced, renamed into place. What is on its way lies in
 * `incoming/<process>/`, so that others can tell what a killed process left.
 */
export function folderBlobStore(folder: string): BlobStore {
  const incoming = join(folder, 'incoming', ownName());
  const pathOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new BlobMissingError(sha256.slice(0, 80));
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };

  async function statBlob(sha256: string): Promise<BlobInfo | null> {
    if (!/^[0-9a-f]{64}$/.test(sha256)) return null;
    const found = await stat(pathOf(sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return found ? { sha256, sizeBytes: found.size } : null;
  }

  return {
    async put(content, expected) {
      const temporary = join(incoming, newId('blob'));
      await mkdir(dirname(temporary), { recursive: true });
      const file = await open(temporary, 'wx', 0o600);
      try {
        const hash = createHash('sha256');
        let sizeBytes = 0;
        for await (const chunk of content instanceof Uint8Array ? [content] : content) {
          const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
          hash.update(bytes);
          sizeBytes += bytes.byteLength;
          let written = 0;
          while (written < bytes.byteLength) written += (await file.write(bytes, written)).bytesWritten;
        }
        const sha256 = hash.digest('hex');
        if (expected !== undefined && expected !== sha256) throw new DigestMismatchError(expected, sha256);
        await file.sync();
        await file.close();
        const path = pathOf(sha256);
        const before = await statBlob(sha256);
        // A file of the right size is there already: the same content. Otherwise ours replaces what a broken disk left.
        if (before?.sizeBytes === sizeBytes) {
          await rm(temporary, { force: true });
        } else {
          await mkdir(dirname(path), { recursive: true });
          await chmod(temporary, 0o444);
          await rename(temporary, path);
          await syncFolder(dirname(path));
        }
        return { sha256, sizeBytes };
      } catch (error) {
        await file.close().catch(() => {});
        await rm(temporary, { force: true });
        throw error;
      }
    },
    stat: statBlob,
    async read(sha256, range) {
      if (!(await statBlob(sha256))) throw new BlobMissingError(sha256);
      if (range) return createReadStream(pathOf(sha256), { start: range.start, end: range.end });
      // Joined, so that the file is closed when its reader goes away, and the reader hears of a disk that fails.
      return pipeline(createReadStream(pathOf(sha256), { highWaterMark: 256 * 1024 }), verifying(sha256), () => {});
    },
    localPath: (sha256) => pathOf(sha256),
    async delete(sha256) {
      await rm(pathOf(sha256), { force: true });
    },
    async *list() {
      for (const first of await namesIn(folder, /^[0-9a-f]{2}$/)) {
        for (const second of await namesIn(join(folder, first), /^[0-9a-f]{2}$/))
          yield* await namesIn(join(folder, first, second), /^[0-9a-f]{64}$/);
      }
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

const abandonedMilliseconds = 24 * 3600 * 1000;

/** Removes what processes left half received: at once when they were of this machine and are gone, else after a day without a change. */
export async function sweepIncoming(folder: string): Promise<void> {
  const parent = join(folder, 'incoming');
  const places = (await readdir(parent).catch(() => [])).filter((name) => name !== ownName());
  for (const name of places) {
    const path = join(parent, name);
    const [host, pid, startTime, bootId] = name.split('.');
    const gone =
      host === hostName() && bootId !== undefined
        ? !isAlive({ pid: Number(pid), startTime: startTime!, bootId })
        : Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? 0) > abandonedMilliseconds;
    if (gone) await rm(path, { recursive: true, force: true });
  }
}

/** `host.pid.start.boot`: one process for ever, whatever number the system gives out again. */
function ownName(): string {
  const { pid, startTime, bootId } = ownIdentity();
  return [hostName(), pid, startTime.replaceAll(/[^\w-]/g, '-'), bootId.replaceAll(/[^\w-]/g, '-')].join('.');
}

const hostName = (): string => hostId().replaceAll('.', '-');

/** Passes bytes on and fails at the end when they were not the ones asked for. */
function verifying(sha256: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      done(hash.digest('hex') === sha256 ? null : new BlobCorruptError(sha256));
    },
  });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** Text or bytes as a stream, for callers that have them whole. */
export const streamOf = (content: string | Uint8Array): Readable =>
  Readable.from([typeof content === 'string' ? Buffer.from(content) : content]);
