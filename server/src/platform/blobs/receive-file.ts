import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { BlobInfo } from './blob-store.ts';
import { FileWriter } from './file-writer.ts';
import { type Block, blockBytes, type Lane, takeLane } from './lanes.ts';
import { type Pieces, pieces } from './received.ts';

/** Writes a stream to a new file and takes its digest; when it returns, the bytes are on the disk. What it left of a stream that broke is the caller's to remove. */
export async function receiveFile(content: Readable | Pieces | Uint8Array, path: string): Promise<BlobInfo> {
  if (content instanceof Uint8Array) return writeSmall(path, [content]);
  // Most contents are small, and need neither threads nor blocks.
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let sink: Sink | null = null;
  try {
    for await (const bytes of pieces(content)) {
      if (sink) {
        await sink.add(bytes);
        continue;
      }
      head.push(Buffer.from(bytes));
      headBytes += bytes.byteLength;
      if (headBytes < blockBytes) continue;
      sink = await openSink(path);
      for (const part of head.splice(0)) await sink.add(part);
    }
    return sink ? await sink.finish() : await writeSmall(path, head);
  } finally {
    await sink?.close();
  }
}

async function writeSmall(path: string, parts: readonly Uint8Array[]): Promise<BlobInfo> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  try {
    let sizeBytes = 0;
    for (const part of parts) {
      hash.update(part);
      await file.writeFile(part);
      sizeBytes += part.byteLength;
    }
    await file.sync();
    return { sha256: hash.digest('hex'), sizeBytes };
  } finally {
    await file.close();
  }
}

interface Sink {
  add(bytes: Uint8Array): Promise<void>;
  finish(): Promise<BlobInfo>;
  /** Also after an error; waits until nothing of it is under way. */
  close(): Promise<void>;
}

async function openSink(path: string): Promise<Sink> {
  const lane = takeLane();
  return lane ? new LaneSink(lane, await FileWriter.create(path).catch(giveBack(lane))) : plainSink(path);
}

const giveBack = (lane: Lane) => async (error: unknown) => {
  await lane.close();
  throw error;
};

/** Receives into one block while others are hashed and written. */
class LaneSink implements Sink {
  private readonly lane: Lane;
  private readonly file: FileWriter;
  private block: Block | null = null;
  private filled = 0;
  private position = 0;
  private failure: Error | null = null;

  constructor(lane: Lane, file: FileWriter) {
    this.lane = lane;
    this.file = file;
  }

  async add(bytes: Uint8Array): Promise<void> {
    for (let taken = 0; taken < bytes.byteLength; ) {
      this.block ??= await this.lane.take();
      if (this.failure) throw this.failure;
      const part = bytes.subarray(taken, taken + blockBytes - this.filled);
      this.block.bytes.set(part, this.filled);
      this.filled += part.byteLength;
      taken += part.byteLength;
      if (this.filled === blockBytes) this.flush();
    }
  }

  async finish(): Promise<BlobInfo> {
    if (this.filled > 0) this.flush();
    const sizeBytes = this.position;
    const sha256 = await this.lane.digest();
    // Taking them all means that none is being written.
    for (const block of await this.lane.takeAll()) this.lane.release(block);
    if (this.failure) throw this.failure;
    await this.file.finish(sizeBytes);
    return { sha256, sizeBytes };
  }

  async close(): Promise<void> {
    if (this.block) this.lane.release(this.block);
    this.block = null;
    await this.lane.close();
    await this.file.close();
  }

  private flush(): void {
    const block = this.block!;
    const length = this.filled;
    this.lane.hash(block, length);
    this.file
      .write(block.bytes, length, this.position)
      .catch((error: Error) => {
        this.failure = error;
      })
      .finally(() => this.lane.release(block));
    this.position += length;
    this.block = null;
    this.filled = 0;
  }
}

async function plainSink(path: string): Promise<Sink> {
  const file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    async add(bytes) {
      hash.update(bytes);
      sizeBytes += bytes.byteLength;
      await file.writeFile(bytes);
    },
    async finish() {
      await file.sync();
      return { sha256: hash.digest('hex'), sizeBytes };
    },
    close: () => file.close(),
  };
}
