import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { keyOf } from './blob-store.ts';
import { blobStoreContract } from './blob-store-contract.ts';
import { folderBlobStore, streamOf } from './folder-blob-store.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'plinth-blobs-'));

blobStoreContract('a folder', async () => {
  const folder = await makeFolder();
  return {
    store: folderBlobStore(folder),
    async corrupt(sha256) {
      const path = join(folder, keyOf(sha256));
      const bytes = await readFile(path);
      bytes[bytes.length >> 1]! ^= 1;
      await chmod(path, 0o644);
      await writeFile(path, bytes);
    },
  };
});

it('keeps no file open for a reader that went away in the middle', async () => {
  const store = folderBlobStore(await makeFolder());
  const { sha256 } = await store.put(Buffer.alloc(8_000_000, 'x'));
  const path = await store.withFile(sha256, async (file) => file);
  const openOnes = async () => {
    const links = await Promise.all(
      (await readdir('/proc/self/fd')).map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
    );
    return links.filter((link) => link === path).length;
  };
  for (const range of [undefined, { start: 0, end: 7_000_000 }]) {
    const reading = await store.read(sha256, range);
    for await (const _part of reading) break;
    await expect.poll(openOnes).toBe(0);
    const untouched = await store.read(sha256, range);
    untouched.destroy();
    await expect.poll(openOnes).toBe(0);
  }
});

it('tells its reader of a disk that fails, and nobody else', async () => {
  const store = folderBlobStore(await makeFolder());
  const { sha256 } = await store.put(Buffer.from('on a broken disk'));
  const path = await store.withFile(sha256, async (file) => file);
  await rm(path);
  await mkdir(path);
  await expect((async () => text(await store.read(sha256)))()).rejects.toThrow('EISDIR');
});

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

it('leaves nothing behind of a refused put, small or big', async () => {
  const folder = await makeFolder();
  for (const bytes of [Buffer.from('x'), randomBytes(3_000_000)])
    await expect(folderBlobStore(folder).put(streamOf(bytes), '0'.repeat(64))).rejects.toThrow(/changed on the way/);
  expect(await filesIn(folder)).toEqual([]);
});

it('is swept of what dead processes were receiving, never of what a living one receives', async () => {
  const folder = await makeFolder();
  const store = folderBlobStore(folder);
  const slow = new PassThrough();
  const putting = store.put(slow);
  slow.write(Buffer.alloc(2_000_000, 1));
  const own = async () => (await readdir(join(folder, 'incoming')).catch(() => []))[0];
  await expect.poll(own).toBeDefined();
  const name = (await own())!;
  // The same number, given out again by the system: another process.
  const [host, pid, start, boot] = name.split('.');
  const dead = [host, pid, `${start}1`, boot].join('.');
  const elsewhere = ['another-host', pid, start, boot].join('.');
  for (const place of [dead, elsewhere]) {
    await mkdir(join(folder, 'incoming', place));
    await writeFile(join(folder, 'incoming', place, 'blob_x'), 'half');
  }
  await store.sweep();
  expect((await readdir(join(folder, 'incoming'))).sort()).toEqual([name, elsewhere].sort());
  slow.end(' and half');
  const { sha256 } = await putting;
  expect(await store.stat(sha256)).toEqual({ sha256, sizeBytes: 2_000_009 });
});

it('is swept of uploads that got no part for a week', async () => {
  const folder = await makeFolder();
  const store = folderBlobStore(folder);
  const [abandoned, current] = [await store.uploads.begin(), await store.uploads.begin()];
  await store.uploads.put(abandoned, 1, streamOf('half'));
  const then = new Date(Date.now() - 8 * 24 * 3600 * 1000);
  await utimes(join(folder, 'uploads', abandoned), then, then);
  await store.sweep();
  expect(await readdir(join(folder, 'uploads'))).toEqual([current]);
});
