import { text } from 'node:stream/consumers';
import { requestCancel } from '../compute/index.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { alreadyOver, isOver, type Job } from './job.ts';
import { openJob } from './open-job.ts';
import { jobOf, startJob } from './start-job.ts';

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

/** The same command on the same commit, patch, environment revision and inputs, as a new job. */
export async function rerunJob(ctx: Context, id: string): Promise<Job> {
  const row = await openJob(ctx, id, 'job.start');
  const patch = row.patchSha256 ? await text(await ctx.platform.blobs.read(row.patchSha256)) : undefined;
  return startJob(
    ctx,
    row.projectId,
    {
      command: row.command,
      name: row.name,
      ...(row.commit ? { commit: row.commit } : {}),
      ...(patch ? { patch } : {}),
      environment: row.environmentRevisionId ?? 'base',
      ...(row.hardwareTierAsked ? { hardwareTier: row.hardwareTierAsked } : {}),
      inputs: row.inputs.map(({ name, snapshotId }) => ({ name, snapshotId })),
      variables: row.variables,
      ...(row.timeoutSeconds ? { timeoutSeconds: row.timeoutSeconds } : {}),
      retries: row.retries,
    },
    id,
  );
}
