import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { newId } from '../../kit/ids.ts';
import { type BlobInfo, DigestMismatchError, keyOf, mostParts } from './blob-store.ts';
import { pieces } from './received.ts';
import { ask, type Bucket, isMissing, isTaken, outOfReach } from './s3-client.ts';

/** As much as is held in memory of one content: the part that fills and those on their way. */
const smallPartBytes = 16 * 1024 * 1024;
const partsAtOnce = 3;
/** Beyond this many parts they grow, so that the most that a store takes (10,000) hold 700 GB. */
const smallParts = 5_000;
const bigPartBytes = 128 * 1024 * 1024;
/** What one request may copy within a store. */
const copyBytes = 5 * 1024 ** 3;

export const partSize = (number: number): number => (number <= smallParts ? smallPartBytes : bigPartBytes);
export const blobKey = ({ place }: Bucket, sha256: string): string => keyUnder(place.prefix, keyOf(sha256));
export const incomingKey = ({ place }: Bucket, name: string): string => keyUnder(place.prefix, `incoming/${name}`);
const keyUnder = (prefix: string, key: string): string => (prefix ? `${prefix}/${key}` : key);

/**
 * Stores a stream under its digest. A small one goes in one request that is signed over its bytes. A bigger one goes up in parts, to the place
 * of its digest when that is known beforehand, else beside, from where the store copies it: it is there whole or not at all.
 */
export async function putContent(bucket: Bucket, content: Readable | Uint8Array, expected?: string): Promise<BlobInfo> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let part = Buffer.alloc(0);
  let filled = 0;
  let upload: PartsOfKey | null = null;
  const key = expected === undefined ? incomingKey(bucket, newId('blob')) : blobKey(bucket, expected);
  try {
    for await (const bytes of content instanceof Uint8Array ? [content] : pieces(content)) {
      hash.update(bytes);
      sizeBytes += bytes.byteLength;
      for (let taken = 0; taken < bytes.byteLength; ) {
        if (filled === part.length) part = upload ? Buffer.allocUnsafeSlow(partSize(upload.next)) : moreRoom(part);
        const piece = bytes.subarray(taken, taken + part.length - filled);
        part.set(piece, filled);
        filled += piece.byteLength;
        taken += piece.byteLength;
        if (filled < partSize(upload?.next ?? 1)) continue;
        upload ??= await PartsOfKey.begin(bucket, key);
        part = await upload.add(part);
        filled = 0;
      }
    }
    const sha256 = hash.digest('hex');
    if (expected !== undefined && expected !== sha256) throw new DigestMismatchError(expected, sha256);
    const info = { sha256, sizeBytes };
    const last = part.subarray(0, filled);
    if (!upload) {
      await putWhole(bucket, info, last);
      return info;
    }
    if (filled > 0) await upload.add(last);
    const tag = await upload.complete();
    if (expected === undefined) await moveToDigest(bucket, key, tag, info);
    return info;
  } catch (error) {
    await upload?.abort();
    throw error;
  }
}

/** Most contents are small: room grows fourfold until it is that of a part. */
function moreRoom(part: Buffer): Buffer<ArrayBuffer> {
  const room = Buffer.allocUnsafeSlow(Math.min(partSize(1), Math.max(64 * 1024, part.length * 4)));
  room.set(part);
  return room;
}

/** One request, refused by the store when the key is there: then the content is, unless something broke it. */
async function putWhole(bucket: Bucket, info: BlobInfo, body: Uint8Array): Promise<void> {
  const { client, sdk, place } = bucket;
  const Key = blobKey(bucket, info.sha256);
  const put = (condition: { IfNoneMatch?: string }) =>
    client.send(
      new sdk.PutObjectCommand({
        Bucket: place.bucket,
        Key,
        Body: body,
        ContentLength: body.byteLength,
        ChecksumSHA256: Buffer.from(info.sha256, 'hex').toString('base64'),
        ...condition,
      }),
    );
  try {
    await put({ IfNoneMatch: '*' });
  } catch (error) {
    if (!isTaken(error)) throw outOfReach(error, place);
    if ((await sizeOf(bucket, Key)) !== info.sizeBytes) await put({}).catch((fault) => Promise.reject(outOfReach(fault, place)));
  }
}

/** Null when there is nothing. */
export async function sizeOf({ client, sdk, place }: Bucket, Key: string): Promise<number | null> {
  try {
    const { ContentLength = 0 } = await client.send(new sdk.HeadObjectCommand({ Bucket: place.bucket, Key }));
    return ContentLength;
  } catch (error) {
    if (isMissing(error)) return null;
    throw outOfReach(error, place);
  }
}

/** Has the store copy an object whose bytes were seen to have the digest, and removes it. `tag` keeps another object from being copied. */
export async function moveToDigest(bucket: Bucket, from: string, tag: string | undefined, info: BlobInfo): Promise<void> {
  const { client, sdk, place } = bucket;
  const to = {
    Bucket: place.bucket,
    Key: blobKey(bucket, info.sha256),
    CopySource: `${place.bucket}/${from.split('/').map(encodeURIComponent).join('/')}`,
    ...(tag === undefined ? {} : { CopySourceIfMatch: tag }),
  };
  if ((await sizeOf(bucket, to.Key)) !== info.sizeBytes) {
    if (info.sizeBytes <= copyBytes) await ask(bucket, client.send(new sdk.CopyObjectCommand(to)));
    else await copyInParts(bucket, to, info.sizeBytes);
  }
  await client.send(new sdk.DeleteObjectCommand({ Bucket: place.bucket, Key: from })).catch(() => {});
}

async function copyInParts(
  bucket: Bucket,
  to: { Bucket: string; Key: string; CopySource: string; CopySourceIfMatch?: string },
  sizeBytes: number,
): Promise<void> {
  const { client, sdk } = bucket;
  const { UploadId } = await ask(bucket, client.send(new sdk.CreateMultipartUploadCommand({ Bucket: to.Bucket, Key: to.Key })));
  const upload = { Bucket: to.Bucket, Key: to.Key, UploadId };
  try {
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let start = 0; start < sizeBytes; start += copyBytes) {
      const PartNumber = Parts.length + 1;
      const CopySourceRange = `bytes=${start}-${Math.min(start + copyBytes, sizeBytes) - 1}`;
      const copied = await client.send(new sdk.UploadPartCopyCommand({ ...to, UploadId, PartNumber, CopySourceRange }));
      Parts.push({ PartNumber, ETag: copied.CopyPartResult?.ETag });
    }
    await client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  } catch (error) {
    await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => {});
    throw outOfReach(error, bucket.place);
  }
}

/** An object that comes in parts; the next one is taken while some are on their way. */
class PartsOfKey {
  next = 1;
  private readonly bucket: Bucket;
  private readonly key: string;
  private readonly id: string;
  private readonly tags: { PartNumber: number; ETag: string | undefined }[] = [];
  private readonly sending = new Set<Promise<void>>();
  private readonly spare: Buffer<ArrayBuffer>[] = [];
  private failure: unknown = null;

  private constructor(bucket: Bucket, key: string, id: string) {
    this.bucket = bucket;
    this.key = key;
    this.id = id;
  }

  static async begin(bucket: Bucket, key: string): Promise<PartsOfKey> {
    const { client, sdk, place } = bucket;
    const begun = client.send(new sdk.CreateMultipartUploadCommand({ Bucket: place.bucket, Key: key }));
    return new PartsOfKey(bucket, key, (await ask(bucket, begun)).UploadId!);
  }

  /** @returns room for the next part, or none: what was sent is filled again, for the collector hates big pieces that come and go. */
  async add(body: Buffer<ArrayBuffer>): Promise<Buffer<ArrayBuffer>> {
    if (this.next > mostParts)
      throw new Error('The content is larger than the 700 GB that a bucket takes of one file. Split it.');
    const { client, sdk, place } = this.bucket;
    const PartNumber = this.next++;
    const sent = client
      .send(new sdk.UploadPartCommand({ Bucket: place.bucket, Key: this.key, UploadId: this.id, PartNumber, Body: body }))
      .then(({ ETag }) => void this.tags.push({ PartNumber, ETag }))
      .catch((error: unknown) => {
        this.failure ??= error;
      })
      .finally(() => {
        this.spare.push(body);
        this.sending.delete(sent);
      });
    this.sending.add(sent);
    while (this.sending.size >= partsAtOnce) await Promise.race(this.sending);
    if (this.failure) throw outOfReach(this.failure, place);
    const room = this.spare.pop();
    return room?.length === partSize(this.next) ? room : Buffer.alloc(0);
  }

  /** @returns the tag of the whole */
  async complete(): Promise<string | undefined> {
    const { client, sdk, place } = this.bucket;
    await Promise.all(this.sending);
    try {
      if (this.failure) throw this.failure;
      const Parts = this.tags.sort((a, b) => a.PartNumber - b.PartNumber);
      const { ETag } = await client.send(
        new sdk.CompleteMultipartUploadCommand({
          Bucket: place.bucket,
          Key: this.key,
          UploadId: this.id,
          MultipartUpload: { Parts },
        }),
      );
      return ETag;
    } catch (error) {
      throw outOfReach(error, place);
    }
  }

  async abort(): Promise<void> {
    const { client, sdk, place } = this.bucket;
    await Promise.all(this.sending);
    const name = { Bucket: place.bucket, Key: this.key, UploadId: this.id };
    await client.send(new sdk.AbortMultipartUploadCommand(name)).catch(() => {});
  }
}
