import { text } from 'node:stream/consumers';
import type { Context } from '../platform/index.ts';
import type { Job, JobRow, NewJob } from './job.ts';
import { openJob } from './open-job.ts';
import { startJob } from './start-job.ts';

/** The same command on the same commit, patch, environment revision and inputs, as a new job. */
export async function rerunJob(ctx: Context, id: string): Promise<Job> {
  const row = await openJob(ctx, id, 'job.start');
  return startJob(ctx, row.projectId, await againAs(ctx, row), { rerunOf: id });
}

/** What a job was given, as the input of another. */
export async function againAs(ctx: Context, row: JobRow): Promise<NewJob> {
  const patch = row.patchSha256 ? await text(await ctx.platform.blobs.read(row.patchSha256)) : undefined;
  return {
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
  };
}
