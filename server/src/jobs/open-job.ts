import { type Action, inProject, require } from '../access/index.ts';
import { type Context, notFound } from '../platform/index.ts';
import type { JobRow } from './job.ts';
import { findJob } from './job-store.ts';

/** A job after asking for a right in its project. */
export async function openJob(ctx: Context, id: string, action: Action): Promise<JobRow> {
  const row = await findJob(ctx, id);
  if (!row) {
    ctx.decided.add(action);
    throw notFound('job', id);
  }
  await require(ctx, action, inProject('job', id, row.projectId, id));
  return row;
}
