import { sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import { findWorkload, findWorkloads, sendLogs } from '../compute/index.ts';
import { type AnyRoute, type Context, type ListQuery, pageOf, pathId, route } from '../platform/index.ts';
import { openProject, projectParams } from '../projects/index.ts';
import { cancelJob } from './cancel-job.ts';
import { jobSchema, newJobSchema, presentJob } from './job.ts';
import { jobList, listJobs } from './job-store.ts';
import { openJob } from './open-job.ts';
import { rerunJob } from './rerun-job.ts';
import { jobOf, startJob } from './start-job.ts';

const jobParams = Type.Object({ job: pathId('Id of the job.') });

async function list(ctx: Context, projectId: string | null, query: ListQuery) {
  const readable = visible(ctx, 'job.read', sql.ref('jobs.project_id'));
  const { items, nextCursor } = await listJobs(ctx, { readable, projectId }, query);
  const workloads = await findWorkloads(
    ctx,
    items.map((row) => row.workloadId),
  );
  return { items: items.map((row) => presentJob(row, workloads.get(row.workloadId)!)), nextCursor };
}

export const jobRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/projects/{project}/jobs',
    operationId: 'startJob',
    summary: 'Run a command on a commit, in an environment, with named inputs',
    permission: 'job.start',
    params: projectParams,
    body: newJobSchema,
    response: { 201: jobSchema },
    handler: async (ctx, { params, body }) => startJob(ctx, params.project, body),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/jobs',
    operationId: 'listProjectJobs',
    summary: 'Jobs of a project, newest first',
    permission: 'job.read',
    params: projectParams,
    query: Type.Object(jobList.query),
    response: { 200: pageOf(jobSchema) },
    handler: async (ctx, { params, query }) => list(ctx, (await openProject(ctx, params.project, 'job.read')).id, query),
  }),
  route({
    method: 'GET',
    path: '/jobs',
    operationId: 'listJobs',
    summary: 'Jobs that you may see, newest first',
    permission: 'job.read',
    query: Type.Object(jobList.query),
    response: { 200: pageOf(jobSchema) },
    handler: async (ctx, { query }) => list(ctx, null, query),
  }),
  route({
    method: 'GET',
    path: '/jobs/{job}',
    operationId: 'getJob',
    summary: 'One job',
    permission: 'job.read',
    params: jobParams,
    response: { 200: jobSchema },
    handler: async (ctx, { params }) => jobOf(ctx, await openJob(ctx, params.job, 'job.read')),
  }),
  route({
    method: 'POST',
    path: '/jobs/{job}/cancel',
    operationId: 'cancelJob',
    summary: 'End a job with all its processes',
    permission: 'job.cancel',
    params: jobParams,
    response: { 200: jobSchema },
    handler: async (ctx, { params }) => cancelJob(ctx, params.job),
  }),
  route({
    method: 'POST',
    path: '/jobs/{job}/rerun',
    operationId: 'rerunJob',
    summary: 'The same again: command, commit, patch, environment revision and inputs',
    permission: 'job.start',
    params: jobParams,
    response: { 201: jobSchema },
    handler: async (ctx, { params }) => rerunJob(ctx, params.job),
  }),
  route({
    method: 'GET',
    path: '/jobs/{job}/logs',
    operationId: 'getJobLogs',
    summary: 'Its log: whole, a Range, or followed',
    description:
      'With `follow=true` server-sent events: the id of each is the byte offset after it, so a broken connection goes on by Last-Event-ID; `event: end` closes.',
    permission: 'job.read',
    params: jobParams,
    query: Type.Object({ follow: Type.Optional(Type.Boolean()) }),
    produces: ['text/plain', 'text/event-stream'],
    response: { 200: Type.String() },
    handler: async (ctx, { params, query: { follow = false }, request, reply }) => {
      const open = (now: Context) => openJob(now, params.job, 'job.read');
      const { workloadId } = await open(ctx);
      return sendLogs(ctx, (await findWorkload(ctx, workloadId))!, { request, reply, follow }, open);
    },
  }),
];
