import { findSnapshot } from '../data/index.ts';
import { type Context, emit, invalidField, transaction } from '../platform/index.ts';
import { openRun } from '../tracking/index.ts';
import { changeWatch } from './evaluate-monitor.ts';
import { bringIntoForce } from './evaluation.ts';
import { type ChosenReference, type Monitor, oneReferenceNeeded } from './monitor.ts';
import { findMonitor } from './monitor-store.ts';
import { openMonitorsOf } from './open-monitor.ts';
import { presentMonitor } from './present-monitor.ts';
import { readChosen } from './resolve-reference.ts';

/**
 * Puts the table with which a deployment's rows are compared, for all its channels and versions, in place of what the run used. Open alerts of
 * drift end: they spoke of the other reference.
 *
 * @throws 400 when the table is not there, cannot be read, or is too small
 */
export async function putReference(ctx: Context, deployment: string, chosen: ChosenReference): Promise<Monitor[]> {
  const monitors = await openMonitorsOf(ctx, deployment, 'monitor.write');
  const { projectId } = monitors[0];
  if ((chosen.snapshotId === undefined) === (chosen.runId === undefined)) throw oneReferenceNeeded();
  if (chosen.snapshotId !== undefined) {
    const snapshot = await findSnapshot(ctx, chosen.snapshotId);
    if (snapshot?.projectId !== projectId)
      throw invalidField('/snapshotId', `this project has no snapshot "${chosen.snapshotId}"`);
  } else {
    if (chosen.path === undefined) throw oneReferenceNeeded();
    await openRun(ctx, chosen.runId!, 'artifact.read', projectId);
  }
  // Read before the change, so that a table that does not serve is told to the one who chose it.
  await readChosen(ctx, chosen);
  return transaction(ctx, async (tx) => {
    const changed: Monitor[] = [];
    for (const { id } of monitors) {
      await changeWatch(tx, id, async (evaluation) => {
        evaluation.change.chosenReference = chosen;
        await bringIntoForce(evaluation, evaluation.watch.versionId);
      });
      const monitor = presentMonitor((await findMonitor(tx, id))!);
      await emit(tx, { verb: 'monitor.reference-changed', object: { type: 'monitor', id, projectId }, data: monitor });
      changed.push(monitor);
    }
    return changed;
  });
}
