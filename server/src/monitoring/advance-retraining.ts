import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { findArtifact } from '../artifacts/index.ts';
import { findJob, type Job, jobOf, startJob } from '../jobs/index.ts';
import { recordUse, ref } from '../lineage/index.ts';
import { type Context, emit, enqueue, type Listener, type Task, transaction } from '../platform/index.ts';
import {
  findVersion,
  nameOfVersion,
  registerVersion,
  type VersionRow,
  type VersionSource,
  versionsWhere,
} from '../registry/index.ts';
import { findModel, runsOfJob } from '../tracking/index.ts';
import type { Comparison } from './retraining.ts';
import { findByJob, findRetraining, moveRetraining, type RetrainingRow } from './retraining-store.ts';

const advanceTask = 'advance-retraining';
const compareScript = readFileSync(join(import.meta.dirname, 'compare-models.py'), 'utf8');

/** The end of a job of a retraining is when its next step begins. */
export const onRetrainingJobFinished: Listener = {
  name: 'retrainings',
  verbs: ['job.finished'],
  async handle(ctx, event) {
    const retraining = await findByJob(ctx, event.object.id);
    if (retraining) await enqueue(ctx, advanceTask, { retrainingId: retraining.id }, `${advanceTask} ${retraining.id}`);
  },
};

/** Registers what was trained, has it compared, and notes what came out. May run twice: each step is taken from its state only. */
export const advanceRetraining: Task = {
  name: advanceTask,
  async run(ctx, payload) {
    const retraining = await findRetraining(ctx, (payload as { retrainingId: string }).retrainingId);
    if (!retraining) return;
    const acting = onBehalf(ctx, retraining);
    if (retraining.state === 'training') await register(acting, retraining);
    else if (retraining.state === 'comparing') await finishComparison(acting, retraining);
  },
};

async function register(ctx: Context, retraining: RetrainingRow): Promise<void> {
  const job = await jobOf(ctx, (await findJob(ctx, retraining.jobId!))!);
  if (!job.finishedAt) return;
  if (job.state !== 'succeeded')
    return end(ctx, retraining, 'failed', `Job ${job.id} is ${job.state}. ${job.stateReason ?? ''}`.trim());
  const before = (await findVersion(ctx, retraining.versionId))!;
  const source = await sourceLike(ctx, before, retraining, job);
  if (!source) return end(ctx, retraining, 'failed', `Job ${job.id} logged no run to take a model from.`);
  try {
    await transaction(ctx, async (tx) => {
      const description = `Made again from version ${before.number} with ${retraining.recentRows} recent rows${retraining.alertId ? `, for alert ${retraining.alertId}` : ''}.`;
      // A script that registers what it makes has done so already.
      const version =
        (await registeredBy(tx, before, source.runId)) ??
        (await registerVersion(tx, before.projectId, before.modelName, { source, description }));
      await recordUse(tx, before.projectId, ref('version', version.id), [
        ref('version', before.id),
        ...(retraining.alertId ? [ref('alert', retraining.alertId)] : []),
      ]);
      const comparison = await startComparison(tx, retraining, before, version);
      if (
        !(await moveRetraining(tx, retraining.id, 'training', {
          state: 'comparing',
          newVersionId: version.id,
          comparisonJobId: comparison.id,
        }))
      )
        throw new Error(`retraining ${retraining.id} was moved meanwhile`);
      await told(tx, retraining.id, 'retraining.registered');
    });
  } catch (error) {
    // A model that was logged otherwise this time, or a name that is gone: the person is told, and nothing was written.
    if ((error as { status?: number }).status === undefined) throw error;
    await end(ctx, retraining, 'failed', (error as Error).message);
  }
}

/** The newest version of a model that was registered from a run. */
async function registeredBy(tx: Context, before: VersionRow, runId: string): Promise<VersionRow | null> {
  const [version] = await versionsWhere(tx, {
    where: [sql`model_versions.model_id = ${before.modelId} and model_versions.source_run_id = ${runId}`],
    order: [sql`model_versions.number desc`],
    limit: 1,
  });
  return version ?? null;
}

/** The same place among what the new job logged as the version before has among what its job logged. */
async function sourceLike(
  ctx: Context,
  before: VersionRow,
  retraining: RetrainingRow,
  job: Job,
): Promise<Extract<VersionSource, { kind: 'run' }> | null> {
  const then = await runsOfJob(ctx, retraining.sourceJobId);
  const now = await runsOfJob(ctx, job.id);
  const run = now[then.findIndex((one) => one.id === before.sourceRunId)] ?? now.at(-1);
  if (!run) return null;
  const path =
    before.sourcePath || (before.sourceModelId ? (await findModel(ctx, before.sourceModelId))?.name : undefined) || 'model';
  return { kind: 'run', runId: run.id, path };
}

async function startComparison(tx: Context, retraining: RetrainingRow, before: VersionRow, version: VersionRow): Promise<Job> {
  const job = (await findJob(tx, retraining.sourceJobId))!;
  return startJob(tx, retraining.projectId, {
    name: `compare ${version.modelName} ${before.number} and ${version.number}`.slice(0, 120),
    command: [
      'python3',
      '-c',
      compareScript,
      nameOfVersion(before),
      nameOfVersion(version),
      retraining.tablePath,
      String(retraining.referenceRows),
      retraining.target,
    ],
    ...(job.commit ? { commit: job.commit } : {}),
    environment: job.environmentRevisionId ?? 'base',
    ...(job.hardwareTierAsked ? { hardwareTier: job.hardwareTierAsked } : {}),
    inputs: [{ name: 'data', snapshotId: retraining.snapshotId }],
  });
}

async function finishComparison(ctx: Context, retraining: RetrainingRow): Promise<void> {
  const job = await jobOf(ctx, (await findJob(ctx, retraining.comparisonJobId!))!);
  if (!job.finishedAt) return;
  const comparison = job.state === 'succeeded' ? await readComparison(ctx, job) : null;
  const reason = comparison
    ? null
    : `The versions were not compared: job ${job.id} is ${job.state}. ${job.stateReason ?? ''}`.trim();
  await end(ctx, retraining, 'finished', reason, comparison);
}

async function end(
  ctx: Context,
  retraining: RetrainingRow,
  state: 'finished' | 'failed',
  stateReason: string | null,
  comparison: Comparison | null = null,
): Promise<void> {
  await transaction(ctx, async (tx) => {
    const change = {
      state,
      stateReason,
      finishedAt: ctx.platform.clock.now().toISOString(),
      ...(comparison ? { comparison } : {}),
    };
    if (await moveRetraining(tx, retraining.id, retraining.state, change)) await told(tx, retraining.id, `retraining.${state}`);
  });
}

async function told(tx: Context, id: string, verb: string): Promise<void> {
  const retraining = (await findRetraining(tx, id))!;
  await emit(tx, { verb, object: { type: 'retraining', id, projectId: retraining.projectId }, data: retraining });
}

/** What the job logged. It ran code of the project, so nothing but numbers in their places is taken from it. */
async function readComparison(ctx: Context, job: Job): Promise<Comparison | null> {
  for (const run of (await runsOfJob(ctx, job.id)).reverse()) {
    const file = await findArtifact(ctx, `run:${run.id}`, 'comparison.json');
    if (!file || file.sizeBytes > 100_000) continue;
    try {
      const found = JSON.parse(await text(await ctx.platform.blobs.read(file.sha256)));
      const task = found.task === 'regression' ? 'regression' : 'classification';
      const windows = { reference: windowOf(found.reference), recent: windowOf(found.recent) };
      return { task, ...windows, outcome: outcomeOf(task, Object.values(windows)) };
    } catch {
      // Not what the script writes.
    }
  }
  return null;
}

const windowOf = (found: Record<string, unknown>) => ({
  rowCount: Math.floor(Number(found.rowCount)),
  current: numbersOf(found.current),
  candidate: numbersOf(found.candidate),
});

const numbersOf = (found: unknown): Record<string, number> =>
  Object.fromEntries(
    Object.entries(found as object)
      .slice(0, 20)
      .filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );

function outcomeOf(task: Comparison['task'], windows: readonly Comparison['recent'][]): Comparison['outcome'] {
  const gains = windows.map(({ current, candidate }) =>
    task === 'regression' ? (current.rmse ?? 0) - (candidate.rmse ?? 0) : (candidate.accuracy ?? 0) - (current.accuracy ?? 0),
  );
  if (gains.every((gain) => gain === 0)) return 'same';
  if (gains.every((gain) => gain >= 0)) return 'better';
  return gains.every((gain) => gain <= 0) ? 'worse' : 'mixed';
}

/** Later steps are done in the name of the person who asked, who is thereby the author of what comes out. */
const onBehalf = (ctx: Context, { createdBy, createdByName }: RetrainingRow): Context => ({
  ...ctx,
  actor: { ...ctx.actor, id: createdBy, name: createdByName },
});
