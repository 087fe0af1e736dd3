import { Type } from 'typebox';
import { findDeployment, findRevision } from '../deployments/index.ts';
import { nameOfSubject } from '../people/index.ts';
import { type AnyRoute, type Context, nullable, pathId, route, timestamp } from '../platform/index.ts';
import { openPrediction } from '../predictions/index.ts';
import { projectParams } from '../projects/index.ts';
import { findVersion, openVersion } from '../registry/index.ts';
import { type Source, sourceFields, sourceSchema, traceSource } from './trace-source.ts';

const predictionProvenanceSchema = Type.Object({
  prediction: Type.Object({
    id: Type.String(),
    row: nullable(Type.Integer()),
    at: timestamp,
    status: Type.Integer(),
    rowCount: Type.Integer(),
    latencyMilliseconds: Type.Number(),
    consumer: Type.Object({ id: Type.String(), kind: Type.String(), name: Type.String() }),
  }),
  deployment: nullable(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      channel: Type.String(),
      revisionId: Type.String(),
      revisionNumber: nullable(Type.Integer()),
      replicaId: Type.String(),
    }),
  ),
  ...sourceFields,
});

async function predictionProvenance(ctx: Context, id: string) {
  const { prediction, row } = await openPrediction(ctx, id);
  const source = await traceSource(ctx, await findVersion(ctx, prediction.versionId));
  const deployment = await findDeployment(ctx, prediction.deploymentId);
  const revision = await findRevision(ctx, prediction.revisionId);
  const name = await nameOfSubject(ctx.db, prediction.consumerId);
  return {
    prediction: {
      id: prediction.id,
      row,
      at: prediction.at,
      status: prediction.status,
      rowCount: prediction.rowCount,
      latencyMilliseconds: prediction.latencyMilliseconds,
      consumer: { id: prediction.consumerId, kind: prediction.consumerKind, name },
    },
    deployment: deployment && {
      id: deployment.id,
      name: deployment.name,
      channel: prediction.channel,
      revisionId: prediction.revisionId,
      revisionNumber: revision?.number ?? null,
      replicaId: prediction.replicaId,
    },
    ...source,
    people: withCaller(source.people, { id: prediction.consumerId, name }),
    missing: deployment
      ? source.missing
      : [{ field: 'deployment', reason: 'The deployment that answered is not on record any more.' }, ...source.missing],
  };
}

/** One entry a person: who called may also have had another part in it. */
function withCaller(people: Source['people'], caller: { id: string; name: string }): Source['people'] {
  const known = people.some(({ id }) => id === caller.id);
  if (!known) return [...people, { ...caller, parts: ['called'] }];
  return people.map((one) => (one.id === caller.id ? { ...one, parts: [...one.parts, 'called'] } : one));
}

export const provenanceRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/predictions/{prediction}/provenance',
    operationId: 'getPredictionProvenance',
    summary: 'From an answer back to the data, code, environment and people behind it',
    description: 'A link is null where it is missing; `missing` names each with the reason.',
    permission: 'prediction.read',
    params: Type.Object({ prediction: pathId('Id of the prediction; with a dot and a number of one row.') }),
    response: { 200: predictionProvenanceSchema },
    handler: async (ctx, { params }) => predictionProvenance(ctx, params.prediction),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/models/{name}/versions/{version}/provenance',
    operationId: 'getVersionProvenance',
    summary: 'From a model version back to what it was made of',
    permission: 'model.read',
    params: Type.Object({
      ...projectParams.properties,
      name: pathId('Name of the model.'),
      version: pathId('Number of the version.'),
    }),
    response: { 200: sourceSchema },
    handler: async (ctx, { params }) =>
      traceSource(ctx, await openVersion(ctx, params.project, params.name, params.version, 'model.read')),
  }),
];
