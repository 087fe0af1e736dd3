import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../kit/digest.ts';
import { BlobMissingError, type BlobStore, DigestMismatchError, PartMissingError } from './blob-store.ts';

/** More than any store holds in memory or sends in one piece. */
const big = 40 * 1024 * 1024 + 4_321;

/** In pieces as a socket gives them. */
const inPieces = (bytes: Uint8Array): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    })(),
    { objectMode: false },
  );

/** The rules of the port, for every implementation; `corrupt` changes stored bytes behind the store's back. */
export function blobStoreContract(
  name: string,
  make: () => Promise<{ store: BlobStore; corrupt(sha256: string): Promise<void> }>,
): void {
  describe(`${name} keeps the rules of a blob store`, () => {
    let store: BlobStore;
    let corrupt: (sha256: string) => Promise<void>;
    beforeAll(async () => {
      ({ store, corrupt } = await make());
    });

    it('lists what it has, each once', async () => {
      const put = [
        await store.put(Buffer.from('listed')),
        await store.put(Buffer.from('listed')),
        await store.put(Buffer.from('too')),
      ];
      const listed: string[] = [];
      for await (const digest of store.list()) listed.push(digest);
      for (const { sha256: digest } of put) expect(listed.filter((one) => one === digest)).toHaveLength(1);
    });

    it('gives back what was put, addressed by its digest', async () => {
      const info = await store.put(Buffer.from('one'));
      expect(info).toEqual({ sha256: sha256('one'), sizeBytes: 3 });
      expect(await text(await store.read(info.sha256))).toBe('one');
      expect(await store.stat(info.sha256)).toEqual(info);
    });

    it('stores the same content once, also when ten put it at the same time', async () => {
      const infos = await Promise.all(Array.from({ length: 10 }, () => store.put(Readable.from(['sa', 'me']))));
      expect(new Set(infos.map((info) => info.sha256))).toEqual(new Set([sha256('same')]));
      expect(await text(await store.read(sha256('same')))).toBe('same');
    });

    it('takes an empty blob', async () => {
      const info = await store.put(Buffer.alloc(0));
      expect(info.sizeBytes).toBe(0);
      expect(await text(await store.read(info.sha256))).toBe('');
    });

    it('refuses content of another digest than expected, and keeps nothing of it', async () => {
      await expect(store.put(Buffer.from('changed'), sha256('sent'))).rejects.toThrow(DigestMismatchError);
      expect(await store.stat(sha256('changed'))).toBeNull();
      expect(await store.stat(sha256('sent'))).toBeNull();
    });

    it('shows nothing of a stream that broke', async () => {
      const broken = Readable.from(
        (async function* () {
          yield 'first half';
          throw new Error('connection lost');
        })(),
      );
      await expect(store.put(broken)).rejects.toThrow('connection lost');
      expect(await store.stat(sha256('first half'))).toBeNull();
    });

    it('reads ranges of the content', async () => {
      const { sha256: id } = await store.put(Buffer.from('0123456789'));
      expect(await text(await store.read(id, { start: 2, end: 4 }))).toBe('234');
      expect(await text(await store.read(id, { start: 9, end: 9 }))).toBe('9');
    });

    it('says which blob is missing', async () => {
      await expect(store.read(sha256('never put'))).rejects.toThrow(BlobMissingError);
      await expect(store.read('../../etc/passwd')).rejects.toThrow(BlobMissingError);
      expect(await store.stat('../../etc/passwd')).toBeNull();
    });

    it('never ends a whole read well when one stored byte changed', async () => {
      const { sha256: id } = await store.put(Buffer.from('a'.repeat(100_000)));
      await corrupt(id);
      await expect((async () => text(await store.read(id)))()).rejects.toThrow(/no longer have that digest/);
    });

    it('takes a big content whole, and gives it, a range of it and nothing behind its end', async () => {
      const bytes = randomBytes(big);
      const digest = sha256(bytes);
      expect(await store.put(inPieces(bytes))).toEqual({ sha256: digest, sizeBytes: big });
      expect(await store.put(inPieces(bytes), digest)).toEqual({ sha256: digest, sizeBytes: big });
      expect(sha256(await buffer(await store.read(digest)))).toBe(digest);
      const range = { start: big - 20_000_000, end: big - 5 };
      for (const read of [await buffer(await store.read(digest, range)), await sent(store, digest, range)])
        expect(sha256(read)).toBe(sha256(bytes.subarray(range.start, range.end + 1)));
      expect(sha256(await sent(store, digest))).toBe(digest);
      expect((await store.open(digest)).sizeBytes).toBe(big);
    });

    it('takes a big content at the place that was named for it, or refuses it whole', async () => {
      const bytes = randomBytes(big);
      await expect(store.put(inPieces(bytes), sha256('another'))).rejects.toThrow(DigestMismatchError);
      expect(await store.stat(sha256(bytes))).toBeNull();
      expect(await store.stat(sha256('another'))).toBeNull();
      expect(await store.put(inPieces(bytes), sha256(bytes))).toEqual({ sha256: sha256(bytes), sizeBytes: big });
      expect(sha256(await buffer(await store.read(sha256(bytes))))).toBe(sha256(bytes));
    });

    it('shows nothing of a big stream that broke, and goes on', async () => {
      const bytes = randomBytes(big);
      const broken = Readable.from(
        (async function* () {
          yield* inPieces(bytes);
          throw new Error('connection lost');
        })(),
      );
      await expect(store.put(broken)).rejects.toThrow('connection lost');
      expect(await store.stat(sha256(bytes))).toBeNull();
      const infos = await Promise.all(Array.from({ length: 3 }, () => store.put(inPieces(bytes))));
      for (const info of infos) expect(info).toEqual({ sha256: sha256(bytes), sizeBytes: big });
    });

    it('sends to many at once, and to others when some go away in the middle', async () => {
      const bytes = randomBytes(6_000_000);
      const { sha256: digest } = await store.put(inPieces(bytes));
      const leave = async () => {
        const gone = new Writable({
          write(_chunk, _encoding, done) {
            this.destroy();
            done();
          },
        });
        await expect((await store.open(digest)).send(gone)).rejects.toThrow();
      };
      const stay = async () => expect(sha256(await sent(store, digest))).toBe(digest);
      await Promise.all(Array.from({ length: 24 }, (_, index) => (index % 2 ? leave() : stay())));
      await stay();
    });

    it('never sends a whole content well when one stored byte changed, small or big', async () => {
      for (const size of [100, 5_000_000]) {
        const { sha256: digest } = await store.put(inPieces(randomBytes(size)));
        await corrupt(digest);
        const taken: Buffer[] = [];
        const target = new Writable({
          write(chunk, _encoding, done) {
            taken.push(Buffer.from(chunk));
            done();
          },
        });
        await expect((await store.open(digest)).send(target)).rejects.toThrow(/no longer have that digest/);
        expect(target.writableFinished).toBe(false);
        expect(Buffer.concat(taken).length).toBeLessThan(size);
      }
    });

    it('gives a file of this machine for as long as the work lasts', async () => {
      const bytes = randomBytes(3_000_000);
      const { sha256: digest } = await store.put(inPieces(bytes));
      const read = await store.withFile(digest, async (path) => {
        await expect(writeFile(`${path}/x`, '')).rejects.toThrow();
        return readFile(path);
      });
      expect(sha256(read)).toBe(digest);
      expect(sha256(await store.withFile(digest, readFile))).toBe(digest);
      await expect(store.withFile(sha256('never put'), readFile)).rejects.toThrow(BlobMissingError);
      await expect(store.open(sha256('never put'))).rejects.toThrow(BlobMissingError);
      await expect(store.withFile('../../etc/passwd', readFile)).rejects.toThrow(BlobMissingError);
    });

    describe('uploads in parts', () => {
      const parts = [randomBytes(6_000_000), randomBytes(6_000_000), randomBytes(1_234)];
      const whole = Buffer.concat(parts);

      it('become the content of the parts that are named, in their order, whenever they came', async () => {
        const upload = await store.uploads.begin();
        await store.uploads.put(upload, 2, inPieces(randomBytes(5_500_000)));
        const tags = await Promise.all([2, 1, 0].map((index) => store.uploads.put(upload, index + 1, inPieces(parts[index]!))));
        expect(await store.stat(sha256(whole))).toBeNull();
        const named = tags.reverse().map((tag, index) => ({ number: index + 1, tag }));
        expect(await store.uploads.complete(upload, named)).toEqual({ sha256: sha256(whole), sizeBytes: whole.length });
        await store.uploads.abort(upload);
        expect(sha256(await buffer(await store.read(sha256(whole))))).toBe(sha256(whole));
      });

      it('are refused when a part is not as its tag says, or was aborted', async () => {
        const upload = await store.uploads.begin();
        const tag = await store.uploads.put(upload, 1, inPieces(parts[0]!));
        const other = await store.uploads.put(upload, 1, inPieces(parts[1]!));
        const complete = (named: string, number = 1) => store.uploads.complete(upload, [{ number, tag: named }]);
        await expect(complete(other, 2)).rejects.toThrow(PartMissingError);
        await expect(complete('../../../etc/passwd')).rejects.toThrow(PartMissingError);
        await store.uploads.abort(upload);
        await expect(complete(tag)).rejects.toThrow(PartMissingError);
        await expect(store.uploads.put(upload, 1, inPieces(parts[0]!))).rejects.toThrow(PartMissingError);
        await store.uploads.abort(upload);
      });
    });

    it('forgets a deleted blob', async () => {
      const { sha256: id } = await store.put(Buffer.from('to delete'));
      await store.delete(id);
      expect(await store.stat(id)).toBeNull();
      await store.delete(id);
    });
  });
}

/** All that `send` writes, taken as a socket does: each piece is copied before its write is called done. */
async function sent(store: BlobStore, digest: string, range?: { start: number; end: number }): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const target = new Writable({
    write(chunk, _encoding, done) {
      setImmediate(() => {
        pieces.push(Buffer.from(chunk));
        done();
      });
    },
  });
  await (await store.open(digest, range)).send(target);
  return Buffer.concat(pieces);
}
