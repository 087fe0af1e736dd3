import { type Evaluation, recordSteps } from './evaluation.ts';
import { followPanel } from './follow-alerts.ts';
import { labelsAfter } from './ground-truth-store.ts';
import { learnedLabels } from './monitor.ts';
import { lossOf } from './quality.ts';
import { observeRow } from './statistics/panel.ts';
import { lossColumns, lossName, panelOf } from './watch.ts';

const batchSize = 1_000;

/** Takes in the labels that came since the last time: are the answers wrong more often, or by more, than among the first ones? */
export async function watchLabels(evaluation: Evaluation): Promise<void> {
  const { tx, monitor, watch, alphas } = evaluation;
  const labels = await labelsAfter(tx, monitor, watch.labelCursor, batchSize);
  for (const label of labels) {
    watch.labelCursor = label.sequence;
    if (label.versionId !== watch.versionId) continue;
    const loss = lossOf(label.output, label.value);
    if (loss === null) continue;
    if (!watch.quality) {
      watch.learning.losses.push(loss);
      if (watch.learning.losses.length < learnedLabels) continue;
      watch.references.losses = watch.learning.losses;
      watch.learning.losses = [];
      watch.quality = panelOf(lossColumns(watch.references.losses), [lossName], alphas.quality);
      evaluation.referenceChanged = true;
      continue;
    }
    const row = { id: `${label.predictionId}.${label.rowNumber}`, at: label.predictedAt };
    const over = observeRow(watch.quality, row, () => loss);
    await recordSteps(evaluation, followPanel(watch, watch.quality, 'quality', over));
  }
  if (labels.length === batchSize) evaluation.change.labelNews = true;
}
