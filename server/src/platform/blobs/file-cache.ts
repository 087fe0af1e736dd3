import { chmod, link, mkdir, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '../../kit/ids.ts';
import { BlobCorruptError, keyOf } from './blob-store.ts';
import { ownName, removeAbandoned } from './own-folder.ts';
import { receiveFile } from './receive-file.ts';
import type { Pieces } from './received.ts';

export interface FileCache {
  /**
   * Gives the work a file with the content, fetched when it is not there. Its name is of this use alone, so nothing that makes room for others can
   * take it away meanwhile.
   */
  withFile<T>(sha256: string, fetch: () => Promise<Pieces>, work: (path: string) => Promise<T>): Promise<T>;
  forget(sha256: string): Promise<void>;
  sweep(): Promise<void>;
}

/**
 * Contents of a store elsewhere, kept as files of this machine: at most `mostBytes`, the least recently used go first. Processes of one home may share
 * it. What is in use counts until its use ends, even when it no longer fits.
 */
export function fileCache(folder: string, mostBytes: number): FileCache {
  const used = join(folder, 'in-use', ownName());
  const incoming = join(folder, 'incoming', ownName());
  const pathOf = (sha256: string): string => join(folder, keyOf(sha256));
  const fetching = new Map<string, Promise<void>>();
  let keptBytes: number | null = null;

  async function fetchFile(sha256: string, fetch: () => Promise<Pieces>): Promise<void> {
    const temporary = join(incoming, newId('blob'));
    await mkdir(dirname(temporary), { recursive: true });
    try {
      const { sha256: actual, sizeBytes: size } = await receiveFile(await fetch(), temporary);
      if (actual !== sha256) throw new BlobCorruptError(sha256);
      await chmod(temporary, 0o400);
      const path = pathOf(sha256);
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
      keptBytes = (keptBytes ?? (await measure())) + size;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** A name of its own for this use; null when the content is not there. */
  async function pin(sha256: string): Promise<string | null> {
    const name = join(used, newId('use'));
    await mkdir(used, { recursive: true });
    try {
      await link(pathOf(sha256), name);
      const now = new Date();
      await utimes(name, now, now);
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async function files(): Promise<{ path: string; size: number; usedAt: number }[]> {
    const found: { path: string; size: number; usedAt: number }[] = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
      if (!entry.isFile() || !/^[0-9a-f]{64}$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const facts = await stat(path).catch(() => null);
      if (facts) found.push({ path, size: facts.size, usedAt: facts.mtimeMs });
    }
    return found;
  }

  const measure = async (): Promise<number> => (await files()).reduce((sum, { size }) => sum + size, 0);

  /** Down to nine tenths, so that not every new content has to make room. */
  async function makeRoom(): Promise<void> {
    if (keptBytes === null || keptBytes <= mostBytes) return;
    const all = (await files()).sort((a, b) => a.usedAt - b.usedAt);
    let sum = all.reduce((bytes, { size }) => bytes + size, 0);
    for (const { path, size } of all) {
      if (sum <= mostBytes * 0.9) break;
      await unlink(path).catch(() => {});
      sum -= size;
    }
    keptBytes = sum;
  }

  return {
    async withFile(sha256, fetch, work) {
      let path = await pin(sha256);
      while (path === null) {
        let fetched = fetching.get(sha256);
        if (!fetched) {
          fetched = fetchFile(sha256, fetch).finally(() => fetching.delete(sha256));
          fetching.set(sha256, fetched);
        }
        await fetched;
        path = await pin(sha256);
        await makeRoom();
      }
      try {
        return await work(path);
      } finally {
        await unlink(path).catch(() => {});
      }
    },
    async forget(sha256) {
      await rm(pathOf(sha256), { force: true });
      keptBytes = null;
    },
    async sweep() {
      await removeAbandoned(join(folder, 'in-use'));
      await removeAbandoned(join(folder, 'incoming'));
      keptBytes = await measure();
      await makeRoom();
    },
  };
}
