import { closeSync, constants, fstatSync, opendirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reading what lies where the work of users may write: a link that leads elsewhere, a pipe that never answers or a file without end may stand in place
 * of what is expected. Nothing of that is followed, waited for or taken. The folder above must be ours; by then links in the way are told from folders.
 */
const asFile = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const asFolder = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECTORY;
/** Of a folder that somebody fills, so many entries are looked at. */
const mostEntries = 1_000;

/** The bytes of a file, or of its end; null for what is no such file or (whole) larger. */
export function readForeignFile(path: string, maximumBytes: number, part: 'whole' | 'end' = 'whole'): Buffer | null {
  return opened(path, asFile, (file) => {
    const status = fstatSync(file);
    if (!status.isFile() || (part === 'whole' && status.size > maximumBytes)) return null;
    const buffer = Buffer.alloc(Math.min(status.size, maximumBytes));
    const length = readSync(file, buffer, 0, buffer.length, status.size - buffer.length);
    return buffer.subarray(0, length);
  });
}

/** The texts of the files directly in a folder whose names fit. */
export function readForeignFolder(folder: string, names: RegExp, maximumBytes: number): { name: string; text: string }[] {
  const files = opened(folder, asFolder, (opened) => {
    // By its descriptor: whatever is put in its place meanwhile, this is the folder that was opened.
    const here = `/proc/self/fd/${opened}`;
    const found: { name: string; text: string }[] = [];
    const entries = opendirSync(here);
    try {
      for (let count = 0; count < mostEntries; count++) {
        const entry = entries.readSync();
        if (!entry) break;
        const text = names.test(entry.name) ? readForeignFile(join(here, entry.name), maximumBytes) : null;
        if (text) found.push({ name: entry.name, text: text.toString('utf8') });
      }
    } finally {
      entries.closeSync();
    }
    return found;
  });
  return files ?? [];
}

function opened<T>(path: string, flags: number, read: (descriptor: number) => T | null): T | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, flags);
  } catch {
    return null;
  }
  try {
    return read(descriptor);
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}
