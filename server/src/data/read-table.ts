import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Context, Problem } from '../platform/index.ts';
import { filesOf } from './dataset-store.ts';
import { formatOf } from './table-format.ts';

/** Rows of a table: numbers as numbers, all else as text, null for missing. */
export interface Table {
  path: string;
  columns: { name: string; isNumeric: boolean }[];
  rows: (number | string | null)[][];
}

/** At most `limit` rows of one stored file, drawn by chance but the same each time. @throws 400 when it is no table or cannot be read as one */
export async function readTable(ctx: Context, file: { path: string; sha256: string }, limit: number): Promise<Table> {
  const format = formatOf(file.path);
  if (!format) throw notATable(file.path, 'it is no CSV, Parquet or JSON-lines file');
  try {
    const { stdout } = await ctx.platform.blobs.withFile(file.sha256, (path) =>
      promisify(execFile)(
        process.execPath,
        ['--max-old-space-size=512', join(import.meta.dirname, 'table-process.ts'), format, path, String(limit)],
        { timeout: 120_000, maxBuffer: 256 * 1024 * 1024, env: { PATH: process.env.PATH } },
      ),
    );
    return { path: file.path, ...(JSON.parse(stdout) as Omit<Table, 'path'>) };
  } catch (error) {
    const text = String((error as { stderr?: string }).stderr || error);
    throw notATable(file.path, text.trim().split('\n').at(-1)?.slice(0, 300) ?? 'it cannot be read');
  }
}

/** The tables among the files of a snapshot. */
export async function tablesOf(ctx: Context, snapshotId: string): Promise<{ path: string; sha256: string }[]> {
  return (await filesOf(ctx, snapshotId)).filter((file) => formatOf(file.path) !== null);
}

export const notATable = (path: string, reason: string) =>
  new Problem(400, 'not-a-table', `"${path}" could not be read as a table: ${reason}.`);
