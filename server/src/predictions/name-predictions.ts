import { nameOfSubject } from '../people/index.ts';
import type { Context } from '../platform/index.ts';
import { findVersion, nameOfVersion } from '../registry/index.ts';
import type { PredictionNames, StoredPrediction } from './prediction.ts';

type Named = Pick<StoredPrediction, 'consumerId' | 'versionId'>;

/** Names of consumers and versions, each asked for once however many predictions hold it. */
export async function namePredictions(ctx: Context, predictions: readonly Named[]): Promise<(one: Named) => PredictionNames> {
  const consumers = new Map<string, string>();
  const versions = new Map<string, string | null>();
  for (const { consumerId, versionId } of predictions) {
    if (!consumers.has(consumerId)) consumers.set(consumerId, await nameOfSubject(ctx.db, consumerId));
    if (versions.has(versionId)) continue;
    const version = await findVersion(ctx, versionId);
    versions.set(versionId, version && nameOfVersion(version));
  }
  return (one) => ({ consumer: consumers.get(one.consumerId) ?? null, version: versions.get(one.versionId) ?? null });
}
