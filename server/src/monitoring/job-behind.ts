import { findJob, type JobRow } from '../jobs/index.ts';
import { ref, upstreamOf } from '../lineage/index.ts';
import type { Context } from '../platform/index.ts';
import type { VersionRow } from '../registry/index.ts';

/** The job that logged what became the version; null when none of Plinth's did. */
export async function jobBehind(ctx: Context, version: Pick<VersionRow, 'id'>): Promise<JobRow | null> {
  const [nearest] = (await upstreamOf(ctx.db, ref('version', version.id), 3)).filter((one) => one.ref.startsWith('job:'));
  return nearest ? findJob(ctx, nearest.ref.slice('job:'.length)) : null;
}
