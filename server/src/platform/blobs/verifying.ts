import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BlobCorruptError, type BlobStore } from './blob-store.ts';

/** Passes bytes on and fails when they were not the ones asked for. The last ones wait for that, so that nobody ever has all of a wrong content. */
export function verifying(sha256: string): Transform {
  const hash = createHash('sha256');
  let last: Buffer | null = null;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      const before = last;
      last = chunk;
      done(null, before);
    },
    flush(done) {
      if (hash.digest('hex') === sha256) done(null, last);
      else done(new BlobCorruptError(sha256));
    },
  });
}

/** Makes a file of a content, for those who may read it often; every byte is checked on the way. @throws BlobCorruptError */
export async function layOutBlob(store: BlobStore, sha256: string, target: string, mode: number): Promise<void> {
  await store.withFile(sha256, (path) =>
    pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), verifying(sha256), createWriteStream(target, { mode })),
  );
}
