import type { Context } from '../platform/index.ts';
import { type AlertStep, endAlerts } from './follow-alerts.ts';
import { alphaOf, budgetShares, type MonitorState } from './monitor.ts';
import { heavyParts, type MonitorChange, type MonitorRow, updateMonitor } from './monitor-store.ts';
import { recordAlertStep } from './record-alert-step.ts';
import { resolveReference } from './resolve-reference.ts';
import { type Alphas, newWatch, packWatch, unpackWatch, type Watch } from './watch.ts';

/** One batch of one monitor under way; the monitor's row is locked. */
export interface Evaluation {
  tx: Context;
  monitor: MonitorRow;
  watch: Watch;
  alphas: Alphas;
  change: MonitorChange;
  referenceChanged: boolean;
  rows: number;
}

/**
 * What this process stored last, so that a busy monitor is not read anew for each batch. Taken out while it is worked on: what a failed batch
 * leaves is nobody's. The counts in the row tell whether it is current.
 */
const remembered = new Map<string, { evaluations: number; revision: number; watch: Watch }>();
const mostRemembered = 50;

export async function beginEvaluation(tx: Context, monitor: MonitorRow): Promise<Evaluation> {
  const alphas = alphasOf(monitor);
  const known = remembered.get(monitor.id);
  remembered.delete(monitor.id);
  const isCurrent = known?.evaluations === monitor.evaluations && known.revision === monitor.referenceRevision;
  const watch = isCurrent ? known.watch : await readWatch(tx, monitor, alphas);
  return { tx, monitor, watch, alphas, change: {}, referenceChanged: false, rows: 0 };
}

/** The watch of a monitor as it was stored last, for showing it. */
export async function readWatch(ctx: Context, monitor: MonitorRow, alphas = alphasOf(monitor)): Promise<Watch> {
  const { progress, reference } = await heavyParts(ctx, monitor.id);
  return unpackWatch(progress, reference, alphas);
}

export function alphasOf(monitor: Pick<MonitorRow, 'falseAlarmDays'>): Alphas {
  const alpha = alphaOf(monitor);
  return {
    features: alpha * budgetShares.features,
    answers: alpha * budgetShares.answers,
    quality: alpha * budgetShares.quality,
    errors: alpha * budgetShares.errors,
    latency: alpha * budgetShares.latency,
  };
}

/** Begins anew with the reference of a version, or with another reference of the same. Health and labels go on where the version stays. */
export async function bringIntoForce(evaluation: Evaluation, versionId: string | null): Promise<void> {
  const { tx, monitor, watch } = evaluation;
  const isOther = watch.versionId !== versionId;
  const chosen = evaluation.change.chosenReference === undefined ? monitor.chosenReference : evaluation.change.chosenReference;
  const { reference, reason } = await resolveReference(tx, versionId, chosen);
  const resolution = isOther ? 'version-changed' : 'reference-changed';
  await recordSteps(
    evaluation,
    endAlerts(watch, isOther ? ['drift', 'prediction-drift', 'quality', 'errors', 'latency'] : ['drift'], resolution),
  );
  const fresh = newWatch({ features: reference?.columns ?? null, answers: null, losses: null });
  const kept = { labelCursor: watch.labelCursor, windowCount: watch.windowCount, window: watch.window };
  if (isOther) {
    const pastVersions = [...watch.pastVersions, ...(watch.versionId ? [watch.versionId] : [])].filter(
      (one) => one !== versionId,
    );
    evaluation.watch = { ...fresh, ...kept, versionId, pastVersions: pastVersions.slice(-50) };
  } else {
    evaluation.watch = { ...watch, references: { ...watch.references, features: fresh.references.features }, features: null };
    evaluation.watch.learning = { ...watch.learning, columns: [], rows: [] };
  }
  evaluation.referenceChanged = true;
  evaluation.rows = 0;
  Object.assign(evaluation.change, {
    versionId,
    referenceKind: reference?.kind ?? null,
    referenceSource: reference?.source ?? null,
    referenceRows: reference?.rowCount ?? 0,
    stateReason: reason,
    rowCount: 0,
  });
}

export async function recordSteps(evaluation: Evaluation, steps: readonly AlertStep[]): Promise<void> {
  for (const step of steps) await recordAlertStep(evaluation.tx, { ...evaluation.monitor, ...evaluation.change }, step);
}

/** Stores what a batch changed. `cursor` is the last prediction that was seen. */
export async function finishEvaluation(evaluation: Evaluation, cursor: number | null): Promise<void> {
  const { tx, monitor, watch, change } = evaluation;
  const packed = packWatch(watch);
  const state: MonitorState =
    monitor.state === 'stopped' ? 'stopped' : watch.features || watch.references.features ? 'watching' : 'learning';
  if (state === 'learning' && change.referenceKind === undefined && monitor.referenceKind !== null) {
    // The table that was found does not know what is asked.
    Object.assign(change, {
      referenceKind: null,
      referenceSource: null,
      referenceRows: 0,
      stateReason:
        'The table of the reference has less than half of the columns that are asked; the first predictions are learned instead.',
    });
  }
  const revision = monitor.referenceRevision + (evaluation.referenceChanged ? 1 : 0);
  const evaluations = monitor.evaluations + 1;
  await updateMonitor(tx, monitor.id, {
    labelNews: false,
    ...change,
    state,
    cursor,
    progress: packed.progress,
    evaluations,
    referenceRevision: revision,
    rowCount: (change.rowCount ?? monitor.rowCount) + evaluation.rows,
    ...(evaluation.referenceChanged ? { reference: packed.reference() } : {}),
  });
  // If the commit fails, the count in the row will not match.
  if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value!);
  remembered.set(monitor.id, { evaluations, revision, watch });
}
