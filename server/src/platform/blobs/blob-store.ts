import type { Readable } from 'node:stream';

/**
 * The port for file contents, addressed by their SHA-256.
 *
 * Rules, held by `blobStoreContract`: a blob is whole or absent, never partial, whatever dies in between; putting the same content twice
 * stores it once; an acknowledged put survives a crash; `read` of a blob whose stored bytes no longer have its digest fails with
 * `BlobCorruptError` before or at the end of the stream, it never ends well; a range is a range of the content.
 */
export interface BlobStore {
  /** Stores a stream. With `expected`, content of another digest is refused and not kept. Flat memory. */
  put(content: Readable | Uint8Array, expected?: string): Promise<BlobInfo>;
  /** Null when there is no such blob. */
  stat(sha256: string): Promise<BlobInfo | null>;
  /** @throws BlobMissingError, BlobCorruptError (whole reads only) */
  read(sha256: string, range?: ByteRange): Promise<Readable>;
  /** A file of this machine that holds the content, or null when the store has none (S3). Nobody may write to it. */
  localPath(sha256: string): string | null;
  delete(sha256: string): Promise<void>;
  /** Digests of all blobs that were there when it was called, in no order; what came later may be among them. */
  list(): AsyncIterable<string>;
}

export interface BlobInfo {
  sha256: string;
  sizeBytes: number;
}

/** `end` is the last byte, included. */
export interface ByteRange {
  start: number;
  end: number;
}

export class BlobMissingError extends Error {
  constructor(sha256: string) {
    super(`The content ${sha256} is not in the blob store. Restore it from a backup, or upload it again.`);
    this.name = 'BlobMissingError';
  }
}

export class BlobCorruptError extends Error {
  constructor(sha256: string) {
    super(
      `The stored bytes of ${sha256} no longer have that digest: the disk or someone changed them. Restore the blob from a backup.`,
    );
    this.name = 'BlobCorruptError';
  }
}

export class DigestMismatchError extends Error {
  constructor(expected: string, actual: string) {
    super(`The content has SHA-256 ${actual}, not ${expected}. It was changed on the way; send it again.`);
    this.name = 'DigestMismatchError';
  }
}
