import { requestCancel } from '../compute/index.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { alreadyOver, isOver, type Job } from './job.ts';
import { openJob } from './open-job.ts';
import { jobOf } from './start-job.ts';

/** Asks for the end of a job with all its processes. */
export async function cancelJob(ctx: Context, id: string): Promise<Job> {
  const row = await openJob(ctx, id, 'job.cancel');
  return transaction(ctx, async (tx) => {
    const job = await jobOf(tx, row);
    if (isOver(job)) throw alreadyOver(job);
    await requestCancel(tx, row.workloadId);
    await emit(tx, { verb: 'job.cancel-requested', object: { type: 'job', id, projectId: row.projectId }, data: job });
    return job;
  });
}
