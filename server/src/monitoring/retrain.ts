import { inProject, require } from '../access/index.ts';
import { addSnapshot, extendTable } from '../data/index.ts';
import { againAs, type JobRow, startJob } from '../jobs/index.ts';
import { newId } from '../kit/ids.ts';
import { recordUse, ref } from '../lineage/index.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { findVersion, type VersionRow } from '../registry/index.ts';
import type { Alert } from './alert.ts';
import { jobBehind } from './job-behind.ts';
import { findMonitor, lockMonitor, type MonitorRow } from './monitor-store.ts';
import { openAlert, openMonitorsOf } from './open-monitor.ts';
import { recentLabelledRows } from './recent-rows.ts';
import { groundTruthMissing, notReproducible, type Retraining, retrainingUnderWay } from './retraining.ts';
import { findRetraining, findUnderWay, insertRetraining, moveRetraining } from './retraining-store.ts';
import { trainingTable } from './training-table.ts';

export interface RetrainOptions {
  /** The column of the training table that holds the truth, where that is not clear. */
  target?: string;
}

/** Makes the version of an alert again, on its reference plus the rows since the change began that have ground truth. */
export async function retrainForAlert(ctx: Context, id: string, options: RetrainOptions): Promise<Retraining> {
  const alert = await openAlert(ctx, id, 'monitor.write');
  const monitor = (await findMonitor(ctx, alert.monitorId))!;
  return retrain(ctx, monitor, alert, options);
}

/** Makes the version of a channel again, on its reference plus all rows that have ground truth. */
export async function retrainDeployment(
  ctx: Context,
  deployment: string,
  { channel, ...options }: RetrainOptions & { channel?: string },
): Promise<Retraining> {
  const monitors = await openMonitorsOf(ctx, deployment, 'monitor.write');
  const monitor = monitors.find((one) => one.channel === channel) ?? (channel === undefined ? monitors[0] : undefined);
  if (!monitor) throw notReproducible(`nothing has answered on channel "${channel}"`);
  return retrain(ctx, monitor, null, options);
}

/**
 * Same code, patch, environment revision, command and variables as the job behind the version, on a new snapshot. What comes out becomes a new
 * version and goes nowhere by itself.
 */
async function retrain(ctx: Context, monitor: MonitorRow, alert: Alert | null, options: RetrainOptions): Promise<Retraining> {
  const { projectId } = monitor;
  await require(ctx, 'model.write', inProject('deployment', monitor.deploymentId, projectId, monitor.deploymentName));
  const versionId = alert?.versionId ?? monitor.versionId;
  const version = versionId ? await findVersion(ctx, versionId) : null;
  const { job, version: known } = await madeBy(ctx, version);
  const since = alert?.startEstimate ?? null;
  const rows = await recentLabelledRows(ctx, monitor, since);
  if (rows.length === 0) throw groundTruthMissing(monitor.deploymentName, since);
  await refuseUnderWay(ctx, monitor);
  const table = await trainingTable(ctx, job, rows.at(-1)!.columns, options.target);
  const features = table.columns.filter((column) => column !== table.target);
  const extended = await extendTable(
    ctx,
    table.file,
    rows.map(({ columns, values, truth }) => ({
      ...Object.fromEntries((columns ?? features).map((name, index) => [name, values[index]])),
      [table.target]: truth,
    })),
  );
  const again = await againAs(ctx, job);
  return transaction(ctx, async (tx) => {
    // Two who ask at once: the second waits here for the first, and is refused.
    await lockMonitor(tx, monitor.id, { wait: true });
    await refuseUnderWay(tx, monitor);
    const snapshot = await addSnapshot(tx, {
      projectId,
      datasetId: table.datasetId,
      files: table.files.map((file) => (file.path === table.file.path ? extended.file : file)),
      message: `${extended.before} rows of the reference and ${rows.length} that ${monitor.deploymentName} was asked since`,
    });
    const id = newId('rtr');
    await insertRetraining(tx, {
      id,
      projectId,
      monitorId: monitor.id,
      deploymentId: monitor.deploymentId,
      deploymentName: monitor.deploymentName,
      channel: monitor.channel,
      alertId: alert?.id ?? null,
      versionId: known.id,
      sourceJobId: job.id,
      snapshotId: snapshot.id,
      referenceSnapshotId: table.snapshotId,
      tablePath: table.file.path,
      inputName: table.inputName,
      target: table.target,
      referenceRows: extended.before,
      recentRows: rows.length,
    });
    const started = await startJob(tx, projectId, {
      ...again,
      name: `retrain: ${job.name}`.slice(0, 120),
      inputs: (again.inputs ?? []).map((input) =>
        input.name === table.inputName ? { name: input.name, snapshotId: snapshot.id } : input,
      ),
    });
    await moveRetraining(tx, id, 'training', { jobId: started.id });
    await recordUse(tx, projectId, ref('snapshot', snapshot.id), [ref('snapshot', table.snapshotId)]);
    const retraining = (await findRetraining(tx, id))!;
    await emit(tx, { verb: 'retraining.started', object: { type: 'retraining', id, projectId }, data: retraining });
    return retraining;
  });
}

async function madeBy(ctx: Context, version: VersionRow | null): Promise<{ job: JobRow; version: VersionRow }> {
  if (!version) throw notReproducible('it is no version of the registry');
  const job = await jobBehind(ctx, version);
  if (!job) throw notReproducible('it was not logged by a job of Plinth');
  return { job, version };
}

async function refuseUnderWay(ctx: Context, monitor: MonitorRow): Promise<void> {
  const underWay = await findUnderWay(ctx, monitor.deploymentId, monitor.channel);
  if (underWay) throw retrainingUnderWay(underWay.id);
}
