import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../kit/digest.ts';
import { BlobMissingError, type BlobStore, DigestMismatchError } from './blob-store.ts';

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

    it('forgets a deleted blob', async () => {
      const { sha256: id } = await store.put(Buffer.from('to delete'));
      await store.delete(id);
      expect(await store.stat(id)).toBeNull();
      await store.delete(id);
    });
  });
}
