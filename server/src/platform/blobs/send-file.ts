import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LRUCache } from '../../kit/lru-cache.ts';
import { BlobCorruptError, type ByteRange, type OpenBlob } from './blob-store.ts';
import { FileReader } from './file-reader.ts';
import { type Block, blockBytes, type Lane, takeLane } from './lanes.ts';
import type { Pieces } from './received.ts';
import { verifying } from './verifying.ts';

/** From this size on the first of several downloads in a while goes past the page cache; those that follow fill it. */
const pastCacheBytes = 32 * 1024 * 1024;
/** Reads under way at the same time. */
const readsAhead = 4;
const sentLately = new LRUCache<true>(10_000, 10 * 60_000);

/** A file on its way out: whole against its digest, or a range of it. @throws ENOENT */
export async function fileToSend(path: string, sha256: string, range?: ByteRange): Promise<OpenBlob> {
  const { size } = await stat(path);
  const start = range?.start ?? 0;
  const sizeBytes = Math.max(0, (range ? Math.min(range.end + 1, size) : size) - start);
  const expected = range ? null : sha256;
  return {
    sizeBytes,
    async send(target) {
      const lane = sizeBytes > blockBytes ? takeLane() : null;
      if (sizeBytes > blockBytes && !lane) return sendPlain(path, start, sizeBytes, expected, target);
      const isBig = sizeBytes >= pastCacheBytes;
      const pastCache = isBig && !sentLately.get(sha256);
      if (isBig) sentLately.set(sha256, true);
      try {
        const file = await FileReader.open(path, pastCache);
        try {
          if (lane) await sendByLane(lane, file, start, sizeBytes, expected, target);
          else await sendSmall(file, start, sizeBytes, expected, target);
        } finally {
          await file.close();
        }
      } finally {
        await lane?.close();
      }
    },
  };
}

/** Is checked before anything of it goes out. */
async function sendSmall(
  file: FileReader,
  start: number,
  length: number,
  expected: string | null,
  target: Writable,
): Promise<void> {
  const bytes = Buffer.allocUnsafe(length);
  await file.read(bytes, length, start);
  if (expected && createHash('sha256').update(bytes).digest('hex') !== expected) throw new BlobCorruptError(expected);
  await ended(target, bytes);
}

async function sendPlain(path: string, start: number, length: number, expected: string | null, target: Writable): Promise<void> {
  const source = createReadStream(path, { start, end: start + length - 1, highWaterMark: 256 * 1024 });
  await (expected ? pipeline(source, verifying(expected), target) : pipeline(source, target));
}

/** Where blocks come from, in order. */
interface BlockSource {
  /** All of `length` bytes at `position`. */
  read(into: Buffer, length: number, position: number): Promise<void>;
}

/** Blocks out of what comes in pieces; positions are taken as they come. */
export class PiecesReader implements BlockSource {
  private readonly pieces: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = Buffer.alloc(0);
  private last: Promise<void> = Promise.resolve();

  constructor(pieces: Pieces) {
    this.pieces = pieces[Symbol.asyncIterator]();
  }

  read(into: Buffer, length: number): Promise<void> {
    this.last = this.last.then(async () => {
      for (let done = 0; done < length; ) {
        if (this.rest.byteLength === 0) {
          const next = await this.pieces.next();
          if (next.done) throw new Error('the content ended too early');
          this.rest = next.value;
        }
        const part = this.rest.subarray(0, length - done);
        into.set(part, done);
        done += part.byteLength;
        this.rest = this.rest.subarray(part.byteLength);
      }
    });
    return this.last;
  }

  async close(): Promise<void> {
    await this.pieces.return?.();
  }
}

/** Reads ahead into blocks that go to the target as they are, while another thread hashes them. The last one waits for the digest. */
export async function sendByLane(
  lane: Lane,
  source: BlockSource,
  start: number,
  length: number,
  expected: string | null,
  target: Writable,
): Promise<void> {
  let failure: Error | null = null;
  const fail = (error?: Error | null): void => {
    failure ??= error ?? new Error('the receiver went away');
  };
  const written = new Set<Block>();
  const release = (block: Block): void => {
    if (written.delete(block)) lane.release(block);
  };
  // A receiver that goes away may never tell what became of single writes.
  const closed = (): void => {
    fail();
    for (const block of written) release(block);
  };
  target.once('error', fail);
  target.once('close', closed);
  const ahead: { block: Block; length: number; read: Promise<void> }[] = [];
  let asked = 0;
  const askNext = async (): Promise<void> => {
    const block = await lane.take();
    const part = Math.min(blockBytes, length - asked);
    const read = source.read(block.bytes, part, start + asked);
    // Whoever takes it from the list hears of the error; nobody may before.
    read.catch(() => {});
    ahead.push({ block, length: part, read });
    asked += part;
  };
  try {
    for (let sent = 0; sent < length; ) {
      while (asked < length && (ahead.length === 0 || (ahead.length < readsAhead && lane.hasFree))) await askNext();
      const next = ahead.shift()!;
      try {
        await next.read;
        if (expected) lane.hash(next.block, next.length);
        sent += next.length;
        if (sent === length && expected && (await lane.digest()) !== expected) throw new BlobCorruptError(expected);
        if (failure) throw failure;
      } catch (error) {
        lane.release(next.block);
        throw error;
      }
      const bytes = next.block.bytes.subarray(0, next.length);
      written.add(next.block);
      if (sent === length) await ended(target, bytes).finally(() => release(next.block));
      else target.write(bytes, () => release(next.block));
    }
  } finally {
    target.off('close', closed);
    for (const { block, read } of ahead) await read.catch(() => {}).finally(() => lane.release(block));
  }
}

/** Writes the last bytes and waits until all are out of our hands. */
export function ended(target: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    target.once('error', reject);
    target.once('close', () => (target.writableFinished ? resolve() : reject(new Error('the receiver went away'))));
    target.end(bytes, () => resolve());
  });
}
