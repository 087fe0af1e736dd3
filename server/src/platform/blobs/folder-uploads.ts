import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { newId } from '../../kit/ids.ts';
import { type BlobInfo, PartMissingError, type PartUploads, type UploadedPart } from './blob-store.ts';
import { pieces } from './received.ts';

const abandonedMilliseconds = 7 * 24 * 3600 * 1000;

/**
 * Parts as files `<upload>/<number>-<tag>`, a new one for each time that a part is sent. They are not synced: the tag holds size and checksum, so that
 * what a crash of the machine left is found out when the parts become a blob, which is synced.
 */
export function folderUploads(folder: string, put: (content: Readable) => Promise<BlobInfo>): PartUploads {
  const placeOf = (upload: string): string => {
    if (!/^mpu_[0-9a-z]{26}$/.test(upload)) throw new Error(`"${upload}" is no upload of this store`);
    return join(folder, upload);
  };

  async function* contentOf(place: string, parts: readonly UploadedPart[]): AsyncGenerator<Buffer> {
    for (const { number, tag } of parts) {
      const [size, checksum] = tag.split('-');
      const path = join(place, `${number}-${tag}`);
      const found = isTag(tag) ? await stat(path).catch(() => null) : null;
      if (found?.size !== Number(size)) throw new PartMissingError(number);
      let sum = 0;
      for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
        sum = crc32(chunk as Buffer, sum);
        yield chunk as Buffer;
      }
      if (sum.toString(16) !== checksum) throw new PartMissingError(number);
    }
  }

  return {
    async begin() {
      const upload = newId('mpu');
      await mkdir(placeOf(upload), { recursive: true });
      return upload;
    },
    async put(upload, number, content) {
      const temporary = join(placeOf(upload), newId('part'));
      const file = await open(temporary, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? new PartMissingError(number) : error;
      });
      try {
        let size = 0;
        let sum = 0;
        for await (const bytes of pieces(content)) {
          sum = crc32(bytes, sum);
          size += bytes.byteLength;
          await file.writeFile(bytes);
        }
        await file.close();
        const tag = `${size}-${sum.toString(16)}-${randomBytes(6).toString('hex')}`;
        await rename(temporary, join(placeOf(upload), `${number}-${tag}`));
        return tag;
      } catch (error) {
        await file.close().catch(() => {});
        await rm(temporary, { force: true });
        throw error;
      }
    },
    signedUrl: async () => null,
    async complete(upload, parts) {
      return put(Readable.from(contentOf(placeOf(upload), parts), { objectMode: false }));
    },
    async abort(upload) {
      await rm(placeOf(upload), { recursive: true, force: true });
    },
  };
}

const isTag = (tag: string): boolean => /^\d{1,15}-[0-9a-f]{1,8}-[0-9a-f]{12}$/.test(tag);

export async function sweepUploads(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    // It changes with each part that comes.
    const changed = (await stat(path).catch(() => null))?.mtimeMs ?? Date.now();
    if (Date.now() - changed > abandonedMilliseconds) await rm(path, { recursive: true, force: true });
  }
}
