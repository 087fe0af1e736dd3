import { type Expression, type SqlBool, sql } from 'kysely';
import type { Context } from '../platform/index.ts';
import type { JobRow } from './job.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    jobs: {
      id: string;
      projectId: string;
      name: string;
      command: string;
      commit: string | null;
      patchSha256: string | null;
      environment: string;
      environmentRevisionId: string | null;
      environmentDigest: string | null;
      hardwareTier: string | null;
      inputs: string;
      variables: string;
      timeoutSeconds: number | null;
      retries: number;
      workloadId: string;
      rerunOf: string | null;
      createdBy: string;
      createdAt: import('kysely').Generated<string>;
    };
  }
}

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('jobs')
    .select([
      'jobs.id',
      'jobs.projectId',
      'jobs.name',
      'jobs.command',
      'jobs.commit',
      'jobs.patchSha256',
      'jobs.environment',
      'jobs.environmentRevisionId',
      'jobs.environmentDigest',
      'jobs.inputs',
      'jobs.variables',
      'jobs.timeoutSeconds',
      'jobs.retries',
      'jobs.workloadId',
      'jobs.rerunOf',
      'jobs.createdBy',
      'jobs.createdAt',
      'jobs.hardwareTier as hardwareTierAsked',
    ])
    .select([
      sql<string>`coalesce((select name from people where id = jobs.created_by), (select name from service_accounts where id = jobs.created_by), jobs.created_by)`.as(
        'createdByName',
      ),
      // What the job produced is in the lineage: runs are known there without this module knowing tracking.
      sql<
        string[]
      >`coalesce((select array_agg(substr(to_ref, 5) order by to_ref) from lineage_edges where from_ref = 'job:' || jobs.id and to_ref like 'run:%'), '{}')`.as(
        'runIds',
      ),
    ]);

const asRow = (row: unknown): JobRow => row as JobRow;

export async function findJob(ctx: Context, id: string): Promise<JobRow | null> {
  const row = await select(ctx).where('jobs.id', '=', id).executeTakeFirst();
  return row ? asRow(row) : null;
}

export async function listJobs(
  ctx: Context,
  filter: { readable: Expression<SqlBool>; projectId: string | null; limit: number; after: (string | number | null)[] | null },
): Promise<JobRow[]> {
  let query = select(ctx).where(filter.readable);
  if (filter.projectId) query = query.where('jobs.projectId', '=', filter.projectId);
  if (filter.after) query = query.where('jobs.id', '<', String(filter.after[0]));
  const rows = await query
    .orderBy('jobs.id', 'desc')
    .limit(filter.limit + 1)
    .execute();
  return rows.map(asRow);
}

export async function insertJob(
  tx: Context,
  job: Omit<JobRow, 'createdByName' | 'createdAt' | 'runIds' | 'hardwareTierAsked'> & { hardwareTier: string | null },
): Promise<void> {
  await tx.db
    .insertInto('jobs')
    .values({
      ...job,
      command: JSON.stringify(job.command),
      inputs: JSON.stringify(job.inputs),
      variables: JSON.stringify(job.variables),
    })
    .execute();
}

export async function setWorkload(tx: Context, jobId: string, workloadId: string): Promise<void> {
  await tx.db.updateTable('jobs').set({ workloadId }).where('id', '=', jobId).execute();
}
