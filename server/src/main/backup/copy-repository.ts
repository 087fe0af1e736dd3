import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Entry } from './archive.ts';

const roundsAtMost = 20;

/**
 * The files of a bare repository that may be pushed to meanwhile: what names objects first, read at once, the objects after it, so that every
 * commit that a ref names is there. Objects never change; when git packs them anew, the folder is looked through again until nothing is new.
 */
export async function* copyRepository(folder: string, under: string): AsyncGenerator<Entry> {
  for (const path of await filesIn(folder)) {
    if (isObject(path) || path.endsWith('.lock')) continue;
    const content = await readFile(join(folder, path)).catch(ifGone);
    if (content) yield { path: `${under}/${path}`, sizeBytes: content.length, content: () => content };
  }
  const copied = new Set<string>();
  for (let round = 1; ; round++) {
    let news = 0;
    for (const path of await filesIn(join(folder, 'objects'))) {
      if (copied.has(path) || /(^|\/)tmp_|\.lock$/.test(path)) continue;
      news += 1;
      const whole = join(folder, 'objects', path);
      const facts = await stat(whole).catch(ifGone);
      if (!facts) continue;
      // Opened before it is announced: git may remove it once it is packed, and an open file stays readable.
      const stream = createReadStream(whole, { end: Math.max(0, facts.size - 1) });
      const opened = await new Promise<boolean>((resolve, reject) => {
        stream.once('open', () => resolve(true));
        stream.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(false) : reject(error)));
      });
      if (!opened) continue;
      copied.add(path);
      yield { path: `${under}/objects/${path}`, sizeBytes: facts.size, content: async () => stream };
    }
    if (news === 0) return;
    if (round === roundsAtMost) throw new Error(`${folder} changes faster than it can be copied. Try again when less is pushed.`);
  }
}

const isObject = (path: string): boolean => path.startsWith('objects/');

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifGone);
  return (found ?? []).filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function ifGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
