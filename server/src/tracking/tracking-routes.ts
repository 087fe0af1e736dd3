import { sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import { listFolder, sendArtifact } from '../artifacts/index.ts';
import {
  type AnyRoute,
  defineShortList,
  etag,
  invalidField,
  nullable,
  pageOf,
  pageQuery,
  pathId,
  readShortList,
  route,
} from '../platform/index.ts';
import { openProject, projectParams } from '../projects/index.ts';
import { createExperiment, defaultExperiment, openExperiment } from './experiments.ts';
import { goalProgressSchema, listGoalProgress } from './goal-progress.ts';
import { type Course, coursesOf } from './metric-history.ts';
import { changeRun, editionOfRun, openRun, presentRun, runWithData } from './runs.ts';
import { searchRuns } from './search-runs.ts';
import { checkKey, experimentSchema, iso, metricValueSchema, presentValue, runSchema } from './tracking.ts';
import { dataOf, experimentList, keysOf, listExperiments } from './tracking-store.ts';

const runParams = Type.Object({ run: pathId('Id of the run.') });
const keyQuery = Type.Object({
  search: Type.Optional(Type.String({ maxLength: 250 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
});

function keyRoute(kind: 'metrics' | 'params', operationId: string): AnyRoute {
  return route({
    method: 'GET',
    path: `/projects/{project}/${kind === 'metrics' ? 'metric' : 'param'}-keys`,
    operationId,
    summary: `Names of ${kind} that runs of the project have, for column pickers`,
    permission: 'run.read',
    params: projectParams,
    query: keyQuery,
    response: { 200: Type.Object({ items: Type.Array(Type.String()) }) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'run.read');
      return {
        items: await keysOf(ctx, project.id, kind === 'metrics' ? 'metric' : 'param', query.search ?? '', query.limit ?? 50),
      };
    },
  });
}

/** `-metrics.auc` and `metrics.auc desc` are the same. */
const runOrder = (sort: string | undefined): string[] =>
  sort === undefined ? [] : [sort.startsWith('-') ? `${sort.slice(1)} desc` : sort];

const historySchema = Type.Object({
  key: Type.String(),
  total: Type.Integer(),
  points: Type.Array(Type.Object({ step: Type.Integer(), time: Type.Integer(), value: metricValueSchema })),
});

const presentCourse = (key: string, { total, points }: Course) => ({
  key,
  total,
  points: points.map((point) => ({ ...point, value: presentValue(point.value) })),
});

/** `metrics.auc,params.a%2Cb` as lists of keys. */
function readKeys(text: string): { metrics: string[]; params: string[] } {
  const keys = { metrics: [] as string[], params: [] as string[] };
  for (const part of text.split(',').filter(Boolean)) {
    const [, kind, key] = /^(metrics|params)\.(.+)$/s.exec(part) ?? [];
    if (!kind || !key) throw invalidField('query/keys', `has "${part.slice(0, 100)}", which is neither metrics.… nor params.…`);
    keys[kind as 'metrics' | 'params'].push(key.replaceAll(/%2c/gi, ',').replaceAll('%25', '%'));
  }
  return keys;
}

const goalProgressList = defineShortList('goal progress', goalProgressSchema, { sort: 'createdAt', id: ['id'] });

export const trackingRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/projects/{project}/experiments',
    operationId: 'listExperiments',
    summary: 'Experiments of a project with their runs counted',
    permission: 'run.read',
    params: projectParams,
    query: Type.Object(experimentList.query),
    response: { 200: pageOf(experimentSchema) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'run.read');
      await defaultExperiment(ctx, project.id);
      const { items, nextCursor } = await listExperiments(ctx, project.id, query);
      return {
        items: items.map((row) => ({ ...row, createdAt: iso(row.createdTime), updatedAt: iso(row.updatedTime) })),
        nextCursor,
      };
    },
  }),
  route({
    method: 'POST',
    path: '/projects/{project}/experiments',
    operationId: 'createExperiment',
    summary: 'Make an experiment: a group of runs',
    permission: 'run.write',
    params: projectParams,
    body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 500 }) }),
    response: { 201: experimentSchema },
    handler: async (ctx, { params, body }) => {
      const made = await createExperiment(ctx, params.project, body);
      return { ...made, runCount: 0, createdAt: iso(made.createdTime), updatedAt: iso(made.updatedTime) };
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/runs',
    operationId: 'listRuns',
    summary: 'Runs of a project: filtered, sorted, a page at a time',
    permission: 'run.read',
    params: projectParams,
    query: Type.Object({
      ...pageQuery,
      experiment: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Only of this experiment.' })),
      filter: Type.Optional(
        Type.String({ maxLength: 32_768, description: "As MLflow clients write it: metrics.auc > 0.9 and params.depth = '3'" }),
      ),
      sort: Type.Optional(
        Type.String({ maxLength: 400, description: '-startedAt, -metrics.auc or metrics.auc desc; missing values stand last.' }),
      ),
      keys: Type.Optional(
        Type.String({
          maxLength: 32_768,
          description:
            'Only these metrics and parameters of each run, as metrics.auc,params.depth with %2C for a comma in a key; all when left out.',
        }),
      ),
    }),
    response: { 200: pageOf(runSchema) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'run.read');
      const where = query.experiment
        ? { experimentIds: [(await openExperiment(ctx, query.experiment, 'run.read', project.id)).id] }
        : { projectId: project.id };
      const { items, nextCursor } = await searchRuns(ctx, {
        in: where,
        filter: query.filter,
        orderBy: runOrder(query.sort),
        limit: query.limit ?? 50,
        cursor: query.cursor,
        pointers: { filter: 'query/filter', order: 'query/sort', cursor: 'query/cursor' },
      });
      const data = await dataOf(
        ctx,
        items.map((row) => row.id),
        query.keys === undefined ? undefined : readKeys(query.keys),
      );
      return { items: items.map((row) => presentRun(row, data.get(row.id)!)), nextCursor };
    },
  }),
  route({
    method: 'GET',
    path: '/goal-progress',
    operationId: 'listGoalProgress',
    summary: 'Goals of projects that you may see, each with the best value that a run reached',
    permission: 'run.read',
    query: Type.Object({
      ...goalProgressList.query,
      project: Type.Optional(Type.String({ maxLength: 100, description: 'Only of this project, by id or slug.' })),
    }),
    response: { 200: pageOf(goalProgressSchema) },
    handler: async (ctx, { query }) => {
      const project = query.project === undefined ? null : await openProject(ctx, query.project, 'run.read');
      const readable = visible(ctx, 'run.read', sql.ref('goals.project_id'));
      return readShortList(goalProgressList, await listGoalProgress(ctx, readable, project?.id ?? null), query);
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{run}',
    operationId: 'getRun',
    summary: 'One run with everything logged and where it came from',
    permission: 'run.read',
    params: runParams,
    response: { 200: runSchema },
    handler: async (ctx, { params, reply }) => {
      const run = await runWithData(ctx, await openRun(ctx, params.run, 'run.read'));
      etag(reply, editionOfRun(run));
      return run;
    },
  }),
  route({
    method: 'PATCH',
    path: '/runs/{run}',
    operationId: 'changeRun',
    summary: 'Change name, notes or tags',
    permission: 'run.write',
    params: runParams,
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 250 })),
      notes: Type.Optional(Type.String({ maxLength: 100_000 })),
      tags: Type.Optional(
        Type.Array(Type.Object({ key: Type.String({ minLength: 1, maxLength: 250 }), value: Type.String({ maxLength: 8000 }) }), {
          maxItems: 100,
        }),
      ),
    }),
    response: { 200: runSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      for (const [index, tag] of (body.tags ?? []).entries()) checkKey(tag.key, `/tags/${index}/key`);
      const run = await runWithData(ctx, await changeRun(ctx, params.run, { ...body, ifMatch: request }));
      etag(reply, editionOfRun(run));
      return run;
    },
  }),
  route({
    method: 'DELETE',
    path: '/runs/{run}',
    operationId: 'deleteRun',
    summary: 'Move a run to the trash',
    permission: 'run.write',
    params: runParams,
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => {
      await changeRun(ctx, params.run, { lifecycle: 'deleted' });
    },
  }),
  route({
    method: 'POST',
    path: '/runs/{run}/restore',
    operationId: 'restoreRun',
    summary: 'Bring a run back from the trash',
    permission: 'run.write',
    params: runParams,
    response: { 200: runSchema },
    handler: async (ctx, { params }) => runWithData(ctx, await changeRun(ctx, params.run, { lifecycle: 'active' })),
  }),
  route({
    method: 'GET',
    path: '/runs/{run}/metrics',
    operationId: 'listRunMetrics',
    summary: 'Metrics of a run: newest value and number of points',
    permission: 'run.read',
    params: runParams,
    response: { 200: Type.Object({ items: runSchema.properties.metrics }) },
    handler: async (ctx, { params }) => {
      const run = await openRun(ctx, params.run, 'run.read');
      return { items: (await runWithData(ctx, run)).metrics };
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{run}/metrics/history',
    operationId: 'getMetricHistory',
    summary: 'The points of one metric, thinned so that no spike is lost',
    permission: 'run.read',
    params: runParams,
    query: Type.Object({
      key: Type.String({ minLength: 1, maxLength: 250 }),
      points: Type.Optional(Type.Integer({ minimum: 10, maximum: 25_000, default: 1000 })),
      from: Type.Optional(Type.Integer({ description: 'Only from this step on; a part of a course is thinned less.' })),
      to: Type.Optional(Type.Integer({ description: 'Only up to this step.' })),
    }),
    response: { 200: historySchema },
    handler: async (ctx, { params, query }) => {
      const run = await openRun(ctx, params.run, 'run.read');
      const { key, points = 1000, from, to } = query;
      const courses = await coursesOf(ctx, [run.id], { key, points, from, to });
      return presentCourse(key, courses.get(run.id) ?? { total: 0, points: [] });
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{run}/artifacts',
    operationId: 'listArtifacts',
    summary: 'Files of a run in one folder',
    permission: 'artifact.read',
    params: runParams,
    query: Type.Object({ path: Type.Optional(Type.String({ maxLength: 1000 })) }),
    response: {
      200: Type.Object({
        items: Type.Array(Type.Object({ path: Type.String(), isFolder: Type.Boolean(), sizeBytes: nullable(Type.Integer()) })),
      }),
    },
    handler: async (ctx, { params, query }) => {
      const run = await openRun(ctx, params.run, 'artifact.read');
      return { items: await listFolder(ctx, `run:${run.id}`, query.path ?? '') };
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{run}/artifact',
    operationId: 'getArtifact',
    summary: 'Download a file of a run',
    permission: 'artifact.read',
    params: runParams,
    query: Type.Object({ path: Type.String({ minLength: 1, maxLength: 1000 }) }),
    produces: ['application/octet-stream'],
    response: { 200: Type.Unsafe<string>({ type: 'string', format: 'binary' }) },
    handler: async (ctx, { params, query, reply }) => {
      const run = await openRun(ctx, params.run, 'artifact.read');
      return sendArtifact(ctx, reply, `run:${run.id}`, query.path);
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/metric-histories',
    operationId: 'listMetricHistories',
    summary: 'The points of one metric of several runs of the project, each thinned so that no spike is lost',
    permission: 'run.read',
    params: projectParams,
    query: Type.Object({
      key: Type.String({ minLength: 1, maxLength: 250 }),
      runs: Type.String({ minLength: 1, maxLength: 20_000, description: 'Ids of at most 200 runs, with commas between.' }),
      points: Type.Optional(Type.Integer({ minimum: 10, maximum: 5_000, default: 1000 })),
    }),
    response: { 200: Type.Object({ items: Type.Array(Type.Object({ runId: Type.String(), ...historySchema.properties })) }) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'run.read');
      const runIds = [...new Set(query.runs.split(','))];
      if (runIds.length > 200) throw invalidField('query/runs', 'has more than 200 runs');
      const { key, points = 1000 } = query;
      const courses = await coursesOf(ctx, runIds, { key, points }, project.id);
      return { items: [...courses].map(([runId, course]) => ({ runId, ...presentCourse(key, course) })) };
    },
  }),
  keyRoute('metrics', 'listMetricKeys'),
  keyRoute('params', 'listParamKeys'),
];
