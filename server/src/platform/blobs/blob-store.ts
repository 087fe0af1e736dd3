import type { Readable, Writable } from 'node:stream';

/**
 * The port for file contents, addressed by their SHA-256.
 *
 * Rules, held by `blobStoreContract`: a blob is whole or absent, never partial, whatever dies in between; putting the same content twice
 * stores it once; an acknowledged put survives a crash; `read` and `open` of a blob whose stored bytes no longer have its digest fail with
 * `BlobCorruptError` before or at the end, they never end well; a range is a range of the content, and the only thing that is not checked.
 */
export interface BlobStore {
  /** Stores a stream. With `expected`, content of another digest is refused and not kept. Flat memory. */
  put(content: Readable | Uint8Array, expected?: string): Promise<BlobInfo>;
  /** Null when there is no such blob. */
  stat(sha256: string): Promise<BlobInfo | null>;
  /** @throws BlobMissingError, BlobCorruptError (whole reads only) */
  read(sha256: string, range?: ByteRange): Promise<Readable>;
  /** As `read`, for a content that goes out as it is: the fastest way from the store to a socket. */
  open(sha256: string, range?: ByteRange): Promise<OpenBlob>;
  /**
   * Gives the work a file of this machine that holds the content, which is there until the work has ended. Nobody may write to it. Its bytes may
   * have changed since they were stored: who needs to know reads them against the digest.
   */
  withFile<T>(sha256: string, work: (path: string) => Promise<T>): Promise<T>;
  delete(sha256: string): Promise<void>;
  /** Digests of all blobs that were there when it was called, in no order; what came later may be among them. */
  list(): AsyncIterable<string>;
  /** A URL at which anybody can read the content without us for that long; null when the store has none. */
  signedUrl(sha256: string, validSeconds: number, fileName: string): Promise<string | null>;
  readonly uploads: PartUploads;
  /** Removes what processes that are gone had half received, and uploads that nobody has ended for a week. */
  sweep(): Promise<void>;
}

/** A content on its way out. */
export interface OpenBlob {
  /** Of what is sent: the range, or all. */
  sizeBytes: number;
  /**
   * Writes it and ends the target. When it fails the target has got too little, and must not be taken for whole. The target must be done with the
   * bytes of a write when it calls back, as sockets and files are: no transform.
   */
  send(target: Writable): Promise<void>;
}

/**
 * Contents that come in numbered parts, each by a request of its own, in any order and at the same time, to any server of the store. Nothing is a
 * blob before `complete`. A part sent again takes the place of the one before; what counts is the tag that `complete` names.
 */
export interface PartUploads {
  /** @returns the store's name for it */
  begin(): Promise<string>;
  /** @returns a tag of what was received */
  put(upload: string, number: number, content: Readable): Promise<string>;
  /** A URL at which anybody can put that part without us for that long, which answers with its tag; null when the store has none. */
  signedUrl(upload: string, number: number, validSeconds: number): Promise<string | null>;
  /** The parts in that order are the content. What was received stays until `abort`, so it may be called again. @throws PartMissingError */
  complete(upload: string, parts: readonly UploadedPart[]): Promise<BlobInfo>;
  /** Forgets all that was received; a blob that it became stays. */
  abort(upload: string): Promise<void>;
}

export interface UploadedPart {
  number: number;
  tag: string;
}

/** More parts no store takes. */
export const mostParts = 10_000;

export interface BlobInfo {
  sha256: string;
  sizeBytes: number;
}

/** `end` is the last byte, included. */
export interface ByteRange {
  start: number;
  end: number;
}

export const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Where a blob lies under the root of any store: a folder can be copied to a bucket, and back. @throws BlobMissingError */
export function keyOf(sha256: string): string {
  if (!isDigest(sha256)) throw new BlobMissingError(sha256.slice(0, 80));
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
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

export class PartMissingError extends Error {
  constructor(number: number) {
    super(`Part ${number} is not there as its tag names it. Send it again, then complete the upload.`);
    this.name = 'PartMissingError';
  }
}
