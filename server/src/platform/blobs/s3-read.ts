import { Readable } from 'node:stream';
import type { ByteRange } from './blob-store.ts';
import { giveBack, type Pieces } from './received.ts';
import { type Bucket, isMissing, outOfReach, statusOf } from './s3-client.ts';

/** How often a download that breaks off in the middle goes on from there. */
const mostResumes = 5;

export interface OpenObject {
  /** Of what comes: the range, or all. */
  sizeBytes: number;
  tag: string | undefined;
  /** Once, either of them. */
  stream(): Readable;
  pieces(): Pieces;
}

/** An object, once its first bytes are there. A connection that breaks is taken up again where it was, on the same object. Null when there is none. */
export async function openObject(bucket: Bucket, Key: string, range?: ByteRange): Promise<OpenObject | null> {
  const { client, sdk, place } = bucket;
  const get = (start: number, tag?: string) =>
    client.send(
      new sdk.GetObjectCommand({
        Bucket: place.bucket,
        Key,
        ...(start > 0 || range ? { Range: `bytes=${start}-${range?.end ?? ''}` } : {}),
        ...(tag === undefined ? {} : { IfMatch: tag }),
      }),
    );
  const begin = range?.start ?? 0;
  const first = await get(begin).catch((error: unknown) => {
    if (isMissing(error)) return null;
    // A range that begins behind the end, of which there is nothing.
    if (statusOf(error) === 416) return { ContentLength: 0, ETag: undefined, Body: Readable.from([]) };
    throw outOfReach(error, place);
  });
  if (!first) return null;
  const { ContentLength: sizeBytes = 0, ETag: tag } = first;

  async function* content(isOurs: boolean): AsyncGenerator<Buffer> {
    let body = first!.Body as Readable;
    let given = 0;
    for (let resumes = 0; ; resumes++) {
      try {
        for await (const chunk of body) {
          given += (chunk as Buffer).length;
          yield chunk as Buffer;
          if (isOurs) giveBack(chunk as Buffer);
        }
        if (given >= sizeBytes) return;
        throw new Error('the bucket ended its answer too early');
      } catch (error) {
        if (resumes === mostResumes) throw outOfReach(error, place);
      }
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** resumes));
      try {
        body = (await get(begin + given, tag)).Body as Readable;
      } catch (error) {
        throw outOfReach(error, place);
      }
    }
  }
  return {
    sizeBytes,
    tag,
    stream: () => Readable.from(content(false), { objectMode: false, highWaterMark: 1024 * 1024 }),
    pieces: () => content(true),
  };
}
