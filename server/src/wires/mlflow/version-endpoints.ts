import { type SqlBool, sql } from 'kysely';
import { type Context, fields, invalidField, transaction } from '../../platform/index.ts';
import { openProject } from '../../projects/index.ts';
import {
  changeStage,
  changeVersion,
  countLoad,
  deleteVersion,
  openVersion,
  registerVersion,
  searchVersions,
  type VersionChange,
  type VersionRow,
} from '../../registry/index.ts';
import { addressOfVersion } from './artifact-address.ts';
import type { Endpoint } from './endpoints.ts';
import { type Message, pairOf, projectInForce, required, text } from './messages.ts';
import {
  listOf,
  nameOf,
  orderOf,
  pageOf,
  presentVersion,
  registryTags,
  sourceOf,
  stageOf,
  versionFilter,
  versionNumber,
} from './registry-messages.ts';

const answer = (version: VersionRow): Message => ({ model_version: presentVersion(version) });

const change = async (ctx: Context, message: Message, words: VersionChange): Promise<VersionRow> =>
  changeVersion(ctx, await projectInForce(ctx), nameOf(message), versionNumber(message), words);

async function search(ctx: Context, message: Message): Promise<Message> {
  const project = await openProject(ctx, await projectInForce(ctx), 'model.read');
  const limit = pageOf(message, 10_000, 200_000);
  const orderBy = listOf(message.order_by, 'order_by');
  const [name, number] = [fields.text('registeredModels.name'), fields.integer('modelVersions.number')];
  const updated = fields.time('modelVersions.updatedAt');
  const columns = {
    name,
    version_number: number,
    version: number,
    creation_timestamp: fields.time('modelVersions.createdAt'),
    last_updated_timestamp: updated,
  };
  const { items: shown, nextCursor } = await searchVersions(ctx, {
    where: [sql<SqlBool>`model_versions.project_id = ${project.id}`, ...versionFilter(text(message, 'filter'))],
    keys: [
      ...orderOf(orderBy, columns),
      { ...updated, descending: true },
      { ...name, descending: false },
      { ...number, descending: true },
    ],
    order: `model-versions ${JSON.stringify(orderBy)}`,
    limit,
    cursor: text(message, 'page_token'),
    pointer: 'page_token',
  });
  return {
    ...(shown.length > 0 ? { model_versions: shown.map(presentVersion) } : {}),
    ...(nextCursor ? { next_page_token: nextCursor } : {}),
  };
}

/** Calls on versions. The stage that counts as production is entered through the same gate as everywhere. */
export const versionEndpoints: Endpoint[] = [
  {
    method: 'POST',
    path: 'model-versions/create',
    permission: 'model.write',
    async handle(ctx, message) {
      const project = await projectInForce(ctx);
      ctx.decided.add('model.write');
      const source = await sourceOf(ctx, project, required(message, 'source'));
      const runId = text(message, 'run_id');
      const version = await registerVersion(ctx, project, nameOf(message), {
        source,
        ...(runId ? { runId } : {}),
        description: text(message, 'description') ?? '',
        tags: registryTags(message.tags),
      });
      return answer(version);
    },
  },
  {
    method: 'GET',
    path: 'model-versions/get',
    permission: 'model.read',
    handle: async (ctx, message) =>
      answer(await openVersion(ctx, await projectInForce(ctx), nameOf(message), versionNumber(message), 'model.read')),
  },
  {
    method: 'PATCH',
    path: 'model-versions/update',
    permission: 'model.write',
    handle: async (ctx, message) => answer(await change(ctx, message, { description: text(message, 'description') ?? '' })),
  },
  {
    method: 'DELETE',
    path: 'model-versions/delete',
    permission: 'model.write',
    handle: async (ctx, message) =>
      void (await deleteVersion(ctx, await projectInForce(ctx), nameOf(message), versionNumber(message))),
  },
  { method: 'GET', path: 'model-versions/search', permission: 'model.read', handle: search },
  {
    method: 'GET',
    path: 'model-versions/get-download-uri',
    permission: 'artifact.read',
    async handle(ctx, message) {
      const project = await projectInForce(ctx);
      const version = await openVersion(ctx, project, nameOf(message), versionNumber(message), 'artifact.read');
      await transaction(ctx, (tx) => countLoad(tx, version.id, 'client'));
      return { artifact_uri: addressOfVersion(version.id) };
    },
  },
  {
    method: 'POST',
    path: 'model-versions/set-tag',
    permission: 'model.write',
    async handle(ctx, message) {
      const { key, value } = pairOf(message, 'tag', 100_000);
      await change(ctx, message, { tags: { [key]: value } });
      return undefined;
    },
  },
  {
    method: 'DELETE',
    path: 'model-versions/delete-tag',
    permission: 'model.write',
    handle: async (ctx, message) => void (await change(ctx, message, { tags: { [required(message, 'key')]: null } })),
  },
  {
    method: 'POST',
    path: 'model-versions/transition-stage',
    permission: 'model.write',
    async handle(ctx, message) {
      const stage = stageOf(message.stage);
      const archiveOthers = message.archive_existing_versions === true || message.archive_existing_versions === 'true';
      if (archiveOthers && stage !== 'staging' && stage !== 'production')
        throw invalidField('archive_existing_versions', 'goes with the stages Staging and Production only');
      return answer(
        await changeStage(ctx, await projectInForce(ctx), nameOf(message), versionNumber(message), stage, { archiveOthers }),
      );
    },
  },
];
