import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, createDataset, findDatasetByName } from '../data/index.ts';
import { newId } from '../kit/ids.ts';
import { recordUse, ref } from '../lineage/index.ts';
import { type Context, Problem, transaction } from '../platform/index.ts';
import { findProject } from '../projects/index.ts';
import { findVersion } from '../registry/index.ts';
import { createWorkspace, openWorkspace, startWorkspace } from '../workspaces/index.ts';
import { type Alert, alertResolved, isOpen } from './alert.ts';
import { noteInvestigator } from './answer-alert.ts';
import { readWatch } from './evaluation.ts';
import { type Investigation, inputName, notebookName } from './investigation.ts';
import { findInvestigation, insertInvestigation, investigationOf } from './investigation-store.ts';
import { jobBehind } from './job-behind.ts';
import { findMonitor } from './monitor-store.ts';
import { openAlert } from './open-monitor.ts';
import { asTable, csvOf, windowRows } from './window-rows.ts';

const notebook = readFileSync(join(import.meta.dirname, notebookName));
const tool = 'jupyterlab';

/**
 * Gives the one who looks into an alert all that it is about: the rows since the change began and those of the reference as a snapshot, and a
 * workspace of their own on the commit, patch, environment and data that the version was made from, with a notebook that reads them. Asked again, it
 * is the same place.
 *
 * @param options.workspace false: the rows alone
 */
export async function investigateAlert(
  ctx: Context,
  id: string,
  options: { workspace?: boolean } = {},
): Promise<{ alert: Alert; investigation: Investigation }> {
  const alert = await openAlert(ctx, id, 'monitor.write');
  if (!isOpen(alert)) throw alertResolved(alert);
  const wantsWorkspace = options.workspace ?? true;
  const before = await investigationOf(ctx, id, ctx.actor.id);
  if (before && (!wantsWorkspace || (before.workspaceId && (await isThere(ctx, before.workspaceId)))))
    return { alert: await noteInvestigator(ctx, id), investigation: before };
  const gathered = await gather(ctx, alert);
  const origin = await originOf(ctx, alert);
  return transaction(ctx, async (tx) => {
    const { snapshot, datasetId } = await keepRows(tx, alert, gathered);
    const workspaceId = wantsWorkspace ? await openPlace(tx, alert, { snapshotId: snapshot, datasetId }, origin) : null;
    const investigationId = newId('inv');
    await insertInvestigation(tx, {
      id: investigationId,
      projectId: alert.projectId,
      alertId: id,
      datasetId,
      snapshotId: snapshot,
      workspaceId,
      commit: origin.commit,
      environmentRevisionId: origin.environmentRevisionId,
      fromAt: gathered.since,
      rowCount: gathered.rowCount,
      labelledCount: gathered.labelledCount,
      referenceRows: gathered.referenceRows,
      missing: [...gathered.missing, ...origin.missing],
    });
    return { alert: await noteInvestigator(tx, id), investigation: await findInvestigation(tx, investigationId) };
  });
}

/** Whether a workspace is still there; one that was stopped is started. */
async function isThere(ctx: Context, id: string): Promise<boolean> {
  const found = await openWorkspace(ctx, id, 'workspace.use').catch((error: unknown) => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  });
  if (found && ['stopped', 'failed'].includes(found.workspace.state)) await startWorkspace(ctx, id);
  return found !== null;
}

interface Gathered {
  since: string;
  rowCount: number;
  labelledCount: number;
  referenceRows: number;
  files: { path: string; content: Buffer }[];
  missing: Investigation['missing'];
}

async function gather(ctx: Context, alert: Alert): Promise<Gathered> {
  const monitor = (await findMonitor(ctx, alert.monitorId))!;
  const missing: Investigation['missing'] = [];
  const { references } = await readWatch(ctx, monitor);
  const isInForce = monitor.versionId === alert.versionId;
  const reference = isInForce && references.features ? asTable(references.features) : null;
  if (!reference)
    missing.push({
      what: 'reference',
      reason: isInForce
        ? 'Nothing is compared with a reference yet.'
        : 'Another version serves by now, and its reference is in force.',
    });
  const since = alert.startEstimate ?? alert.firedAt ?? alert.createdAt;
  const recent = await windowRows(ctx, monitor, since, reference?.columns ?? []);
  if (recent.rows.length === 0) missing.push({ what: 'rows', reason: `No row since ${since} is on record any more.` });
  const files = [
    { path: 'alert.json', content: Buffer.from(JSON.stringify(alert, null, 2)) },
    { path: notebookName, content: notebook },
    { path: 'recent.csv', content: csvOf(recent) },
    ...(reference ? [{ path: 'reference.csv', content: csvOf(reference) }] : []),
    ...(isInForce && references.answers ? [{ path: 'reference-answers.csv', content: csvOf(asTable(references.answers)) }] : []),
  ];
  const { labelledCount } = recent;
  return { since, rowCount: recent.rows.length, labelledCount, referenceRows: reference?.rows.length ?? 0, files, missing };
}

interface Origin {
  commit: string | null;
  patchSha256: string | null;
  environmentRevisionId: string | null;
  inputs: { name: string; snapshotId: string; datasetId: string }[];
  missing: Investigation['missing'];
}

/** What the version was made from. */
async function originOf(ctx: Context, alert: Alert): Promise<Origin> {
  const version = alert.versionId ? await findVersion(ctx, alert.versionId) : null;
  const job = version ? await jobBehind(ctx, version) : null;
  const reason = version ? 'It was not logged by a job of Plinth.' : 'It is no version of the registry.';
  return {
    commit: job?.commit ?? null,
    patchSha256: job?.patchSha256 ?? null,
    environmentRevisionId: job?.environmentRevisionId ?? null,
    inputs: (job?.inputs ?? []).filter((input) => input.name !== inputName),
    missing: [
      ...(job?.commit ? [] : [{ what: 'commit' as const, reason: job ? 'The job ran on no commit.' : reason }]),
      ...(job?.environmentRevisionId
        ? []
        : [{ what: 'environment' as const, reason: job ? 'The job ran in the Python of the system.' : reason }]),
    ],
  };
}

/** The rows as a snapshot of the dataset that keeps all investigations of a deployment. */
async function keepRows(tx: Context, alert: Alert, { files, rowCount, since }: Gathered) {
  const { projectId, deploymentName } = alert;
  const name = `investigations of ${deploymentName}`.slice(0, 120);
  const dataset =
    (await findDatasetByName(tx, projectId, name)) ??
    (await createDataset(tx, projectId, {
      name,
      description: `Rows that ${deploymentName} was asked, kept to look into alerts.`,
    }));
  const stored = [];
  for (const { path, content } of files) stored.push({ path, ...(await tx.platform.blobs.put(content)) });
  const { id } = await addSnapshot(tx, {
    projectId,
    datasetId: dataset.id,
    files: stored,
    message: `${rowCount} rows since ${since}, for alert ${alert.id}`,
  });
  await recordUse(tx, projectId, ref('snapshot', id), [ref('alert', alert.id), ref('deployment', alert.deploymentId)]);
  return { snapshot: id, datasetId: dataset.id };
}

async function openPlace(
  tx: Context,
  alert: Alert,
  rows: { snapshotId: string; datasetId: string },
  origin: Origin,
): Promise<string> {
  const { defaultEnvironmentId } = (await findProject(tx, alert.projectId))!;
  const environment = origin.environmentRevisionId ?? defaultEnvironmentId ?? 'base';
  const { id } = await createWorkspace(
    tx,
    alert.projectId,
    {
      tool,
      name: `Alert: ${alert.deploymentName} ${alert.feature ?? alert.kind}`.slice(0, 120),
      environment,
      ...(origin.commit ? { branch: `investigate/${alert.id}` } : {}),
    },
    {
      commit: origin.commit,
      patchSha256: origin.patchSha256,
      inputs: [{ name: inputName, ...rows }, ...origin.inputs],
      beginWith: `${inputName}/${notebookName}`,
    },
  );
  return id;
}
