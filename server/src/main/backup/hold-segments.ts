import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Entry } from './archive.ts';

/** Predictions that are on the disk and not yet in the database, held open across the moment of the backup. */
export interface HeldSegments {
  /** Again, right after the moment: takes what was begun since, and knows what is gone. */
  again(): Promise<void>;
  /** `known`: segments of which the database's rows say how far they are in it. */
  entries(known: ReadonlySet<string>): AsyncGenerator<Entry>;
  close(): Promise<void>;
}

/**
 * A segment is removed once all of it is in the database. An open file outlives that, so each prediction that was answered before the moment is
 * in the rows of the moment or in a file that is held. A segment that the rows do not know and that is gone was wholly in them.
 */
export async function holdSegments(folder: string): Promise<HeldSegments> {
  const held = new Map<string, FileHandle>();
  let present = new Set<string>();
  async function take(): Promise<void> {
    present = new Set((await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.seg')));
    for (const name of present) {
      if (held.has(name)) continue;
      const file = await open(join(folder, name), 'r').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (file) held.set(name, file);
    }
  }
  await take();
  return {
    again: take,
    async *entries(known) {
      for (const [name, file] of held) {
        if (!known.has(name) && !present.has(name)) continue;
        const { size } = await file.stat();
        yield {
          path: `predictions/${name}`,
          sizeBytes: size,
          content: async () =>
            size === 0 ? Readable.from([]) : file.createReadStream({ start: 0, end: size - 1, autoClose: false }),
        };
      }
    },
    async close() {
      for (const file of held.values()) await file.close().catch(() => {});
    },
  };
}
