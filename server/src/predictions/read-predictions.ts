import { inProject, require } from '../access/index.ts';
import { type Context, notFound } from '../platform/index.ts';
import { readArchive } from './archive-predictions.ts';
import { parsePredictionId, type StoredPrediction, type WholePrediction } from './prediction.ts';
import {
  archivesAfter,
  archivesBefore,
  archivesHolding,
  asStored,
  deploymentsOfVersion,
  findRecent,
  type PredictionArchive,
  type PredictionFilter,
  recentAfter,
  recentBefore,
  recentByIds,
  recentOfVersion,
} from './prediction-store.ts';

/** One prediction by id, recent or archived, after asking for the right to read it. With `prd_….3` the row is 3. */
export async function openPrediction(ctx: Context, text: string): Promise<{ prediction: WholePrediction; row: number | null }> {
  const { id, row } = parsePredictionId(text);
  const prediction = await findPrediction(ctx, id);
  if (!prediction) {
    ctx.decided.add('prediction.read');
    throw notFound('prediction', text);
  }
  await require(ctx, 'prediction.read', inProject('prediction', id, prediction.projectId));
  if (row !== null && row >= prediction.rowCount) throw notFound('prediction', text);
  return { prediction, row };
}

export async function findPrediction(ctx: Context, id: string): Promise<WholePrediction | null> {
  const recent = await findRecent(ctx, id);
  if (recent) return recent;
  for (const archive of await archivesHolding(ctx, id)) {
    const [row] = await readArchive(ctx.platform.blobs, archive, { id });
    if (row) return asStored(row);
  }
  // It may have moved from the one to the other while we looked.
  return findRecent(ctx, id);
}

/** Predictions by id, recent or archived, in no order and without bodies; ids that are not there are left out. */
export async function predictionsByIds(ctx: Context, ids: readonly string[]): Promise<StoredPrediction[]> {
  if (ids.length === 0) return [];
  const found = await recentByIds(ctx, ids);
  const missing = new Set(ids);
  for (const one of found) missing.delete(one.id);
  const archives = new Map<string, PredictionArchive>();
  for (const id of missing) for (const archive of await archivesHolding(ctx, id)) archives.set(archive.id, archive);
  for (const archive of archives.values()) {
    if (missing.size === 0) break;
    for (const row of await readArchive(ctx.platform.blobs, archive, { ids: [...missing] })) {
      missing.delete(row.id);
      found.push(withoutBodies(row));
    }
  }
  return found;
}

/**
 * Predictions of a deployment in the order of arrival, for those who follow it. The cursor is the sequence of the last one seen; null begins
 * at the first ever.
 */
export async function readPredictions(
  ctx: Context,
  deploymentId: string,
  { after, limit }: { after: number | null; limit: number },
): Promise<{ items: StoredPrediction[]; cursor: number | null }> {
  const start = after ?? 0;
  const [archive] = await archivesAfter(ctx, deploymentId, start);
  const items = archive
    ? (await readArchive(ctx.platform.blobs, archive, { after: start, limit })).map(withoutBodies)
    : await recentAfter(ctx, deploymentId, start, limit);
  return { items, cursor: items.at(-1)?.sequence ?? after };
}

/** Predictions of a deployment, newest first, archived ones after the recent ones. */
export async function listPredictions(
  ctx: Context,
  deploymentId: string,
  { before, limit, filter = {} }: { before: number | null; limit: number; filter?: PredictionFilter },
): Promise<StoredPrediction[]> {
  const items = await recentBefore(ctx, deploymentId, before, limit, filter);
  let cursor = items.at(-1)?.sequence ?? before;
  while (items.length < limit) {
    const [archive] = await archivesBefore(ctx, deploymentId, cursor);
    if (!archive) break;
    const rows = await readArchive(ctx.platform.blobs, archive, { before: cursor, limit: 1_000 });
    if (rows.length === 0) break;
    items.push(
      ...rows
        .map(withoutBodies)
        .filter((one) => matches(one, filter))
        .slice(0, limit - items.length),
    );
    cursor = rows.at(-1)!.sequence;
  }
  return items;
}

/** From archives come fewer, since each is read for itself. */
const mostArchived = 20;

/** The newest answers of a version, whole: recent ones, or archived ones when it has not answered lately. */
export async function newestOfVersion(ctx: Context, versionId: string, limit: number): Promise<WholePrediction[]> {
  const recent = await recentOfVersion(ctx, versionId, limit);
  if (recent.length > 0) return recent;
  const found: WholePrediction[] = [];
  for (const deploymentId of await deploymentsOfVersion(ctx.db, versionId)) {
    const wanted = { before: null, limit: Math.min(limit, mostArchived) - found.length, filter: { versionId, failed: false } };
    for (const { id } of await listPredictions(ctx, deploymentId, wanted)) {
      const whole = await findPrediction(ctx, id);
      if (whole) found.push(whole);
    }
  }
  return found;
}

function withoutBodies(row: Awaited<ReturnType<typeof readArchive>>[number]): StoredPrediction {
  const { request: _request, response: _response, ...plain } = row;
  return asStored(plain);
}

const matches = (one: StoredPrediction, filter: PredictionFilter): boolean =>
  (filter.channel === undefined || one.channel === filter.channel) &&
  (filter.versionId === undefined || one.versionId === filter.versionId) &&
  (filter.consumerIds === undefined || filter.consumerIds.includes(one.consumerId)) &&
  (filter.failed === undefined || one.status >= 400 === filter.failed);
