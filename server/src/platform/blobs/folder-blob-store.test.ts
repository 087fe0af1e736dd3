import { chmod, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { blobStoreContract } from './blob-store-contract.ts';
import { folderBlobStore } from './folder-blob-store.ts';

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
  expect(await readdir(join(folder, 'incoming'))).toEqual([]);
});
