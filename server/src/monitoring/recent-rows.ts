import type { Context } from '../platform/index.ts';
import { predictionsByIds } from '../predictions/index.ts';
import { newestLabels } from './ground-truth-store.ts';

const mostRows = 20_000;
const idsAtOnce = 1_000;

/** Rows of a channel with what turned out to be true, oldest first; names of columns as they were asked, null where they had none. */
export async function recentLabelledRows(
  ctx: Context,
  channel: { deploymentId: string; channel: string },
  since: string | null,
): Promise<{ columns: string[] | null; values: unknown[]; truth: unknown }[]> {
  const labels = await newestLabels(ctx, { ...channel, versionId: null }, mostRows, since);
  const rows: { columns: string[] | null; values: unknown[]; truth: unknown }[] = [];
  for (let start = 0; start < labels.length; start += idsAtOnce) {
    const part = labels.slice(start, start + idsAtOnce);
    const ids = [...new Set(part.map((label) => label.predictionId))];
    const predictions = new Map((await predictionsByIds(ctx, ids)).map((one) => [one.id, one]));
    for (const label of part) {
      const prediction = predictions.get(label.predictionId);
      const values = prediction?.rows[label.rowNumber];
      // What was erased since is not learned from.
      if (!prediction || !values) continue;
      rows.push({ columns: prediction.columns.length > 0 ? prediction.columns : null, values, truth: JSON.parse(label.value) });
    }
  }
  return rows;
}
