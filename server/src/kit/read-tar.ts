import { type FileHandle, open } from 'node:fs/promises';
import { header, paxRecords, tarBlockBytes } from './tar.ts';

/** Where one file lies in an archive. */
export interface TarPlace {
  path: string;
  sizeBytes: number;
  offset: number;
}

/**
 * Finds the files in an archive that `tar` wrote. It reads no other dialect, and every byte outside the contents must be as it was written:
 * a changed bit, a missing end or something behind the end is an error.
 */
export async function readTarIndex(archive: string): Promise<TarPlace[]> {
  const file = await open(archive, 'r');
  try {
    const places: TarPlace[] = [];
    const { size } = await file.stat();
    let offset = 0;
    let after = 'its beginning';
    for (;;) {
      const head = await bytesAt(file, offset, tarBlockBytes, archive, after);
      if (isZero(head)) break;
      const extendedBytes = octal(head, 124, 12);
      const seconds = octal(head, 136, 12);
      if (!header('PaxHeader', extendedBytes, 'x', seconds).equals(head)) throw damaged(archive, after);
      const extended = await bytesAt(file, offset + tarBlockBytes, padTo(extendedBytes), archive, after);
      const { path, sizeBytes } = readRecords(extended.subarray(0, extendedBytes)) ?? fail(damaged(archive, after));
      if (!isZero(extended.subarray(extendedBytes))) throw damaged(archive, path);
      offset += tarBlockBytes + extended.length;
      const own = await bytesAt(file, offset, tarBlockBytes, archive, path);
      if (!fileHeader(path, sizeBytes, seconds).equals(own)) throw damaged(archive, path);
      offset += tarBlockBytes;
      places.push({ path, sizeBytes, offset });
      const rest = padTo(sizeBytes) - sizeBytes;
      if (!isZero(await bytesAt(file, offset + sizeBytes, rest, archive, path))) throw damaged(archive, path);
      offset += padTo(sizeBytes);
      after = path;
    }
    if (!isZero(await bytesAt(file, offset, 2 * tarBlockBytes, archive, after)) || size !== offset + 2 * tarBlockBytes)
      throw damaged(archive, after);
    return places;
  } finally {
    await file.close();
  }
}

const damaged = (archive: string, near: string): Error =>
  new Error(`${archive} is damaged or cut off at or after ${near}. Use another copy of it.`);

function fail(error: Error): never {
  throw error;
}

async function bytesAt(file: FileHandle, offset: number, length: number, archive: string, near: string): Promise<Buffer> {
  // A damaged length must not make us ask for all memory.
  if (length > 64 * 1024 * 1024) throw damaged(archive, near);
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  if (bytesRead !== length) throw damaged(archive, near);
  return buffer;
}

function readRecords(text: Buffer): { path: string; sizeBytes: number } | null {
  const match = /^\d+ path=([\s\S]*)\n\d+ size=(\d+)\n$/.exec(text.toString());
  if (!match) return null;
  const [, path, size] = match as unknown as [string, string, string];
  return paxRecords({ path, size }).equals(text) ? { path, sizeBytes: Number(size) } : null;
}

export const fileHeader = (path: string, sizeBytes: number, seconds: number): Buffer =>
  header(Buffer.from(path).subarray(0, 100).toString('latin1'), Math.min(sizeBytes, 0o77777777777), '0', seconds);

const padTo = (length: number): number => Math.ceil(length / tarBlockBytes) * tarBlockBytes;
const octal = (block: Buffer, start: number, length: number): number =>
  Number.parseInt(block.toString('latin1', start, start + length - 1), 8) || 0;
const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);
