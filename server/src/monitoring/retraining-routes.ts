import { sql } from 'kysely';
import { Type } from 'typebox';
import { inProject, require, visible } from '../access/index.ts';
import { type AnyRoute, notFound, pageOf, pathId, route } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { deploymentParams, ofProjectAndDeployment } from './monitor-routes.ts';
import { retrainDeployment, retrainForAlert } from './retrain.ts';
import { retrainingSchema } from './retraining.ts';
import { findRetraining, listRetrainings, retrainingList } from './retraining-store.ts';

const target = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'The column of the training table that holds the truth; found by itself as a rule.',
  }),
);

export const retrainingRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/alerts/{alert}/retrain',
    operationId: 'retrainForAlert',
    summary: 'Make the version again, on its reference plus the rows since the change began that have ground truth',
    description:
      'Same commit, patch, environment revision, command and variables as the job behind the version. What comes out becomes a new version, compared with the one before, and goes nowhere by itself.',
    permission: 'monitor.write',
    params: Type.Object({ alert: pathId('Id of the alert.') }),
    body: Type.Object({ target }),
    response: { 201: retrainingSchema },
    handler: async (ctx, { params, body }) => retrainForAlert(ctx, params.alert, body),
  }),
  route({
    method: 'POST',
    path: '/deployments/{deployment}/retrain',
    operationId: 'retrainDeployment',
    summary: 'Make the version of a channel again, on its reference plus all rows that have ground truth',
    permission: 'monitor.write',
    params: deploymentParams,
    body: Type.Object({ channel: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })), target }),
    response: { 201: retrainingSchema },
    handler: async (ctx, { params, body }) => retrainDeployment(ctx, params.deployment, body),
  }),
  route({
    method: 'GET',
    path: '/retrainings',
    operationId: 'listRetrainings',
    summary: 'Retrainings that you may see, newest first',
    permission: 'monitor.read',
    query: Type.Object({
      ...retrainingList.query,
      ...ofProjectAndDeployment,
      alert: Type.Optional(Type.String({ minLength: 1, maxLength: 120, description: 'Id of an alert.' })),
    }),
    response: { 200: pageOf(retrainingSchema) },
    handler: async (ctx, { query }) => {
      const project = query.project === undefined ? null : await openProject(ctx, query.project, 'monitor.read');
      const readable = visible(ctx, 'monitor.read', sql.ref('retrainings.project_id'));
      return listRetrainings(
        ctx,
        { readable, projectId: project?.id ?? null, deployment: query.deployment, alertId: query.alert },
        query,
      );
    },
  }),
  route({
    method: 'GET',
    path: '/retrainings/{retraining}',
    operationId: 'getRetraining',
    summary: 'One retraining: its state, its jobs, what came out and how it compares',
    permission: 'monitor.read',
    params: Type.Object({ retraining: pathId('Id of the retraining.') }),
    response: { 200: retrainingSchema },
    handler: async (ctx, { params }) => {
      const retraining = await findRetraining(ctx, params.retraining);
      if (!retraining) {
        ctx.decided.add('monitor.read');
        throw notFound('retraining', params.retraining);
      }
      await require(ctx, 'monitor.read', inProject('retraining', retraining.id, retraining.projectId));
      return retraining;
    },
  }),
];
