import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
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
