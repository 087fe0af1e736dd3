import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../kit/digest.ts';
import { type Fault, makeBucket, stumblingServer, type TestBucket } from '../../testing/bucket.ts';
import { type BlobStore, keyOf } from './blob-store.ts';
import { blobStoreContract } from './blob-store-contract.ts';
import { streamOf } from './folder-blob-store.ts';
import { checkBucket, s3BlobStore } from './s3-blob-store.ts';

const gigabyte = 1024 ** 3;
const cacheFolder = () => mkdtemp(join(tmpdir(), 'plinth-cache-'));
const openStore = async (bucket: TestBucket, mostBytes = gigabyte) =>
  s3BlobStore(bucket.place, { folder: await cacheFolder(), mostBytes });
const keyIn = (bucket: TestBucket, digest: string): string => `${bucket.place.prefix}/${keyOf(digest)}`;

for (const prefix of ['some/prefix', '']) {
  blobStoreContract(`a bucket with the prefix "${prefix}"`, async () => {
    const bucket = await makeBucket(prefix);
    return {
      store: await openStore(bucket),
      async corrupt(digest) {
        const object = { Bucket: bucket.name, Key: prefix ? keyIn(bucket, digest) : keyOf(digest) };
        const { Body } = await bucket.client.send(new GetObjectCommand(object));
        const bytes = Buffer.from(await Body!.transformToByteArray());
        bytes[bytes.length >> 1]! ^= 1;
        await bucket.client.send(new PutObjectCommand({ ...object, Body: bytes }));
      },
    };
  });
}

describe('a bucket', () => {
  let bucket: TestBucket;
  let store: BlobStore;
  beforeAll(async () => {
    bucket = await makeBucket();
    store = await openStore(bucket);
  });

  const names = async (): Promise<string[]> => {
    const { Contents = [] } = await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.name }));
    return Contents.map(({ Key }) => Key!);
  };

  it('names contents as a folder does, so that the one can be copied to the other', async () => {
    const { sha256: digest } = await store.put(Buffer.from('as in a folder'));
    expect(await names()).toContain(`some/prefix/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`);
  });

  it('keeps nothing beside, whatever became of an upload', async () => {
    await store.put(streamOf(randomBytes(40_000_000)));
    await expect(store.put(streamOf(randomBytes(40_000_000)), sha256('another'))).rejects.toThrow(/changed on the way/);
    const upload = await store.uploads.begin();
    await store.uploads.put(upload, 1, streamOf('half'));
    await store.uploads.abort(upload);
    expect((await names()).filter((name) => name.includes('incoming'))).toEqual([]);
    const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }));
    expect(Uploads).toEqual([]);
  });

  it('lists page by page', async () => {
    const paged = await makeBucket('');
    const many = await openStore(paged);
    const put = new Set<string>();
    for (let round = 0; round < 21; round++)
      await Promise.all(Array.from({ length: 50 }, async () => put.add((await many.put(randomBytes(8))).sha256)));
    const listed: string[] = [];
    for await (const digest of many.list()) listed.push(digest);
    expect(listed.length).toBe(1_050);
    expect(new Set(listed)).toEqual(put);
  });

  it('gives addresses that anybody may read and put parts at for a while, and that fit nothing else', async () => {
    const { sha256: digest } = await store.put(Buffer.from('0123456789'));
    const url = (await store.signedUrl(digest, 60, 'a name.bin'))!;
    const whole = await fetch(url);
    expect(whole.headers.get('content-disposition')).toContain("filename*=UTF-8''a%20name.bin");
    expect(await whole.text()).toBe('0123456789');
    expect(await (await fetch(url, { headers: { range: 'bytes=2-4' } })).text()).toBe('234');
    expect((await fetch(url.replace(digest, sha256('other')))).status).toBeGreaterThanOrEqual(400);

    const parts = [randomBytes(5_300_000), randomBytes(100)];
    const upload = await store.uploads.begin();
    const tags = await Promise.all(
      parts.map(async (part, index) => {
        const address = (await store.uploads.signedUrl(upload, index + 1, 60))!;
        const answer = await fetch(address, { method: 'PUT', body: part });
        expect(answer.status).toBe(200);
        return { number: index + 1, tag: answer.headers.get('etag')! };
      }),
    );
    const content = Buffer.concat(parts);
    expect(await store.uploads.complete(upload, tags)).toEqual({ sha256: sha256(content), sizeBytes: content.length });
    // An answer that got lost on the way is asked for again.
    await store.delete(sha256(content));
  });

  it('completes an upload again when the answer of the first time got lost', async () => {
    const upload = await store.uploads.begin();
    const tag = await store.uploads.put(upload, 1, streamOf('completed twice'));
    const parts = [{ number: 1, tag }];
    const answers = [await store.uploads.complete(upload, parts)];
    await store.uploads.abort(upload);
    expect(answers[0]).toMatchObject({ sha256: sha256('completed twice') });
    await expect(store.uploads.complete(upload, parts)).rejects.toThrow(/Part 1 is not there/);
  });

  it('gives no addresses when people cannot reach it', async () => {
    const inside = await s3BlobStore({ ...bucket.place, publicEndpoint: 'none' }, { folder: await cacheFolder(), mostBytes: 1 });
    const { sha256: digest } = await inside.put(Buffer.from('inside'));
    expect(await inside.signedUrl(digest, 60, 'x')).toBeNull();
    expect(await inside.uploads.signedUrl(await inside.uploads.begin(), 1, 60)).toBeNull();
    const outside = await s3BlobStore(
      { ...bucket.place, publicEndpoint: 'https://files.example.org' },
      { folder: await cacheFolder(), mostBytes: 1 },
    );
    expect(await outside.signedUrl(digest, 60, 'x')).toMatch(/^https:\/\/files\.example\.org\/t-/);
  });

  it('is swept of what is older than a week only', async () => {
    const begun = { Bucket: bucket.name, Key: `${bucket.place.prefix}/incoming/fresh` };
    await bucket.client.send(new CreateMultipartUploadCommand(begun));
    await bucket.client.send(new PutObjectCommand({ ...begun, Key: `${begun.Key}-object`, Body: 'x' }));
    const before = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }));
    const dated = before.Uploads!.every(({ Initiated }) => Initiated!.getTime() > Date.now() - 3_600_000);
    await store.sweep();
    const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }));
    // A server that dates all uploads 2010 (moto) has none left.
    if (dated) expect(Uploads.map(({ Key }) => Key)).toContain(begun.Key);
    expect(await names()).toContain(`${begun.Key}-object`);
  });

  it('is told apart from one that cannot be used, in one sentence', async () => {
    expect(await checkBucket(bucket.place)).toEqual({ warning: null });
    expect((await names()).filter((name) => name.includes('check'))).toEqual([]);
    const { place } = bucket;
    await expect(checkBucket({ ...place, bucket: 'not-there' })).rejects.toThrow(
      /^Writing failed: .* has no bucket not-there\. Make it, or correct PLINTH_BLOBS\.$/,
    );
    for (const [status, words] of [
      [401, /does not know these credentials .* Check AWS_ACCESS_KEY_ID/],
      [403, /may not be used with these credentials .* Grant them reading, writing/],
      [301, /is not in the region us-east-1\. Set AWS_REGION/],
      [500, /answers 500/],
    ] as const) {
      const server = await stumblingServer(place.endpoint!, () => ({ status }));
      await expect(checkBucket({ ...place, endpoint: server.url })).rejects.toThrow(words);
      await server.close();
    }
    await expect(checkBucket({ ...place, endpoint: 'http://127.0.0.1:9' })).rejects.toThrow(
      /^Writing failed: http:\/\/127\.0\.0\.1:9 does not answer \(.*\)\. Check AWS_ENDPOINT_URL\.$/,
    );
  });
});

describe('a bucket that stumbles', () => {
  it('is asked again, in the middle of a content too', async () => {
    const bucket = await makeBucket();
    let faults: Fault[] = [];
    let downloads = 0;
    const server = await stumblingServer(bucket.env.AWS_ENDPOINT_URL!, (request) => {
      if (request.method === 'GET') downloads += 1;
      return faults.shift() ?? null;
    });
    const store = await s3BlobStore(
      { ...bucket.place, endpoint: server.url },
      { folder: await cacheFolder(), mostBytes: gigabyte },
    );
    const bytes = randomBytes(40_000_000);
    faults = [{ status: 503 }, null, { status: 500 }, { status: 503 }];
    const { sha256: digest } = await store.put(streamOf(bytes));
    expect(digest).toBe(sha256(bytes));
    faults = [{ status: 503 }, { cutAfterBytes: 10_000_000 }, { cutAfterBytes: 5_000_000 }, { status: 503 }];
    downloads = 0;
    expect(sha256(await buffer(await store.read(digest)))).toBe(digest);
    expect(downloads).toBe(5);
    faults = [{ cutAfterBytes: 1_000 }];
    expect(sha256(await buffer(await store.read(digest, { start: 5_000, end: 30_000_000 })))).toBe(
      sha256(bytes.subarray(5_000, 30_000_001)),
    );
    await server.close();
    await expect(store.read(digest)).rejects.toMatchObject({
      status: 503,
      detail: expect.stringMatching(/cannot be used just now/),
    });
    await expect(store.put(Buffer.from('x'))).rejects.toMatchObject({ status: 503 });
  }, 120_000);
});

describe('files of a bucket on this machine', () => {
  it('are fetched once, kept up to the bound, and never taken from who uses them', async () => {
    const bucket = await makeBucket();
    const folder = await cacheFolder();
    const store = await s3BlobStore(bucket.place, { folder, mostBytes: 2_500_000 });
    const contents = Array.from({ length: 4 }, () => randomBytes(1_000_000));
    const digests = await Promise.all(contents.map(async (bytes) => (await store.put(bytes)).sha256));
    const kept = async (): Promise<string[]> =>
      (await readdir(folder, { recursive: true })).filter((name) => /[0-9a-f]{64}$/.test(name)).map((name) => name.slice(-64));
    await store.withFile(digests[0]!, async (path) => {
      for (const digest of digests.slice(1)) await store.withFile(digest, async () => {});
      expect((await kept()).length).toBeLessThanOrEqual(2);
      expect(await kept()).not.toContain(digests[0]);
      expect(sha256(await readFile(path))).toBe(digests[0]);
    });
    expect(await readdir(join(folder, 'in-use'), { recursive: true })).toHaveLength(1);
    // What is bigger than the bound is fetched all the same.
    const huge = await store.put(randomBytes(3_000_000));
    expect(await store.withFile(huge.sha256, async (path) => (await stat(path)).size)).toBe(3_000_000);
  });

  it('are fetched anew when the copy broke', async () => {
    const bucket = await makeBucket();
    const folder = await cacheFolder();
    const store = await s3BlobStore(bucket.place, { folder, mostBytes: gigabyte });
    const { sha256: digest } = await store.put(Buffer.from('kept here'));
    await store.withFile(digest, async () => {});
    await writeFile(join(folder, keyOf(digest)), 'broken!!!');
    const { layOutBlob } = await import('./verifying.ts');
    const target = join(folder, 'target');
    await layOutBlob(store, digest, target, 0o644);
    expect(await readFile(target, 'utf8')).toBe('kept here');
  });

  it('are not served when the bucket has other bytes', async () => {
    const bucket = await makeBucket();
    const store = await openStore(bucket);
    const { sha256: digest } = await store.put(Readable.from(['right']));
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: keyIn(bucket, digest), Body: 'wrong' }));
    await expect(store.withFile(digest, (path) => readFile(path))).rejects.toThrow(/no longer have that digest/);
    await expect((async () => text(await store.read(digest)))()).rejects.toThrow(/no longer have that digest/);
  });
});
