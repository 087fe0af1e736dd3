import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Context } from '../platform/index.ts';
import type { SnapshotFile } from './dataset.ts';
import { notATable } from './read-table.ts';
import { formatOf } from './table-format.ts';

/**
 * A stored table with rows after its own, in the same form, as new content. Values are by name of the column; what the table does not have is left
 * out, what a row does not have is missing.
 *
 * @throws 400 when the file is no table
 */
export async function extendTable(
  ctx: Context,
  file: { path: string; sha256: string },
  rows: readonly Record<string, unknown>[],
): Promise<{ file: SnapshotFile; before: number; after: number }> {
  const format = formatOf(file.path);
  if (!format) throw notATable(file.path, 'it is no CSV, Parquet or JSON-lines file');
  const folder = await mkdtemp(join(tmpdir(), 'plinth-table-'));
  try {
    const more = join(folder, 'more.jsonl');
    const target = join(folder, basename(file.path));
    await writeFile(more, rows.map((row, place) => `${JSON.stringify({ place, row: textual(row) })}\n`).join(''));
    const { stdout } = await ctx.platform.blobs.withFile(file.sha256, (path) =>
      promisify(execFile)(
        process.execPath,
        ['--max-old-space-size=512', join(import.meta.dirname, 'extend-table-process.ts'), format, path, more, target],
        { timeout: 300_000, maxBuffer: 1024 * 1024, env: { PATH: process.env.PATH } },
      ),
    );
    const blob = await ctx.platform.blobs.put(createReadStream(target));
    return { file: { path: file.path, ...blob }, ...(JSON.parse(stdout) as { before: number; after: number }) };
  } catch (error) {
    const text = String((error as { stderr?: string }).stderr || error);
    throw notATable(file.path, text.trim().split('\n').at(-1)?.slice(0, 300) ?? 'it cannot be read');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const textual = (row: Record<string, unknown>): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
