import { sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import { type AnyRoute, checkIfMatch, editionOf, etag, pageOf, pathId, route, timestamp } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { changeMonitor } from './change-monitor.ts';
import { describeMonitor, monitorDetailFields } from './describe-monitor.ts';
import { monitorSchema } from './monitor.ts';
import { listMonitors, monitorList } from './monitor-store.ts';
import { openMonitor } from './open-monitor.ts';
import { presentMonitor } from './present-monitor.ts';
import { putGroundTruth } from './put-ground-truth.ts';
import { putReference } from './put-reference.ts';

const monitorParams = Type.Object({ monitor: pathId('Id of the monitor.') });
export const deploymentParams = Type.Object({ deployment: pathId('Name or id of the deployment.') });
export const ofProjectAndDeployment = {
  project: Type.Optional(Type.String({ minLength: 1, maxLength: 120, description: 'Id or slug of a project.' })),
  deployment: Type.Optional(Type.String({ minLength: 1, maxLength: 120, description: 'Name or id of a deployment.' })),
};

const monitorDetailSchema = Type.Object({ ...monitorSchema.properties, ...monitorDetailFields });

const editionOfMonitor = ({ falseAlarmDays }: { falseAlarmDays: number }): string => editionOf({ falseAlarmDays });

export const monitorRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/monitors',
    operationId: 'listMonitors',
    summary: 'Monitors that you may see, newest first; every channel of a deployment has one',
    permission: 'monitor.read',
    query: Type.Object({ ...monitorList.query, ...ofProjectAndDeployment }),
    response: { 200: pageOf(monitorSchema) },
    handler: async (ctx, { query }) => {
      const project = query.project === undefined ? null : await openProject(ctx, query.project, 'monitor.read');
      const readable = visible(ctx, 'monitor.read', sql.ref('monitors.project_id'));
      const { items, nextCursor } = await listMonitors(
        ctx,
        { readable, projectId: project?.id ?? null, deployment: query.deployment },
        query,
      );
      return { items: items.map(presentMonitor), nextCursor };
    },
  }),
  route({
    method: 'GET',
    path: '/monitors/{monitor}',
    operationId: 'getMonitor',
    summary: 'One monitor with distributions, series, health, quality and open alerts',
    permission: 'monitor.read',
    params: monitorParams,
    response: { 200: monitorDetailSchema },
    handler: async (ctx, { params, reply }) => {
      const monitor = await openMonitor(ctx, params.monitor, 'monitor.read');
      etag(reply, editionOfMonitor(monitor));
      return { ...presentMonitor(monitor), ...(await describeMonitor(ctx, monitor)) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/monitors/{monitor}',
    operationId: 'changeMonitor',
    summary: 'Change the false-alarm budget: at most one false alarm in so many days',
    permission: 'monitor.write',
    params: monitorParams,
    body: Type.Object({ falseAlarmDays: Type.Integer({ minimum: 30, maximum: 1_000_000 }) }),
    response: { 200: monitorSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      const monitor = await changeMonitor(ctx, params.monitor, body, (before) => checkIfMatch(request, editionOfMonitor(before)));
      etag(reply, editionOfMonitor(monitor));
      return monitor;
    },
  }),
  route({
    method: 'POST',
    path: '/deployments/{deployment}/reference',
    operationId: 'putReference',
    summary: 'Choose the table with which the rows of a deployment are compared',
    description:
      'A snapshot, or a table among the artifacts of a run. It serves all channels, in place of the snapshot that the run used.',
    permission: 'monitor.write',
    params: deploymentParams,
    body: Type.Object({
      snapshotId: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
      runId: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
      path: Type.Optional(
        Type.String({ minLength: 1, maxLength: 1_000, description: 'The table, when there are several files.' }),
      ),
    }),
    response: { 200: Type.Object({ items: Type.Array(monitorSchema) }) },
    handler: async (ctx, { params, body }) => ({ items: await putReference(ctx, params.deployment, body) }),
  }),
  route({
    method: 'POST',
    path: '/deployments/{deployment}/ground-truth',
    operationId: 'putGroundTruth',
    summary: 'Say what turned out to be true for rows that were predicted',
    description: 'All or nothing. Late is fine; a second value for a row corrects the first.',
    permission: 'monitor.label',
    params: deploymentParams,
    body: Type.Object({
      items: Type.Array(
        Type.Object({
          predictionId: Type.String({
            minLength: 1,
            maxLength: 60,
            description: '`prd_….n`; without n for a request of one row.',
          }),
          value: Type.Union([Type.Number(), Type.String({ maxLength: 1_000 }), Type.Boolean()]),
          observedAt: Type.Optional(timestamp),
        }),
        { minItems: 1, maxItems: 1_000 },
      ),
    }),
    response: { 200: Type.Object({ recorded: Type.Integer(), corrected: Type.Integer(), unchanged: Type.Integer() }) },
    handler: async (ctx, { params, body }) => putGroundTruth(ctx, params.deployment, body.items),
  }),
];
