import { findJob, jobOf } from '../jobs/index.ts';
import { type Context, enqueue, type Listener, type Task, transaction } from '../platform/index.ts';
import { compareRuns, type RecordedRun } from './compare-results.ts';
import { recordedResults } from './recorded-results.ts';
import { finishReproduction } from './reproduce-job.ts';
import { causes, type Reproduction, verdictOf } from './reproduction.ts';
import { findByNewJob, findReproduction, moveReproduction } from './reproduction-store.ts';

import { scoreAgain } from './score-again.ts';

const judgeTask = 'judge-reproduction';

/** Takes job.finished: the end of a job that runs again is when there is something to compare. */
export const onJobFinished: Listener = {
  name: 'reproductions',
  verbs: ['job.finished'],
  async handle(ctx, event) {
    const reproduction = await findByNewJob(ctx, event.object.id);
    if (reproduction?.state !== 'rebuilding') return;
    await moveReproduction(ctx, reproduction.id, ['rebuilding'], { state: 'comparing' });
    await enqueue(ctx, judgeTask, { reproductionId: reproduction.id }, `${judgeTask} ${reproduction.id}`);
  },
};

/** Compares in the background: models may be large. */
export const judgeReproduction: Task = {
  name: judgeTask,
  async run(ctx, payload) {
    const reproduction = await findReproduction(ctx, (payload as { reproductionId: string }).reproductionId);
    if (reproduction?.state === 'comparing') await judge(ctx, reproduction);
  },
};

async function judge(ctx: Context, reproduction: Reproduction): Promise<void> {
  const { id, jobId, newJobId } = reproduction;
  const job = await jobOf(ctx, (await findJob(ctx, newJobId!))!);
  if (job.state !== 'succeeded') {
    const stopped = job.state === 'cancelled' || job.state === 'lost';
    await finishReproduction(ctx, id, {
      verdict: stopped ? 'impossible' : 'diverged',
      cause: stopped ? 'rebuild-stopped' : 'rebuild-failed',
      causeDetail: `Job ${job.id} is ${job.state}. ${job.stateReason ?? ''}`.trim(),
    });
    return;
  }
  const before = await recordedResults(ctx, jobId!);
  const after = await recordedResults(ctx, newJobId!);
  if (before.runs.every(isEmpty)) {
    await finishReproduction(ctx, id, {
      verdict: 'impossible',
      cause: 'nothing-to-compare',
      causeDetail: causes['nothing-to-compare'],
    });
    return;
  }
  const { differences, compared } = compareRuns(before.runs, after.runs);
  const excluded = [...new Set([...before.excluded, ...after.excluded])].sort();
  const whole = { ...compared, predictions: 0, excluded };
  await transaction(ctx, (tx) => moveReproduction(tx, id, ['comparing'], { compared: whole, differences }));
  // Where the rebuilt job has no such run or model, what differs is known already.
  const canScore =
    before.runs.length === after.runs.length &&
    before.runs.every((run, at) => run.models.length === after.runs[at]!.models.length);
  if (canScore && (await scoreAgain(ctx, reproduction, differences))) return;
  await finishReproduction(ctx, id, { verdict: verdictOf(differences), differences, compared: whole });
}

const isEmpty = (run: RecordedRun): boolean =>
  run.metrics.size === 0 && run.files.size === 0 && run.models.every((model) => model.files.size === 0);
