import { type SqlBool, sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import {
  type AnyRoute,
  type Context,
  checkIfMatch,
  conflict,
  editionOf,
  emit,
  etag,
  notFound,
  oneOf,
  pageOf,
  pathId,
  route,
  transaction,
} from '../platform/index.ts';
import { findProject } from '../projects/index.ts';
import { buildRevision, createEnvironment, openEnvironment } from './create-environment.ts';
import { environmentSchema, newRevisionSchema, type Revision, revisionSchema } from './environment.ts';
import {
  environmentList,
  findRevision,
  listEnvironments,
  listRevisions,
  lockEnvironment,
  revisionList,
  updateRevision,
} from './environment-store.ts';

const environmentParams = Type.Object({ environment: pathId('Id of the environment.') });
const revisionParams = Type.Object({ revision: pathId('Id of the revision.') });

async function openRevision(ctx: Context, id: string, action: 'environment.read' | 'environment.write'): Promise<Revision> {
  const revision = await findRevision(ctx, id);
  if (!revision) {
    ctx.decided.add(action);
    throw notFound('environment revision', id);
  }
  await openEnvironment(ctx, revision.environmentId, action);
  return revision;
}

const editionOfRevision = ({ state, stateReason }: Revision): string => editionOf({ state, stateReason });

export const environmentRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/environments',
    operationId: 'createEnvironment',
    summary: 'Make an environment, of a project or shared with all',
    permission: 'environment.write',
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100, pattern: '^(?!rev_|env_|base$)[A-Za-z0-9][A-Za-z0-9 ._-]*$' }),
      projectId: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Id or slug.' })),
      description: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
    response: { 201: environmentSchema },
    handler: async (ctx, { body }) => createEnvironment(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/environments',
    operationId: 'listEnvironments',
    summary: 'Environments that you may use, newest first',
    permission: 'environment.read',
    query: Type.Object({
      ...environmentList.query,
      project: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Those that this project may use.' })),
    }),
    response: { 200: pageOf(environmentSchema) },
    handler: async (ctx, { query }) => {
      const scope = sql.ref('environments.scope_id');
      const shared = sql<SqlBool>`(environments.project_id is null and ${visible(ctx, 'shared-environment.read', scope)})`;
      const readable = sql<SqlBool>`(${shared} or (environments.project_id is not null and ${visible(ctx, 'environment.read', scope)}))`;
      const project = query.project ? await findProject(ctx, query.project) : null;
      return listEnvironments(ctx, { readable, projectId: query.project ? (project?.id ?? 'none') : null }, query);
    },
  }),
  route({
    method: 'GET',
    path: '/environments/{environment}',
    operationId: 'getEnvironment',
    summary: 'One environment',
    permission: 'environment.read',
    params: environmentParams,
    response: { 200: environmentSchema },
    handler: async (ctx, { params }) => openEnvironment(ctx, params.environment, 'environment.read'),
  }),
  route({
    method: 'POST',
    path: '/environments/{environment}/revisions',
    operationId: 'buildEnvironmentRevision',
    summary: 'Resolve packages to a lock with hashes and build it once',
    permission: 'environment.write',
    params: environmentParams,
    body: newRevisionSchema,
    response: { 201: revisionSchema },
    handler: async (ctx, { params, body }) => buildRevision(ctx, params.environment, body),
  }),
  route({
    method: 'GET',
    path: '/environments/{environment}/revisions',
    operationId: 'listEnvironmentRevisions',
    summary: 'Revisions, newest first',
    permission: 'environment.read',
    params: environmentParams,
    query: Type.Object(revisionList.query),
    response: { 200: pageOf(revisionSchema) },
    handler: async (ctx, { params, query }) => {
      await openEnvironment(ctx, params.environment, 'environment.read');
      return listRevisions(ctx, params.environment, query);
    },
  }),
  route({
    method: 'GET',
    path: '/environment-revisions/{revision}',
    operationId: 'getEnvironmentRevision',
    summary: 'One revision with its lock',
    permission: 'environment.read',
    params: revisionParams,
    response: { 200: revisionSchema },
    handler: async (ctx, { params, reply }) => {
      const revision = await openRevision(ctx, params.revision, 'environment.read');
      etag(reply, editionOfRevision(revision));
      return revision;
    },
  }),
  route({
    method: 'PATCH',
    path: '/environment-revisions/{revision}',
    operationId: 'changeEnvironmentRevision',
    summary: 'Deprecate or restrict a revision, or make it ready again',
    permission: 'environment.write',
    params: revisionParams,
    body: Type.Object({
      state: oneOf(['ready', 'deprecated', 'restricted']),
      reason: Type.Optional(Type.String({ maxLength: 500 })),
    }),
    response: { 200: revisionSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      const revision = await openRevision(ctx, params.revision, 'environment.write');
      if (revision.state === 'building' || revision.state === 'failed') {
        throw conflict(
          'revision-state',
          `Revision ${revision.number} is ${revision.state}; only a built one can be made ${body.state}.`,
        );
      }
      const changed = await transaction(ctx, async (tx) => {
        await lockEnvironment(tx, revision.environmentId);
        checkIfMatch(request, editionOfRevision((await findRevision(tx, revision.id))!));
        await updateRevision(tx, revision.id, { state: body.state, stateReason: body.reason ?? null });
        const after = (await findRevision(tx, revision.id))!;
        const environment = await openEnvironment(tx, revision.environmentId, 'environment.write');
        await emit(tx, {
          verb: `environment-revision.${body.state}`,
          object: { type: 'environment-revision', id: revision.id, projectId: environment.projectId },
          data: after,
        });
        return after;
      });
      etag(reply, editionOfRevision(changed));
      return changed;
    },
  }),
];
