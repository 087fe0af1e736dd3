import { type Expression, type SqlBool, sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import {
  type AnyRoute,
  type Context,
  checkIfMatch,
  defineShortList,
  etag,
  invalidField,
  type ListQuery,
  pageOf,
  pathId,
  readShortList,
  route,
} from '../platform/index.ts';
import { openProject, projectParams } from '../projects/index.ts';
import { removeAlias, setAlias } from './aliases.ts';
import { changeModel, deleteModel } from './change-model.ts';
import { createModel } from './create-model.ts';
import { modelSchema, tagsPatchSchema, tagsSchema } from './model.ts';
import { aliasChangeSchema } from './model-card.ts';
import { aliasChangesOf, listModels, modelList } from './model-store.ts';
import { openModel } from './open-model.ts';
import { presentModel, presentModels } from './present-models.ts';

export const modelParams = Type.Object({
  ...projectParams.properties,
  name: Type.String({ minLength: 1, maxLength: 256, description: 'Name of the model.' }),
});
const aliasChangeList = defineShortList('alias changes', aliasChangeSchema, { sort: '-changedAt', id: ['changedAt', 'alias'] });
const aliasParams = Type.Object({ ...modelParams.properties, alias: pathId('As prod or challenger.') });

const listQuery = Type.Object({ ...modelList.query, search: Type.Optional(Type.String({ maxLength: 200 })) });
const words = {
  description: Type.Optional(Type.String({ maxLength: 100_000 })),
  intendedUse: Type.Optional(Type.String({ maxLength: 20_000 })),
};

/** The project that addresses without one mean. */
export function defaultProjectOf(ctx: Context, action: string): string {
  if (ctx.actor.defaultProjectId) return ctx.actor.defaultProjectId;
  ctx.decided.add(action);
  throw invalidField(
    'project',
    'is needed: you have no default project; use /projects/{project}/models/…, or set it by PATCH /me',
  );
}

async function list(ctx: Context, { search, ...query }: ListQuery & { search?: string }, where: Expression<SqlBool>[]) {
  if (search) {
    const pattern = `%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
    where.push(sql<SqlBool>`(registered_models.name || ' ' || registered_models.description) ilike ${pattern}`);
  }
  const { items, nextCursor } = await listModels(ctx, where, query);
  return { items: await presentModels(ctx, items), nextCursor };
}

export const modelRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/models',
    operationId: 'listModels',
    summary: 'Registered models that you may see, in all projects, last changed first',
    permission: 'model.read',
    query: listQuery,
    response: { 200: pageOf(modelSchema) },
    handler: async (ctx, { query }) => list(ctx, query, [visible(ctx, 'model.read', sql.ref('registered_models.project_id'))]),
  }),
  route({
    method: 'GET',
    path: '/models/{name}',
    operationId: 'getModelOfDefaultProject',
    summary: 'A registered model of your default project',
    permission: 'model.read',
    params: Type.Object({ name: modelParams.properties.name }),
    response: { 200: modelSchema },
    handler: async (ctx, { params }) =>
      presentModel(ctx, await openModel(ctx, defaultProjectOf(ctx, 'model.read'), params.name, 'model.read')),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/models',
    operationId: 'listProjectModels',
    summary: 'Registered models of a project, last changed first',
    permission: 'model.read',
    params: projectParams,
    query: listQuery,
    response: { 200: pageOf(modelSchema) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'model.read');
      return list(ctx, query, [sql<SqlBool>`registered_models.project_id = ${project.id}`]);
    },
  }),
  route({
    method: 'POST',
    path: '/projects/{project}/models',
    operationId: 'createModel',
    summary: 'Register a name for versions to come',
    permission: 'model.write',
    params: projectParams,
    body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 256 }), ...words, tags: Type.Optional(tagsSchema) }),
    response: { 201: modelSchema },
    handler: async (ctx, { params, body }) => presentModel(ctx, await createModel(ctx, params.project, body)),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/models/{name}',
    operationId: 'getModel',
    summary: 'One registered model with its aliases',
    permission: 'model.read',
    params: modelParams,
    response: { 200: modelSchema },
    handler: async (ctx, { params, reply }) => {
      const model = await openModel(ctx, params.project, params.name, 'model.read');
      etag(reply, model.version);
      return presentModel(ctx, model);
    },
  }),
  route({
    method: 'PATCH',
    path: '/projects/{project}/models/{name}',
    operationId: 'changeModel',
    summary: 'Rename it, or change owner, description, intended use or tags',
    permission: 'model.write',
    params: modelParams,
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
      ownerId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      ...words,
      tags: Type.Optional(tagsPatchSchema),
    }),
    response: { 200: modelSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      const model = await changeModel(ctx, params.project, params.name, body, (before) => checkIfMatch(request, before.version));
      etag(reply, model.version);
      return presentModel(ctx, model);
    },
  }),
  route({
    method: 'DELETE',
    path: '/projects/{project}/models/{name}',
    operationId: 'deleteModel',
    summary: 'Take a model out of use with all its versions and aliases',
    permission: 'model.write',
    params: modelParams,
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => deleteModel(ctx, params.project, params.name),
  }),
  route({
    method: 'PUT',
    path: '/projects/{project}/models/{name}/aliases/{alias}',
    operationId: 'setModelAlias',
    summary: 'Point an alias at a version; prod, production and champion only at an approved one',
    description: 'Without an approval: 409 `approval-required` with `approvalId`, the question being opened by that.',
    permission: 'model.write',
    params: aliasParams,
    body: Type.Object({ version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
    response: { 200: modelSchema },
    handler: async (ctx, { params, body }) =>
      presentModel(ctx, await setAlias(ctx, params.project, params.name, params.alias, body.version)),
  }),
  route({
    method: 'DELETE',
    path: '/projects/{project}/models/{name}/aliases/{alias}',
    operationId: 'removeModelAlias',
    summary: 'Take an alias away',
    permission: 'model.write',
    params: aliasParams,
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => {
      await removeAlias(ctx, params.project, params.name, params.alias);
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/models/{name}/alias-changes',
    operationId: 'listAliasChanges',
    summary: 'What each alias pointed at, newest change first',
    permission: 'model.read',
    params: modelParams,
    query: Type.Object(aliasChangeList.query),
    response: { 200: pageOf(aliasChangeSchema) },
    handler: async (ctx, { params, query }) => {
      const model = await openModel(ctx, params.project, params.name, 'model.read');
      return readShortList(aliasChangeList, await aliasChangesOf(ctx, model.id), query);
    },
  }),
];
