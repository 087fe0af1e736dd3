import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Aborts when a folder has grown over that many bytes: git has no limit of its own for what it fetches. */
export function watchSize(folder: string, maximumBytes: number, everyMilliseconds = 1000): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const timer = setInterval(async () => {
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0));
    if (sizes.reduce((sum, size) => sum + size, 0) > maximumBytes) controller.abort();
  }, everyMilliseconds);
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}
