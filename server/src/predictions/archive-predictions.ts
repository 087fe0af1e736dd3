import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { newId } from '../kit/ids.ts';
import { type BlobStore, type Context, type Task, transaction } from '../platform/index.ts';
import {
  deletePredictions,
  insertArchive,
  oldestPredictions,
  type PredictionArchive,
  type PredictionRow,
} from './prediction-store.ts';

export const archiveTask = 'archive-predictions';
/** Predictions stay in the database this long at least: the last hour is what health and monitors look at again and again. */
export const archiveAfterMinutes = 60;
const most = { rows: 50_000, bytes: 128 * 1024 * 1024 };

type Bodies = { request: Buffer; response: Buffer };

/** Moves predictions that are older than an hour into Parquet files. */
export const archiveOldPredictions: Task = {
  name: archiveTask,
  async run(ctx, payload) {
    const { deploymentId } = payload as { deploymentId: string };
    const before = new Date(ctx.platform.clock.now().getTime() - archiveAfterMinutes * 60_000);
    while ((await archivePredictions(ctx, deploymentId, before)) !== null);
  },
};

/** Moves the oldest predictions of a deployment into one Parquet file among the blobs. Bytes first, then the rows in one transaction. */
export async function archivePredictions(ctx: Context, deploymentId: string, before: Date): Promise<PredictionArchive | null> {
  const rows = await oldestPredictions(ctx, deploymentId, before, most);
  const [first] = rows;
  const last = rows.at(-1);
  if (!first || !last) return null;
  const blob = await withFolder(async (folder) => {
    const lines = join(folder, 'predictions.jsonl');
    const parquet = join(folder, 'predictions.parquet');
    let longest = 0;
    const counted = function* () {
      for (const line of asLines(rows)) {
        longest = Math.max(longest, Buffer.byteLength(line));
        yield line;
      }
    };
    await pipeline(Readable.from(counted()), createWriteStream(lines));
    const written = await runArchive<{ count: number }>('write', lines, parquet, String(longest));
    if (written.count !== rows.length) throw new Error(`Parquet holds ${written.count} of ${rows.length} predictions`);
    return ctx.platform.blobs.put(createReadStream(parquet));
  });
  const ids = rows.map((row) => row.id).sort();
  const archive: PredictionArchive = {
    id: newId('pra'),
    projectId: first.projectId,
    deploymentId,
    ...blob,
    firstSequence: first.sequence,
    lastSequence: last.sequence,
    firstId: ids[0]!,
    lastId: ids.at(-1)!,
    firstAt: first.at,
    lastAt: last.at,
    predictionCount: rows.length,
  };
  await transaction(ctx, async (tx) => {
    // Somebody who archived the same rows at the same time was first: then there is nothing to move.
    if ((await deletePredictions(tx, archive)) !== rows.length) throw new Error('predictions changed while they were archived');
    await insertArchive(tx, archive);
  });
  return archive;
}

function* asLines(rows: readonly (PredictionRow & Bodies)[]): Generator<string> {
  for (const { request, response, ...plain } of rows)
    yield `${JSON.stringify({ ...plain, request: request.toString('base64'), response: response.toString('base64') })}\n`;
}

/** What to read from an archive: one prediction, some, or a stretch of the order of arrival. */
export type ArchiveQuery =
  | { id: string }
  | { ids: string[] }
  | { after: number; limit: number }
  | { before: number | null; limit: number };

/** Reads rows of an archive in a process of its own. Bodies come only with a query by id. */
export async function readArchive(
  blobs: BlobStore,
  archive: PredictionArchive,
  query: ArchiveQuery,
): Promise<(PredictionRow & Bodies)[]> {
  const rows = await blobs.withFile(archive.sha256, (path) =>
    runArchive<(PredictionRow & { request: string; response: string })[]>('read', path, JSON.stringify(query)),
  );
  return rows.map((row) => ({
    ...row,
    request: Buffer.from(row.request, 'base64'),
    response: Buffer.from(row.response, 'base64'),
  }));
}

async function runArchive<T>(verb: 'write' | 'read', ...args: string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'archive-process.ts'), verb, ...args],
    { timeout: 120_000, maxBuffer: 512 * 1024 * 1024, env: { PATH: process.env.PATH } },
  );
  return JSON.parse(stdout) as T;
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-predictions-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
