import { sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import { findWorkload, sendLogs } from '../compute/index.ts';
import { subjectsNamed } from '../people/index.ts';
import {
  type AnyRoute,
  type Context,
  checkIfMatch,
  decodeCursor,
  editionOf,
  encodeCursor,
  etag,
  type ListQuery,
  notFound,
  oneOf,
  pageOf,
  pageQuery,
  pathId,
  readTogether,
  route,
} from '../platform/index.ts';
import { channelNames } from '../policies/index.ts';
import {
  latencyQuantile,
  listPredictions,
  namePredictions,
  predictionSchema,
  presentPrediction,
  trafficSince,
} from '../predictions/index.ts';
import { openProject, projectParams } from '../projects/index.ts';
import { deleteDeployment, scaleChannel, startDeployment, stopDeployment } from './change-deployment.ts';
import { changeTraffic } from './change-traffic.ts';
import { changeRevision, deploy } from './deploy.ts';
import { deploymentName, deploymentSchema, revisionSchema, wholeDeploymentSchema } from './deployment.ts';
import { deploymentList, listDeployments, replicasOf, revisionsOf } from './deployment-store.ts';
import { openDeployment } from './open-deployment.ts';
import { presentDeployments, presentRevision, presentWhole } from './present-deployment.ts';
import { listRevisions, revisionList } from './revision-list.ts';
import { rollBack } from './roll-back.ts';

const deploymentParams = Type.Object({ deployment: pathId('Id or name of the deployment.') });
const channel = oneOf(channelNames, 'beta is open; prod is entered through an approval.');
const model = Type.String({
  minLength: 1,
  maxLength: 500,
  description: 'models:/name/version, or models:/name@alias to follow the alias.',
});
const replicas = Type.Integer({ minimum: 1, maximum: 32, description: 'How many processes answer.' });
const hardwareTier = Type.String({ minLength: 1, maxLength: 120, description: 'Id or name of a hardware tier.' });

async function list(ctx: Context, projectId: string | null, query: ListQuery) {
  const readable = visible(ctx, 'deployment.read', sql.ref('deployments.project_id'));
  return readTogether(ctx, async (reading) => {
    const { items, nextCursor } = await listDeployments(reading, { readable, projectId }, query);
    return { items: await presentDeployments(reading, items), nextCursor };
  });
}

/** What people edit of a deployment in place; the rest of it are revisions. */
const editionOfTraffic = ({ traffic }: { traffic: readonly { channel: string; weight: number }[] }): string =>
  editionOf({ traffic: traffic.map((one) => [one.channel, one.weight]) });

export const deploymentRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/projects/{project}/deployments',
    operationId: 'deploy',
    summary: 'Put a model version on a channel of a service, which is made when it is not there',
    description:
      'A service of that name in the same project gets a new revision on the channel; what serves goes on until it answers. Into a protected channel only what was approved: else 409 approval-required with approvalId.',
    permission: 'deployment.write',
    params: projectParams,
    body: Type.Object({
      name: deploymentName,
      model,
      channel: Type.Optional(channel),
      replicas: Type.Optional(replicas),
      hardwareTier: Type.Optional(hardwareTier),
    }),
    response: { 201: deploymentSchema },
    handler: async (ctx, { params, body }) => deploy(ctx, params.project, body),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/deployments',
    operationId: 'listProjectDeployments',
    summary: 'Deployments of a project, newest first',
    permission: 'deployment.read',
    params: projectParams,
    query: Type.Object(deploymentList.query),
    response: { 200: pageOf(deploymentSchema) },
    handler: async (ctx, { params, query }) => list(ctx, (await openProject(ctx, params.project, 'deployment.read')).id, query),
  }),
  route({
    method: 'GET',
    path: '/deployments',
    operationId: 'listDeployments',
    summary: 'Deployments that you may see, newest first',
    permission: 'deployment.read',
    query: Type.Object(deploymentList.query),
    response: { 200: pageOf(deploymentSchema) },
    handler: async (ctx, { query }) => list(ctx, null, query),
  }),
  route({
    method: 'GET',
    path: '/deployments/{deployment}',
    operationId: 'getDeployment',
    summary: 'One deployment: channels, replicas, traffic, health of the last hour, a form to try it',
    permission: 'deployment.read',
    params: deploymentParams,
    response: { 200: wholeDeploymentSchema },
    handler: async (ctx, { params, reply }) => {
      const row = await openDeployment(ctx, params.deployment, 'deployment.read');
      etag(reply, editionOfTraffic(row));
      return presentWhole(ctx, row);
    },
  }),
  route({
    method: 'POST',
    path: '/deployments/{deployment}/revisions',
    operationId: 'createDeploymentRevision',
    summary: 'A new revision of a channel, beside the one that serves until it answers',
    permission: 'deployment.write',
    params: deploymentParams,
    body: Type.Object({
      model,
      channel: Type.Optional(channel),
      replicas: Type.Optional(replicas),
      hardwareTier: Type.Optional(hardwareTier),
    }),
    response: { 201: deploymentSchema },
    handler: async (ctx, { params, body }) => changeRevision(ctx, params.deployment, body),
  }),
  route({
    method: 'GET',
    path: '/deployments/{deployment}/revisions',
    operationId: 'listDeploymentRevisions',
    summary: 'What served, when, why, and what failed, newest first',
    permission: 'deployment.read',
    params: deploymentParams,
    query: Type.Object({ ...revisionList.query, channel: Type.Optional(channel) }),
    response: { 200: pageOf(revisionSchema) },
    handler: async (ctx, { params, query }) => {
      const { id } = await openDeployment(ctx, params.deployment, 'deployment.read');
      const { items, nextCursor } = await listRevisions(ctx, id, query);
      return { items: items.map(presentRevision), nextCursor };
    },
  }),
  route({
    method: 'PATCH',
    path: '/deployments/{deployment}/channels/{channel}',
    operationId: 'scaleDeployment',
    summary: 'How many replicas a channel has',
    permission: 'deployment.write',
    params: Type.Object({ ...deploymentParams.properties, channel }),
    body: Type.Object({ replicas }),
    response: { 200: deploymentSchema },
    handler: async (ctx, { params, body }) => scaleChannel(ctx, params.deployment, params.channel, body.replicas),
  }),
  route({
    method: 'PATCH',
    path: '/deployments/{deployment}/traffic',
    operationId: 'changeDeploymentTraffic',
    summary: 'Split the plain address over the channels, in percent',
    description:
      'Beside a protected channel only what was approved for it gets a part. Naming another version puts it on the channel.',
    permission: 'deployment.write',
    params: deploymentParams,
    body: Type.Object({
      traffic: Type.Array(
        Type.Object({
          channel,
          version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
          weight: Type.Integer({ minimum: 0, maximum: 100 }),
        }),
        { minItems: 1, maxItems: 10 },
      ),
    }),
    response: { 200: deploymentSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      const deployment = await changeTraffic(ctx, params.deployment, body.traffic, (before) =>
        checkIfMatch(request, editionOfTraffic(before)),
      );
      etag(reply, editionOfTraffic(deployment));
      return deployment;
    },
  }),
  route({
    method: 'POST',
    path: '/deployments/{deployment}/rollback',
    operationId: 'rollBackDeployment',
    summary: 'Let a channel serve again what it served before',
    permission: 'deployment.write',
    params: deploymentParams,
    body: Type.Object({
      channel: Type.Optional(channel),
      revision: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'Number; the one before when left out.' }),
      ),
    }),
    response: { 200: deploymentSchema },
    handler: async (ctx, { params, body }) => rollBack(ctx, params.deployment, body),
  }),
  route({
    method: 'POST',
    path: '/deployments/{deployment}/stop',
    operationId: 'stopDeployment',
    summary: 'End its replicas; the address answers 503',
    permission: 'deployment.write',
    params: deploymentParams,
    response: { 200: deploymentSchema },
    handler: async (ctx, { params }) => stopDeployment(ctx, params.deployment),
  }),
  route({
    method: 'POST',
    path: '/deployments/{deployment}/start',
    operationId: 'startDeployment',
    summary: 'Start again what served when it was stopped',
    permission: 'deployment.write',
    params: deploymentParams,
    response: { 200: deploymentSchema },
    handler: async (ctx, { params }) => startDeployment(ctx, params.deployment),
  }),
  route({
    method: 'DELETE',
    path: '/deployments/{deployment}',
    operationId: 'deleteDeployment',
    summary: 'Take a deployment away; what it answered stays on record',
    permission: 'deployment.write',
    params: deploymentParams,
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => deleteDeployment(ctx, params.deployment),
  }),
  route({
    method: 'GET',
    path: '/deployments/{deployment}/predictions',
    operationId: 'listDeploymentPredictions',
    summary: 'What it answered, newest first',
    permission: 'prediction.read',
    params: deploymentParams,
    query: Type.Object({
      ...pageQuery,
      channel: Type.Optional(channel),
      versionId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      consumer: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 200,
          description: 'Id, or part of the name, of the person or service account that asked.',
        }),
      ),
      failed: Type.Optional(Type.Boolean({ description: 'Those that were refused or failed, or those that were not.' })),
    }),
    response: { 200: pageOf(predictionSchema) },
    handler: async (ctx, { params, query }) => {
      const { id } = await openDeployment(ctx, params.deployment, 'prediction.read');
      const limit = query.limit ?? 50;
      const after = decodeCursor(query.cursor, 1);
      const { channel: name, versionId, consumer, failed } = query;
      const rows = await listPredictions(ctx, id, {
        before: after ? positionOf(after[0]) : null,
        limit: limit + 1,
        filter: {
          ...(name ? { channel: name } : {}),
          ...(versionId ? { versionId } : {}),
          ...(consumer ? { consumerIds: await subjectsNamed(ctx.db, consumer) } : {}),
          ...(failed === undefined ? {} : { failed }),
        },
      });
      const last = rows[limit - 1];
      const namesOf = await namePredictions(ctx, rows);
      return {
        items: rows.slice(0, limit).map((row) => presentPrediction(row, namesOf(row))),
        nextCursor: rows.length > limit && last ? encodeCursor([last.sequence]) : null,
      };
    },
  }),
  route({
    method: 'GET',
    path: '/deployments/{deployment}/traffic',
    operationId: 'listDeploymentTraffic',
    summary: 'Requests, errors and latency by minute, channel and version',
    permission: 'deployment.read',
    params: deploymentParams,
    query: Type.Object({ minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_080, default: 60 })) }),
    response: {
      200: Type.Object({
        items: Type.Array(
          Type.Object({
            minute: Type.String({ format: 'date-time' }),
            channel: Type.String(),
            versionId: Type.String(),
            requestCount: Type.Integer(),
            rowCount: Type.Integer(),
            clientErrorCount: Type.Integer(),
            serverErrorCount: Type.Integer(),
            p50Milliseconds: Type.Union([Type.Number(), Type.Null()]),
            p95Milliseconds: Type.Union([Type.Number(), Type.Null()]),
          }),
        ),
      }),
    },
    handler: async (ctx, { params, query }) => {
      const { id } = await openDeployment(ctx, params.deployment, 'deployment.read');
      const since = new Date(ctx.platform.clock.now().getTime() - (query.minutes ?? 60) * 60_000);
      const minutes = await trafficSince(ctx, id, since);
      return {
        items: minutes.map((one) => ({
          ...one,
          p50Milliseconds: latencyQuantile(one.latencyHistogram, 0.5),
          p95Milliseconds: latencyQuantile(one.latencyHistogram, 0.95),
        })),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/deployments/{deployment}/logs',
    operationId: 'getDeploymentLogs',
    summary: 'The log of its newest replica, or of one that is named',
    permission: 'deployment.read',
    params: deploymentParams,
    query: Type.Object({
      follow: Type.Optional(Type.Boolean()),
      channel: Type.Optional(channel),
      replica: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Id of a replica.' })),
    }),
    produces: ['text/plain', 'text/event-stream'],
    response: { 200: Type.String() },
    handler: async (ctx, { params, query, request, reply }) => {
      const open = (now: Context) => openDeployment(now, params.deployment, 'deployment.read');
      const { id, name } = await open(ctx);
      const revisions = await revisionsOf(ctx, id, query.channel);
      const wanted = new Set(revisions.map((one) => one.id));
      const replica = (await replicasOf(ctx, [id])).findLast(
        (one) => wanted.has(one.revisionId) && (query.replica === undefined || one.workloadId === query.replica),
      );
      if (!replica) throw notFound('log file', query.replica ?? `of deployment ${name}`);
      const { follow = false } = query;
      return sendLogs(ctx, (await findWorkload(ctx, replica.workloadId))!, { request, reply, follow }, open);
    },
  }),
];

/** A cursor's number; what is none stands before everything. */
function positionOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
}
