import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { blobStoreContract } from './blob-store-contract.ts';
import { folderBlobStore, sweepIncoming } from './folder-blob-store.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'plinth-blobs-'));

blobStoreContract('a folder', async () => {
  const store = folderBlobStore(await makeFolder());
  return {
    store,
    async corrupt(sha256) {
      const path = store.localPath(sha256)!;
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
  const path = store.localPath(sha256)!;
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
  const path = store.localPath(sha256)!;
  await rm(path);
  await mkdir(path);
  await expect((async () => text(await store.read(sha256)))()).rejects.toThrow('EISDIR');
});

it('leaves nothing behind of a refused put', async () => {
  const folder = await makeFolder();
  await folderBlobStore(folder)
    .put(Buffer.from('x'), '0'.repeat(64))
    .catch(() => {});
  const left = await readdir(join(folder, 'incoming'), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
});

it('is swept of what dead processes were receiving, never of what a living one receives', async () => {
  const folder = await makeFolder();
  const store = folderBlobStore(folder);
  const slow = new PassThrough();
  const putting = store.put(slow);
  slow.write('half');
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
  await sweepIncoming(folder);
  expect((await readdir(join(folder, 'incoming'))).sort()).toEqual([name, elsewhere].sort());
  slow.end(' and half');
  const { sha256 } = await putting;
  expect(await store.stat(sha256)).toEqual({ sha256, sizeBytes: 13 });
});
