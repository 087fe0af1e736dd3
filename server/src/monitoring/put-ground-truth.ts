import { type Context, emit, transaction } from '../platform/index.ts';
import { parsePredictionId, predictionsByIds } from '../predictions/index.ts';
import { type NewLabel, putLabels } from './ground-truth-store.ts';
import { foreignPrediction, repeatedPrediction, rowNeeded } from './monitor.ts';
import { noteLabels } from './monitor-store.ts';
import { openMonitorsOf } from './open-monitor.ts';

export interface GroundTruthItem {
  predictionId: string;
  value: number | string | boolean;
  observedAt?: string;
}

/**
 * Records what turned out to be true for rows of predictions, all or nothing. A second label for a row corrects the first.
 *
 * @throws 400 with the place of a prediction that this deployment does not have
 */
export async function putGroundTruth(
  ctx: Context,
  deployment: string,
  items: readonly GroundTruthItem[],
): Promise<{ recorded: number; corrected: number; unchanged: number }> {
  const [monitor] = await openMonitorsOf(ctx, deployment, 'monitor.label');
  const parsed = items.map((item) => parsePredictionId(item.predictionId));
  const predictions = new Map(
    (await predictionsByIds(ctx, [...new Set(parsed.map((one) => one.id))])).map((one) => [one.id, one]),
  );
  const now = ctx.platform.clock.now().toISOString();
  const seen = new Set<string>();
  const labels = items.map((item, index): NewLabel => {
    const { id, row } = parsed[index]!;
    const prediction = predictions.get(id);
    if (!prediction || prediction.deploymentId !== monitor.deploymentId) throw foreignPrediction(index, item.predictionId);
    if (row === null && prediction.rowCount !== 1) throw rowNeeded(index, item.predictionId, prediction.rowCount);
    const rowNumber = row ?? 0;
    if (rowNumber >= prediction.rowCount) throw foreignPrediction(index, item.predictionId);
    const key = `${id}.${rowNumber}`;
    if (seen.has(key)) throw repeatedPrediction(index, item.predictionId);
    seen.add(key);
    return {
      projectId: prediction.projectId,
      deploymentId: prediction.deploymentId,
      channel: prediction.channel,
      versionId: prediction.versionId,
      predictionId: id,
      rowNumber,
      predictedAt: prediction.at,
      output: JSON.stringify(prediction.outputs[rowNumber] ?? null),
      value: JSON.stringify(item.value),
      observedAt: item.observedAt ?? now,
    };
  });
  return transaction(ctx, async (tx) => {
    const counts = await putLabels(tx, labels);
    await noteLabels(tx, monitor.deploymentId, [...new Set(labels.map((label) => label.channel))]);
    await emit(tx, {
      verb: 'ground-truth.recorded',
      object: { type: 'deployment', id: monitor.deploymentId, projectId: monitor.projectId },
      data: { deploymentId: monitor.deploymentId, deploymentName: monitor.deploymentName, ...counts },
    });
    return counts;
  });
}
