import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const alignment = 4096;

/**
 * Writes a new file past the page cache where the file system can: a big content is then on the disk when its last block is, and pushes nothing
 * else out of memory. Blocks begin at a page, and all but the last are whole pages.
 */
export class FileWriter {
  private readonly path: string;
  private readonly direct: FileHandle | null;
  private plain: Promise<FileHandle> | null = null;

  private constructor(path: string, direct: FileHandle | null) {
    this.path = path;
    this.direct = direct;
  }

  static async create(path: string): Promise<FileWriter> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    const direct = await open(path, flags | (constants.O_DIRECT ?? 0), 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EINVAL') return null;
      throw error;
    });
    const writer = new FileWriter(path, direct);
    if (!direct) writer.plain = open(path, flags, 0o600);
    await writer.plain;
    return writer;
  }

  /** The first `length` bytes of the block; what is past them in its last page is written too and cut off at the end. */
  async write(block: Buffer, length: number, position: number): Promise<void> {
    if (this.direct && !this.plain) {
      const whole = Math.ceil(length / alignment) * alignment;
      try {
        await writeAll(this.direct, block, whole, position, alignment);
        return;
      } catch (error) {
        // It takes the flag and not the write (some network file systems).
        if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
      }
    }
    this.plain ??= open(this.path, constants.O_WRONLY);
    await writeAll(await this.plain, block, length, position, 1);
  }

  /** The file has that size and is on the disk. */
  async finish(sizeBytes: number): Promise<void> {
    const file = this.plain ? await this.plain : this.direct!;
    await file.truncate(sizeBytes);
    await file.sync();
    await this.close();
  }

  async close(): Promise<void> {
    await this.direct?.close().catch(() => {});
    await this.plain?.then((file) => file.close()).catch(() => {});
  }
}

async function writeAll(file: FileHandle, block: Buffer, length: number, position: number, step: number): Promise<void> {
  for (let done = 0; done < length; ) {
    const { bytesWritten } = await file.write(block, done, length - done, position + done);
    const counted = bytesWritten - (bytesWritten % step);
    if (counted === 0) throw Object.assign(new Error('the disk takes no more'), { code: 'ENOSPC' });
    done += counted;
  }
}
