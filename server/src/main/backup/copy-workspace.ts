import { constants } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import type { Entry } from './archive.ts';
import type { Manifest } from './manifest.ts';

/**
 * The files of a workspace, in which somebody may be working: each file is taken as it is at its turn. What vanishes meanwhile is left out;
 * a file that shrinks while it is read is filled up with zeros, as any copy of a file in the writing may be.
 */
export async function* copyWorkspace(folder: string, under: string, links: Manifest['links']): AsyncGenerator<Entry> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifGone);
  for (const one of found ?? []) {
    const whole = join(one.parentPath, one.name);
    const path = `${under}/${relative(folder, whole)}`;
    if (one.isSymbolicLink()) {
      const target = await readlink(whole).catch(ifGone);
      if (target !== null) links.push({ path, target });
      continue;
    }
    // Sockets and pipes of a running session mean nothing elsewhere.
    if (!one.isFile() || !(await lstat(whole).catch(ifGone))?.isFile()) continue;
    // The session could put a link in the file's place, to what only the server may read.
    const file = await open(whole, constants.O_RDONLY | constants.O_NOFOLLOW).catch(ifGoneOrLink);
    if (!file) continue;
    try {
      const { size, mode } = await file.stat();
      yield { path, sizeBytes: size, mode: mode & 0o777, content: async () => Readable.from(exactly(file, size)) };
    } finally {
      await file.close();
    }
  }
}

async function* exactly(file: Awaited<ReturnType<typeof open>>, size: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < size; ) {
    const buffer = Buffer.alloc(Math.min(256 * 1024, size - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    position += bytesRead === 0 ? buffer.length : bytesRead;
    yield bytesRead === 0 ? buffer : buffer.subarray(0, bytesRead);
  }
}

function ifGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function ifGoneOrLink(error: NodeJS.ErrnoException): null {
  return error.code === 'ELOOP' ? null : ifGone(error);
}
