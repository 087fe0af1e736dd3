import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { newId } from '../../kit/ids.ts';
import type { S3Place } from '../config.ts';
import { BlobCorruptError, type BlobInfo, BlobMissingError, type BlobStore, type ByteRange, isDigest } from './blob-store.ts';
import { fileCache } from './file-cache.ts';
import { blockBytes, takeLane } from './lanes.ts';
import { ask, type Bucket, BucketError, describeFault, isTaken, nameOf, openBucket } from './s3-client.ts';
import { type OpenObject, openObject } from './s3-read.ts';
import { s3Uploads } from './s3-uploads.ts';
import { blobKey, incomingKey, putContent, sizeOf } from './s3-write.ts';
import { ended, PiecesReader, sendByLane } from './send-file.ts';
import { verifying } from './verifying.ts';

const abandonedMilliseconds = 7 * 24 * 3600 * 1000;

/**
 * Blobs as objects of a bucket, under the same names as in a folder, so that the one can be copied to the other. What is on its way lies under
 * `incoming/`. Who needs a file of this machine gets one from a cache.
 */
export async function s3BlobStore(place: S3Place, cache: { folder: string; mostBytes: number }): Promise<BlobStore> {
  const bucket = await openBucket(place);
  const { client, sdk } = bucket;
  const files = fileCache(cache.folder, cache.mostBytes);
  const signer = place.publicEndpoint === 'none' ? null : await signerFor(bucket);

  async function stat(sha256: string): Promise<BlobInfo | null> {
    if (!isDigest(sha256)) return null;
    const sizeBytes = await sizeOf(bucket, blobKey(bucket, sha256));
    return sizeBytes === null ? null : { sha256, sizeBytes };
  }

  async function openBlob(sha256: string, range?: ByteRange): Promise<OpenObject> {
    const found = await openObject(bucket, blobKey(bucket, sha256), range);
    if (!found) throw new BlobMissingError(sha256);
    return found;
  }

  async function read(sha256: string, range?: ByteRange): Promise<Readable> {
    const found = await openBlob(sha256, range);
    if (range) return found.stream();
    const checked = verifying(sha256);
    // A failure of either ends both; it is told to whoever reads.
    pipeline(found.stream(), checked).catch(() => {});
    return checked;
  }

  return {
    put: (content, expected) => putContent(bucket, content, expected),
    stat,
    read,
    async open(sha256, range) {
      const info = await stat(sha256);
      if (!info) throw new BlobMissingError(sha256.slice(0, 80));
      const sizeBytes = range ? Math.max(0, Math.min(range.end + 1, info.sizeBytes) - range.start) : info.sizeBytes;
      return {
        sizeBytes,
        async send(target) {
          if (sizeBytes <= blockBytes) return ended(target, await buffer(await read(sha256, range)));
          const lane = takeLane();
          if (!lane) return pipeline(await read(sha256, range), target);
          try {
            const found = await openBlob(sha256, range);
            const source = new PiecesReader(found.pieces());
            await sendByLane(lane, source, 0, found.sizeBytes, range ? null : sha256, target).finally(() => source.close());
          } finally {
            await lane.close();
          }
        },
      };
    },
    async withFile(sha256, work) {
      if (!isDigest(sha256)) throw new BlobMissingError(sha256.slice(0, 80));
      const once = () => files.withFile(sha256, async () => (await openBlob(sha256)).pieces(), work);
      try {
        return await once();
      } catch (error) {
        // The copy on this machine broke; the bucket still has it.
        if (!(error instanceof BlobCorruptError)) throw error;
        await files.forget(sha256);
        return once();
      }
    },
    async delete(sha256) {
      await ask(bucket, client.send(new sdk.DeleteObjectCommand({ Bucket: place.bucket, Key: blobKey(bucket, sha256) })));
      await files.forget(sha256);
    },
    async *list() {
      const Prefix = place.prefix ? `${place.prefix}/` : '';
      let ContinuationToken: string | undefined;
      do {
        const page: Awaited<ReturnType<typeof listPage>> = await listPage(Prefix, ContinuationToken);
        for (const { Key = '' } of page.Contents ?? []) {
          const found = /^[0-9a-f]{2}\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(Key.slice(Prefix.length));
          if (found) yield found[1]!;
        }
        ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (ContinuationToken);
    },
    async signedUrl(sha256, validSeconds, fileName) {
      if (!signer) return null;
      const Key = blobKey(bucket, sha256);
      const ResponseContentDisposition = `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
      const ResponseContentType = 'application/octet-stream';
      return signer(
        new sdk.GetObjectCommand({ Bucket: place.bucket, Key, ResponseContentDisposition, ResponseContentType }),
        validSeconds,
      );
    },
    uploads: s3Uploads(bucket, signer),
    async sweep() {
      await files.sweep();
      const before = Date.now() - abandonedMilliseconds;
      const incoming = incomingKey(bucket, '');
      const unfinished = await ask(
        bucket,
        client.send(
          new sdk.ListMultipartUploadsCommand({ Bucket: place.bucket, ...(place.prefix ? { Prefix: `${place.prefix}/` } : {}) }),
        ),
      );
      for (const { Key, UploadId, Initiated } of unfinished.Uploads ?? []) {
        if ((Initiated?.getTime() ?? before) < before)
          await client.send(new sdk.AbortMultipartUploadCommand({ Bucket: place.bucket, Key, UploadId })).catch(() => {});
      }
      for (const { Key, LastModified } of (await listPage(incoming)).Contents ?? []) {
        if ((LastModified?.getTime() ?? before) < before)
          await client.send(new sdk.DeleteObjectCommand({ Bucket: place.bucket, Key })).catch(() => {});
      }
    },
  };

  function listPage(Prefix: string, ContinuationToken?: string) {
    return ask(
      bucket,
      client.send(
        new sdk.ListObjectsV2Command({ Bucket: place.bucket, Prefix, ...(ContinuationToken ? { ContinuationToken } : {}) }),
      ),
    );
  }
}

export type Signer = (command: object, validSeconds: number) => Promise<string>;

/** Signs for the address at which people reach the bucket, which may be another than ours. */
async function signerFor({ sdk, client, place }: Bucket): Promise<Signer> {
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner').catch(() => {
    throw new BucketError('The package @aws-sdk/s3-request-presigner is not installed. Run npm ci with optional packages.');
  });
  const outside = place.publicEndpoint
    ? new sdk.S3Client({
        region: place.region,
        endpoint: place.publicEndpoint,
        credentials: client.config.credentials,
        forcePathStyle: place.pathStyle,
        requestChecksumCalculation: 'WHEN_REQUIRED',
      })
    : client;
  return (command, expiresIn) => getSignedUrl(outside as never, command as never, { expiresIn });
}

/**
 * Writes, reads and deletes in the bucket, in few seconds.
 *
 * @returns what it does not do that we would rather have
 * @throws BucketError with the one thing to mend
 */
export async function checkBucket(place: S3Place): Promise<{ warning: string | null }> {
  const bucket = await openBucket(place, { patient: false });
  const { client, sdk } = bucket;
  const Key = incomingKey(bucket, newId('check'));
  const object = { Bucket: place.bucket, Key };
  const step = async <T>(what: string, sent: Promise<T>): Promise<T> =>
    sent.catch((error: unknown) => {
      throw new BucketError(`${what} failed: ${describeFault(error, place)}`);
    });
  try {
    await step('Writing', client.send(new sdk.PutObjectCommand({ ...object, Body: 'plinth' })));
    const { Body } = await step('Reading', client.send(new sdk.GetObjectCommand(object)));
    if ((await Body!.transformToString()) !== 'plinth')
      throw new BucketError(`${nameOf(place)} gave back other bytes than were written. Do not use it.`);
    const conditional = await client.send(new sdk.PutObjectCommand({ ...object, Body: 'other', IfNoneMatch: '*' })).then(
      () => false,
      (error: unknown) => isTaken(error),
    );
    await step('Listing', client.send(new sdk.ListObjectsV2Command({ Bucket: place.bucket, Prefix: Key })));
    await step('Deleting', client.send(new sdk.DeleteObjectCommand(object)));
    return {
      warning: conditional
        ? null
        : 'it does not refuse a conditional write (If-None-Match), so the same content may be written twice, which harms nothing',
    };
  } finally {
    await client.send(new sdk.DeleteObjectCommand(object)).catch(() => {});
    client.destroy();
  }
}
