import { type SqlBool, sql } from 'kysely';
import { type Context, fields, invalidField, Problem } from '../../platform/index.ts';
import { openProject } from '../../projects/index.ts';
import {
  changeModel,
  createModel,
  deleteModel,
  type ModelRow,
  openModel,
  removeAlias,
  searchModels,
  setAlias,
  type VersionRow,
  versionOfAlias,
  versionsWhere,
} from '../../registry/index.ts';
import type { Endpoint } from './endpoints.ts';
import { type Message, pairOf, projectInForce, required, text } from './messages.ts';
import {
  listOf,
  modelFilter,
  nameOf,
  orderOf,
  pageOf,
  presentRegisteredModel,
  presentVersion,
  registryTags,
  stageOf,
  versionNumber,
} from './registry-messages.ts';

/** The newest version of each stage of some models. */
async function latestOf(ctx: Context, modelIds: readonly string[]): Promise<Map<string, VersionRow[]>> {
  const rows = await versionsWhere(ctx, {
    where: [
      sql<SqlBool>`model_versions.id in (select distinct on (v.model_id, v.stage) v.id from model_versions v
        where v.model_id = any(${[...modelIds]}::text[]) and v.state = 'ready' order by v.model_id, v.stage, v.number desc)`,
    ],
    order: [sql`model_versions.number`],
    limit: 10_000,
  });
  const result = new Map<string, VersionRow[]>();
  for (const row of rows) result.set(row.modelId, [...(result.get(row.modelId) ?? []), row]);
  return result;
}

const answer = async (ctx: Context, model: ModelRow): Promise<Message> => ({
  registered_model: presentRegisteredModel(model, (await latestOf(ctx, [model.id])).get(model.id) ?? []),
});

async function search(ctx: Context, message: Message): Promise<Message> {
  const project = await openProject(ctx, await projectInForce(ctx), 'model.read');
  const limit = pageOf(message, 100, 1000);
  const orderBy = listOf(message.order_by, 'order_by');
  const name = fields.text('registeredModels.name');
  const updated = fields.time('registeredModels.updatedAt');
  const columns = {
    name,
    creation_timestamp: fields.time('registeredModels.createdAt'),
    timestamp: updated,
    last_updated_timestamp: updated,
  };
  const { items: shown, nextCursor } = await searchModels(ctx, {
    where: [sql<SqlBool>`registered_models.project_id = ${project.id}`, ...modelFilter(text(message, 'filter'))],
    keys: [...orderOf(orderBy, columns), { ...name, descending: false }],
    order: `registered-models ${JSON.stringify(orderBy)}`,
    limit,
    cursor: text(message, 'page_token'),
    pointer: 'page_token',
  });
  const latest = await latestOf(
    ctx,
    shown.map((row) => row.id),
  );
  return {
    ...(shown.length > 0 ? { registered_models: shown.map((row) => presentRegisteredModel(row, latest.get(row.id) ?? [])) } : {}),
    ...(nextCursor ? { next_page_token: nextCursor } : {}),
  };
}

async function latestVersions(ctx: Context, message: Message): Promise<Message> {
  const model = await openModel(ctx, await projectInForce(ctx), nameOf(message), 'model.read');
  const stages = listOf(message.stages, 'stages').map(stageOf);
  const latest = ((await latestOf(ctx, [model.id])).get(model.id) ?? []).filter(
    ({ stage }) => stages.length === 0 || stages.includes(stage),
  );
  return latest.length > 0 ? { model_versions: latest.map(presentVersion) } : {};
}

/** Calls on registered models and their aliases. */
export const registeredModelEndpoints: Endpoint[] = [
  {
    method: 'POST',
    path: 'registered-models/create',
    permission: 'model.write',
    handle: async (ctx, message) =>
      answer(
        ctx,
        await createModel(ctx, await projectInForce(ctx), {
          name: nameOf(message),
          description: text(message, 'description') ?? '',
          tags: registryTags(message.tags),
        }),
      ),
  },
  {
    method: 'POST',
    path: 'registered-models/rename',
    permission: 'model.write',
    handle: async (ctx, message) =>
      answer(ctx, await changeModel(ctx, await projectInForce(ctx), nameOf(message), { name: required(message, 'new_name') })),
  },
  {
    method: 'PATCH',
    path: 'registered-models/update',
    permission: 'model.write',
    handle: async (ctx, message) =>
      answer(
        ctx,
        await changeModel(ctx, await projectInForce(ctx), nameOf(message), { description: text(message, 'description') ?? '' }),
      ),
  },
  {
    method: 'DELETE',
    path: 'registered-models/delete',
    permission: 'model.write',
    handle: async (ctx, message) => void (await deleteModel(ctx, await projectInForce(ctx), nameOf(message))),
  },
  {
    method: 'GET',
    path: 'registered-models/get',
    permission: 'model.read',
    handle: async (ctx, message) => answer(ctx, await openModel(ctx, await projectInForce(ctx), nameOf(message), 'model.read')),
  },
  { method: 'GET', path: 'registered-models/search', permission: 'model.read', handle: search },
  { method: 'GET', path: 'registered-models/get-latest-versions', permission: 'model.read', handle: latestVersions },
  { method: 'POST', path: 'registered-models/get-latest-versions', permission: 'model.read', handle: latestVersions },
  {
    method: 'POST',
    path: 'registered-models/set-tag',
    permission: 'model.write',
    async handle(ctx, message) {
      const { key, value } = pairOf(message, 'tag', 100_000);
      await changeModel(ctx, await projectInForce(ctx), nameOf(message), { tags: { [key]: value } });
      return undefined;
    },
  },
  {
    method: 'DELETE',
    path: 'registered-models/delete-tag',
    permission: 'model.write',
    handle: async (ctx, message) =>
      void (await changeModel(ctx, await projectInForce(ctx), nameOf(message), { tags: { [required(message, 'key')]: null } })),
  },
  {
    method: 'POST',
    path: 'registered-models/alias',
    permission: 'model.write',
    handle: async (ctx, message) =>
      void (await setAlias(ctx, await projectInForce(ctx), nameOf(message), required(message, 'alias'), versionNumber(message))),
  },
  {
    method: 'DELETE',
    path: 'registered-models/alias',
    permission: 'model.write',
    async handle(ctx, message) {
      const alias = required(message, 'alias');
      const model = await openModel(ctx, await projectInForce(ctx), nameOf(message), 'model.write');
      // One that is not there is as good as taken away, to these clients.
      if (model.aliases.some((one) => one.alias === alias)) await removeAlias(ctx, model.projectId, model.name, alias);
      return undefined;
    },
  },
  {
    method: 'GET',
    path: 'registered-models/alias',
    permission: 'model.read',
    async handle(ctx, message) {
      const alias = required(message, 'alias');
      const model = await openModel(ctx, await projectInForce(ctx), nameOf(message), 'model.read');
      const version = await versionOfAlias(ctx, model, alias).catch((error: unknown) => {
        if (error instanceof Problem && error.status === 404)
          throw invalidField('alias', `Registered model alias ${alias} not found.`);
        throw error;
      });
      return { model_version: presentVersion(version) };
    },
  },
];
