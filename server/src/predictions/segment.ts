import { closeSync, fdatasync, fsyncSync, ftruncateSync, openSync, readSync, writev } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { NewPrediction } from './prediction.ts';

/**
 * Segment files: predictions as frames of length, checksum and content, only ever appended to. A frame counts once it was synced; a torn tail
 * after a crash was never acknowledged and ends the file.
 */
const frameHeadBytes = 8;
const largestFrameBytes = 1024 * 1024 * 1024;
const rotateBytes = 64 * 1024 * 1024;

type Bytes = 'request' | 'response' | 'columnsJson' | 'rowsJson' | 'outputsJson';
const byteFields: readonly Bytes[] = ['request', 'response', 'columnsJson', 'rowsJson', 'outputsJson'];

/** @returns the frame as buffers to be written one after the other, bodies not copied */
export function encodeFrame(prediction: NewPrediction): Buffer[] {
  const { request, response, columnsJson, rowsJson, outputsJson, ...plain } = prediction;
  const parts = [request, response, columnsJson, rowsJson, outputsJson];
  const header = Buffer.from(JSON.stringify({ ...plain, lengths: parts.map((part) => part.length) }));
  const lead = Buffer.alloc(frameHeadBytes + 4);
  lead.writeUInt32LE(header.length, frameHeadBytes);
  const content = [lead.subarray(frameHeadBytes), header, ...parts];
  let sum = 0;
  let length = 0;
  for (const part of content) {
    sum = crc32(part, sum);
    length += part.length;
  }
  lead.writeUInt32LE(length, 0);
  lead.writeUInt32LE(sum, 4);
  return [lead, header, ...parts];
}

function decodeContent(content: Buffer): NewPrediction {
  const headerBytes = content.readUInt32LE(0);
  const { lengths, at, ...plain } = JSON.parse(content.toString('utf8', 4, 4 + headerBytes));
  let offset = 4 + headerBytes;
  const parts = Object.fromEntries(
    byteFields.map((field, index) => {
      const part = content.subarray(offset, offset + lengths[index]);
      offset += lengths[index];
      return [field, part];
    }),
  );
  return { ...plain, at: new Date(at), ...parts } as NewPrediction;
}

/**
 * Reads whole frames from an offset up to `endBytes`.
 *
 * @returns the predictions, the offset after the last whole frame, and whether what follows it (if anything) is a torn or damaged frame
 */
export function readFrames(
  path: string,
  fromBytes: number,
  endBytes: number,
  most: { frames: number; bytes: number },
): { predictions: NewPrediction[]; nextBytes: number; torn: boolean } {
  const predictions: NewPrediction[] = [];
  let position = fromBytes;
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(frameHeadBytes);
    while (position < endBytes && predictions.length < most.frames && position - fromBytes < most.bytes) {
      if (endBytes - position < frameHeadBytes) return { predictions, nextBytes: position, torn: true };
      readSync(file, head, 0, frameHeadBytes, position);
      const length = head.readUInt32LE(0);
      if (length > largestFrameBytes || position + frameHeadBytes + length > endBytes)
        return { predictions, nextBytes: position, torn: true };
      const content = Buffer.alloc(length);
      readSync(file, content, 0, length, position + frameHeadBytes);
      if (crc32(content) !== head.readUInt32LE(4)) return { predictions, nextBytes: position, torn: true };
      predictions.push(decodeContent(content));
      position += frameHeadBytes + length;
    }
    return { predictions, nextBytes: position, torn: false };
  } finally {
    closeSync(file);
  }
}

interface Waiting {
  buffers: Buffer[];
  resolve(): void;
  reject(error: Error): void;
}

interface OpenSegment {
  name: string;
  file: number;
  syncedBytes: number;
}

export interface SegmentWriter {
  /** Resolves once the prediction is on the disk; those that wait together are synced together. */
  append(prediction: NewPrediction): Promise<void>;
  /** Segments of this writer with how many of their bytes are synced, oldest first; only the last may still grow. */
  segments(): { name: string; syncedBytes: number; closed: boolean }[];
  /** The segment's file is gone. */
  forget(name: string): void;
  /** Closes what is open, so that all can be shipped. */
  close(): Promise<void>;
}

/** Appends to numbered files `<owner>-<number>.seg` in a folder, one at a time. */
export function openSegmentWriter(folder: string, owner: string): SegmentWriter {
  const closed: { name: string; syncedBytes: number }[] = [];
  let open: OpenSegment | null = null;
  let count = 0;
  let waiting: Waiting[] = [];
  let isFlushing = false;
  let flushed: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    isFlushing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        open ??= create();
        const bytes = await write(
          open.file,
          group.flatMap((one) => one.buffers),
        );
        open.syncedBytes += bytes;
        for (const one of group) one.resolve();
        if (open.syncedBytes >= rotateBytes) retire();
      } catch (error) {
        // After a failed write or sync nobody knows what the file holds beyond the last sync: it is cut there and never written again.
        retire();
        for (const one of group) one.reject(error as Error);
      }
    }
    isFlushing = false;
  }

  function create(): OpenSegment {
    count += 1;
    const name = `${owner}-${String(count).padStart(6, '0')}.seg`;
    const file = openSync(join(folder, name), 'ax');
    syncFolder(folder);
    return { name, file, syncedBytes: 0 };
  }

  function retire(): void {
    if (!open) return;
    const { name, file, syncedBytes } = open;
    open = null;
    try {
      ftruncateSync(file, syncedBytes);
    } catch {
      // Frames after the last sync are whole or torn; either way nobody was told that they count.
    }
    closeSync(file);
    closed.push({ name, syncedBytes });
  }

  return {
    append: (prediction) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ buffers: encodeFrame(prediction), resolve, reject });
        if (!isFlushing) flushed = flush();
      }),
    segments: () => [
      ...closed.map((one) => ({ ...one, closed: true })),
      ...(open ? [{ name: open.name, syncedBytes: open.syncedBytes, closed: false }] : []),
    ],
    forget(name) {
      const index = closed.findIndex((one) => one.name === name);
      if (index >= 0) closed.splice(index, 1);
    },
    async close() {
      await flushed;
      retire();
    },
  };
}

/** A new file is there after a crash only when its folder was synced too. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Writes all buffers and syncs. @returns how many bytes */
async function write(file: number, buffers: Buffer[]): Promise<number> {
  let total = 0;
  // The system takes at most 1,024 buffers in one call.
  for (let start = 0; start < buffers.length; start += 1_000) {
    let rest = buffers.slice(start, start + 1_000);
    while (rest.length > 0) {
      const written = await new Promise<number>((resolve, reject) =>
        writev(file, rest, (error, bytes) => (error ? reject(error) : resolve(bytes))),
      );
      total += written;
      rest = after(rest, written);
    }
  }
  await new Promise<void>((resolve, reject) => fdatasync(file, (error) => (error ? reject(error) : resolve())));
  return total;
}

/** What is left of buffers when their first `bytes` were written. */
function after(buffers: Buffer[], bytes: number): Buffer[] {
  let skip = bytes;
  for (const [index, buffer] of buffers.entries()) {
    if (skip < buffer.length) return [buffer.subarray(skip), ...buffers.slice(index + 1)].filter((one) => one.length > 0);
    skip -= buffer.length;
  }
  return [];
}
