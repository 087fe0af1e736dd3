import { sql } from 'kysely';
import { Type } from 'typebox';
import { inProject, require, visible } from '../access/index.ts';
import { parseRef } from '../lineage/index.ts';
import { type AnyRoute, notFound, pageOf, pathId, route } from '../platform/index.ts';
import { openProject, projectParams } from '../projects/index.ts';
import { findVersion } from '../registry/index.ts';
import { reproduceJob } from './reproduce-job.ts';
import { reproducePrediction, reproduceVersion } from './reproduce-version.ts';
import { reproductionSchema } from './reproduction.ts';
import { findReproduction, listReproductions, reproductionList } from './reproduction-store.ts';
import { presentVersion, sourceFields } from './trace-source.ts';

export const reproductionRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/jobs/{job}/reproduce',
    operationId: 'reproduceJob',
    summary: 'Make again what a job made, and compare',
    description:
      'Checks that code, environment, data and results are there as they were, runs the job again in a clean place and compares runs, metrics, files and models. The verdict is null until then; follow `GET /reproductions/{id}` or the event `reproduction.finished`.',
    permission: 'job.start',
    params: Type.Object({ job: pathId('Id of the job.') }),
    response: { 201: reproductionSchema },
    handler: async (ctx, { params }) => reproduceJob(ctx, params.job),
  }),
  route({
    method: 'POST',
    path: '/projects/{project}/models/{name}/versions/{version}/reproduce',
    operationId: 'reproduceVersion',
    summary: 'Make again the model of a version, and compare',
    description:
      'As for the job that logged it; besides, the newest requests that the version has answered are answered by the rebuilt model.',
    permission: 'job.start',
    params: Type.Object({
      ...projectParams.properties,
      name: pathId('Name of the model.'),
      version: pathId('Number of the version.'),
    }),
    response: { 201: reproductionSchema },
    handler: async (ctx, { params }) => reproduceVersion(ctx, params.project, params.name, params.version),
  }),
  route({
    method: 'POST',
    path: '/predictions/{prediction}/reproduce',
    operationId: 'reproducePrediction',
    summary: 'Make one answer again, from the job behind its model on',
    permission: 'job.start',
    params: Type.Object({ prediction: pathId('Id of the prediction.') }),
    response: { 201: reproductionSchema },
    handler: async (ctx, { params }) => reproducePrediction(ctx, params.prediction),
  }),
  route({
    method: 'GET',
    path: '/reproductions',
    operationId: 'listReproductions',
    summary: 'Reproductions that you may see, newest first',
    permission: 'job.read',
    query: Type.Object({
      ...reproductionList.query,
      subject: Type.Optional(Type.String({ maxLength: 250, description: 'Only of this job:…, version:… or prediction:….' })),
      project: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Id or slug.' })),
    }),
    response: { 200: pageOf(reproductionSchema) },
    handler: async (ctx, { query }) => {
      if (query.subject) parseRef(query.subject, 'query/subject');
      const only = {
        readable: visible(ctx, 'job.read', sql.ref('reproductions.project_id')),
        subject: query.subject,
        projectId: query.project ? (await openProject(ctx, query.project, 'job.read')).id : undefined,
      };
      return listReproductions(ctx, only, query);
    },
  }),
  route({
    method: 'GET',
    path: '/reproductions/{reproduction}',
    operationId: 'getReproduction',
    summary: 'One reproduction with its verdict and every difference',
    permission: 'job.read',
    params: Type.Object({ reproduction: pathId('Id of the reproduction.') }),
    response: {
      200: Type.Object({ ...reproductionSchema.properties, modelVersion: sourceFields.modelVersion }),
    },
    handler: async (ctx, { params }) => {
      const reproduction = await findReproduction(ctx, params.reproduction);
      if (!reproduction) {
        ctx.decided.add('job.read');
        throw notFound('reproduction', params.reproduction);
      }
      await require(ctx, 'job.read', inProject('reproduction', reproduction.id, reproduction.projectId));
      const versionId = /^version:(.+)$/.exec(reproduction.subject)?.[1];
      const version = versionId ? await findVersion(ctx, versionId) : null;
      return { ...reproduction, modelVersion: version && presentVersion(version) };
    },
  }),
];
