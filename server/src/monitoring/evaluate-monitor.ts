import { type Context, transaction } from '../platform/index.ts';
import { readPredictions, type StoredPrediction } from '../predictions/index.ts';
import { beginEvaluation, bringIntoForce, type Evaluation, finishEvaluation, recordSteps } from './evaluation.ts';
import { insertWindow, lockMonitor } from './monitor-store.ts';
import { watchLabels } from './watch-labels.ts';
import { watchPrediction } from './watch-prediction.ts';

const batchSize = 500;
/** Rows after which the event loop gets its turn. */
const rowsBetweenTurns = 100;
/** Rows of a version that was there before count only when so many come without one of the version in force: then it is back. */
const backAfterRows = 20;

/**
 * Takes in what came since the last time, in one transaction with the row of the monitor locked: exactly one process does it, and the tests, the
 * cursor and the alerts move together or not at all.
 *
 * @returns whether there may be more at once
 */
export async function evaluateMonitor(ctx: Context, id: string): Promise<boolean> {
  return transaction(ctx, async (tx) => {
    const monitor = await lockMonitor(tx, id, { wait: false });
    if (!monitor || monitor.state === 'stopped') return false;
    const evaluation = await beginEvaluation(tx, monitor);
    const { items, cursor } = await readPredictions(tx, monitor.deploymentId, { after: monitor.cursor, limit: batchSize });
    for (const prediction of items) if (prediction.channel === monitor.channel) await take(evaluation, prediction);
    await watchLabels(evaluation);
    await finishEvaluation(evaluation, cursor);
    return items.length === batchSize;
  });
}

/** Changes what a monitor knows under its lock: for what people do. */
export async function changeWatch(tx: Context, id: string, work: (evaluation: Evaluation) => Promise<void>): Promise<void> {
  const monitor = await lockMonitor(tx, id, { wait: true });
  if (!monitor) return;
  const evaluation = await beginEvaluation(tx, monitor);
  await work(evaluation);
  await finishEvaluation(evaluation, monitor.cursor);
}

async function take(evaluation: Evaluation, prediction: StoredPrediction): Promise<void> {
  const { monitor, alphas } = evaluation;
  if (!(await isInForce(evaluation, prediction.versionId))) return;
  evaluation.change.lastRowAt = prediction.at;
  for (const seen of watchPrediction(evaluation.watch, prediction, alphas, monitor.createdAt)) {
    if (seen.learned) noteLearned(evaluation);
    await recordSteps(evaluation, seen.steps);
    evaluation.rows += seen.rowCount;
    if (seen.window) await insertWindow(evaluation.tx, { monitorId: monitor.id, ...seen.window });
    if (evaluation.rows % rowsBetweenTurns < seen.rowCount) await new Promise(setImmediate);
  }
}

/** Whether a row is of the version that is watched; a version that is new, or back for good, comes into force here. */
async function isInForce(evaluation: Evaluation, versionId: string): Promise<boolean> {
  const { watch } = evaluation;
  if (watch.versionId === versionId) {
    watch.otherVersionRows = 0;
    return true;
  }
  if (watch.pastVersions.includes(versionId) && ++watch.otherVersionRows < backAfterRows) return false;
  await bringIntoForce(evaluation, versionId);
  return true;
}

/** Rows or answers became a reference. */
function noteLearned(evaluation: Evaluation): void {
  const { watch, change, monitor } = evaluation;
  evaluation.referenceChanged = true;
  const kind = change.referenceKind === undefined ? monitor.referenceKind : change.referenceKind;
  if (watch.features && kind === null) {
    change.referenceKind = 'predictions';
    change.referenceRows = watch.features.signals[0]?.reference.values.length ?? 0;
  }
}
