import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { newId } from '../../kit/ids.ts';
import { PartMissingError, type PartUploads } from './blob-store.ts';
import type { Signer } from './s3-blob-store.ts';
import { ask, type Bucket, isMissing, outOfReach } from './s3-client.ts';
import { openObject } from './s3-read.ts';
import { incomingKey, moveToDigest } from './s3-write.ts';

/** A part up to this size is sent from memory, a bigger one from a file. */
const heldBytes = 16 * 1024 * 1024;
const mostAttempts = 4;

/**
 * Parts by the bucket's own multipart upload, to a place beside. When it is whole it is read once for its digest, and the bucket copies it to its
 * place, if it is still the one that was read.
 */
export function s3Uploads(bucket: Bucket, signer: Signer | null): PartUploads {
  const { client, sdk, place } = bucket;
  const nameOfUpload = (upload: string): { Bucket: string; Key: string; UploadId: string } => {
    const at = upload.indexOf(':');
    return { Bucket: place.bucket, Key: incomingKey(bucket, upload.slice(0, at)), UploadId: upload.slice(at + 1) };
  };

  async function sendPart(name: ReturnType<typeof nameOfUpload>, PartNumber: number, path: string): Promise<string> {
    const ContentLength = (await stat(path)).size;
    for (let attempt = 1; ; attempt++) {
      const Body = ContentLength <= heldBytes ? await readFile(path) : createReadStream(path);
      try {
        const part = new sdk.UploadPartCommand({ ...name, PartNumber, ContentLength, Body });
        return (await client.send(part)).ETag!;
      } catch (error) {
        if (isMissing(error) || (await isGone(name))) throw new PartMissingError(PartNumber);
        // The SDK itself sends again what is in memory.
        if (ContentLength <= heldBytes || attempt === mostAttempts) throw outOfReach(error, place);
      }
    }
  }

  /** A server may hang up on a part of an upload that it does not know before it has said so. */
  const isGone = (name: ReturnType<typeof nameOfUpload>): Promise<boolean> =>
    client.send(new sdk.ListPartsCommand({ ...name, MaxParts: 1 })).then(() => false, isMissing);

  return {
    async begin() {
      const name = newId('mpu');
      const Key = incomingKey(bucket, name);
      const { UploadId } = await ask(bucket, client.send(new sdk.CreateMultipartUploadCommand({ Bucket: place.bucket, Key })));
      return `${name}:${UploadId}`;
    },
    async put(upload, PartNumber, content) {
      // A part may have gigabytes, and must be sent again when the bucket stumbles.
      const folder = await mkdtemp(join(tmpdir(), 'plinth-part-'));
      const path = join(folder, 'part');
      try {
        await pipeline(content, createWriteStream(path));
        return await sendPart(nameOfUpload(upload), PartNumber, path);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async signedUrl(upload, PartNumber, validSeconds) {
      return signer ? signer(new sdk.UploadPartCommand({ ...nameOfUpload(upload), PartNumber }), validSeconds) : null;
    },
    async complete(upload, parts) {
      const name = nameOfUpload(upload);
      const Parts = parts.map(({ number, tag }) => ({ PartNumber: number, ETag: tag }));
      try {
        await client.send(new sdk.CompleteMultipartUploadCommand({ ...name, MultipartUpload: { Parts } }));
      } catch (error) {
        if ((error as Error).name === 'InvalidPart') throw new PartMissingError(missingPart(error, parts));
        // It may have been completed by a call whose answer got lost; then the object is there.
        if (!isMissing(error) && !(await isGone(name))) throw outOfReach(error, place);
      }
      const whole = await openObject(bucket, name.Key);
      if (!whole) throw new PartMissingError(parts[0]?.number ?? 1);
      const hash = createHash('sha256');
      let sizeBytes = 0;
      for await (const bytes of whole.pieces()) {
        hash.update(bytes);
        sizeBytes += bytes.byteLength;
      }
      const info = { sha256: hash.digest('hex'), sizeBytes };
      await moveToDigest(bucket, name.Key, whole.tag, info);
      return info;
    },
    async abort(upload) {
      const name = nameOfUpload(upload);
      await client.send(new sdk.AbortMultipartUploadCommand(name)).catch(() => {});
      await client.send(new sdk.DeleteObjectCommand({ Bucket: name.Bucket, Key: name.Key })).catch(() => {});
    },
  };
}

const missingPart = (error: unknown, parts: readonly { number: number }[]): number =>
  Number((error as { PartNumber?: string }).PartNumber) || (parts[0]?.number ?? 1);
