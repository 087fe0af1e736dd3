import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const alignment = 4096;

/**
 * Reads blocks of a file; past the page cache when that is asked for and the file system can, as is good for a big file that is read once: it costs less
 * and pushes nothing out of memory. Blocks of memory begin at a page and have room for whole pages.
 */
export class FileReader {
  private readonly path: string;
  private readonly direct: FileHandle | null;
  private plain: Promise<FileHandle> | null = null;

  private constructor(path: string, direct: FileHandle | null) {
    this.path = path;
    this.direct = direct;
  }

  /** @throws ENOENT */
  static async open(path: string, pastCache: boolean): Promise<FileReader> {
    const direct =
      pastCache && constants.O_DIRECT
        ? await open(path, constants.O_RDONLY | constants.O_DIRECT).catch((error: NodeJS.ErrnoException) => {
            if (error.code === 'EINVAL') return null;
            throw error;
          })
        : null;
    const reader = new FileReader(path, direct);
    if (!direct) await reader.plainFile();
    return reader;
  }

  /** All of `length` bytes at `position`. */
  async read(into: Buffer, length: number, position: number): Promise<void> {
    if (this.direct && !this.plain && position % alignment === 0) {
      try {
        // Whole pages; the last one ends where the file does.
        const wanted = Math.min(into.length, Math.ceil(length / alignment) * alignment);
        return await readAll(this.direct, into, wanted, length, position);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
      }
    }
    await readAll(await this.plainFile(), into, length, length, position);
  }

  async close(): Promise<void> {
    await this.direct?.close().catch(() => {});
    await this.plain?.then((file) => file.close()).catch(() => {});
  }

  private plainFile(): Promise<FileHandle> {
    this.plain ??= open(this.path, 'r');
    return this.plain;
  }
}

async function readAll(file: FileHandle, into: Buffer, wanted: number, needed: number, position: number): Promise<void> {
  for (let done = 0; done < needed; ) {
    const { bytesRead } = await file.read(into, done, wanted - done, position + done);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    done += bytesRead;
  }
}
