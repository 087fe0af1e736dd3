import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
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

const createdByName = sql<string>`coalesce((select name from people where id = jobs.created_by), (select name from service_accounts where id = jobs.created_by), jobs.created_by)`;

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
      createdByName.as('createdByName'),
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

/** State and times are those of the attempt in force. */
export const jobList = defineList({
  name: 'jobs',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('jobs.id'),
    projectId: fields.text('jobs.projectId'),
    name: fields.text('jobs.name'),
    state: fields.text(sql`case workloads.state when 'stopping' then 'running' else workloads.state end`),
    exitCode: fields.integer('workloads.exitCode', { nullable: true }),
    environment: fields.text('jobs.environment'),
    commit: fields.text('jobs.commit', { nullable: true }),
    hardwareTier: fields.text(sql`workloads.tier->>'name'`),
    host: fields.text('workloads.host', { nullable: true }),
    attempt: fields.integer('workloads.attempt'),
    rerunOf: fields.text('jobs.rerunOf', { nullable: true }),
    createdBy: fields.text('jobs.createdBy'),
    createdByName: fields.text(createdByName),
    createdAt: fields.time('jobs.createdAt'),
    startedAt: fields.time('workloads.startedAt', { nullable: true }),
    finishedAt: fields.time('workloads.finishedAt', { nullable: true }),
  },
});

export async function listJobs(
  ctx: Context,
  { readable, projectId }: { readable: Expression<SqlBool>; projectId: string | null },
  query: ListQuery,
): Promise<Page<JobRow>> {
  let rows = select(ctx).innerJoin('workloads', 'workloads.id', 'jobs.workloadId').where(readable);
  if (projectId) rows = rows.where('jobs.projectId', '=', projectId);
  const page = await readPage(jobList, rows, query);
  return { ...page, items: page.items.map(asRow) };
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
