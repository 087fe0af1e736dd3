import { listFolder } from '../../artifacts/index.ts';
import { type Context, invalidField, Problem } from '../../platform/index.ts';
import {
  changeLoggedModel,
  createLoggedModel,
  openExperiment,
  openLoggedModel,
  searchLoggedModels,
} from '../../tracking/index.ts';
import type { Endpoint } from './endpoints.ts';
import { integer, type Message, meaningOf, pairs, presentModel, projectInForce, required, text, texts } from './messages.ts';

async function search(ctx: Context, message: Message): Promise<Message> {
  const project = await projectInForce(ctx);
  ctx.decided.add('run.read');
  const experimentIds: string[] = [];
  for (const id of texts(message.experiment_ids, 'experiment_ids', 10_000)) {
    const experiment = await openExperiment(ctx, id, 'run.read', project).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 404) return null;
      throw error;
    });
    if (experiment) experimentIds.push(experiment.id);
  }
  const limit = integer(message.max_results, 'max_results', 100);
  if (limit < 1 || limit > 50_000) throw invalidField('max_results', 'must be from 1 to 50000');
  const { items, nextCursor } = await searchLoggedModels(ctx, {
    experimentIds,
    filter: text(message, 'filter'),
    limit,
    cursor: text(message, 'page_token'),
  });
  return { models: items.map(presentModel), ...(nextCursor ? { next_page_token: nextCursor } : {}) };
}

const statusOf = (value: unknown): 'pending' | 'ready' | 'failed' => {
  const statuses: Record<string, 'pending' | 'ready' | 'failed'> = {
    LOGGED_MODEL_PENDING: 'pending',
    LOGGED_MODEL_READY: 'ready',
    LOGGED_MODEL_UPLOAD_FAILED: 'failed',
    1: 'pending',
    2: 'ready',
    3: 'failed',
  };
  const status = meaningOf(statuses, value);
  if (!status) throw invalidField('status', `is not a state of logged models: ${JSON.stringify(value)}`);
  return status;
};

const answer = async (ctx: Context, id: string): Promise<Message> => ({
  model: presentModel(await openLoggedModel(ctx, id, 'run.read', await projectInForce(ctx))),
});

/** Logged models, as clients of the third generation keep them. */
export const modelEndpoints: Endpoint[] = [
  {
    method: 'POST',
    path: 'logged-models',
    permission: 'run.write',
    async handle(ctx, message) {
      const name = text(message, 'name');
      const modelType = text(message, 'model_type');
      const sourceRunId = text(message, 'source_run_id');
      const model = await createLoggedModel(
        ctx,
        {
          experimentId: required(message, 'experiment_id'),
          ...(name ? { name } : {}),
          ...(modelType ? { modelType } : {}),
          ...(sourceRunId ? { sourceRunId } : {}),
          params: pairs(message.params, 'params', 6_000, 1000),
          tags: pairs(message.tags, 'tags', 8_000, 1000),
        },
        await projectInForce(ctx),
      );
      return { model: presentModel(model) };
    },
  },
  { method: 'POST', path: 'logged-models/search', permission: 'run.read', handle: search },
  {
    method: 'GET',
    path: 'logged-models/{model}',
    permission: 'run.read',
    handle: async (ctx, _message, params) => answer(ctx, params.model!),
  },
  {
    method: 'PATCH',
    path: 'logged-models/{model}',
    permission: 'run.write',
    handle: async (ctx, message, params) => ({
      model: presentModel(
        await changeLoggedModel(ctx, params.model!, { status: statusOf(message.status) }, await projectInForce(ctx)),
      ),
    }),
  },
  {
    method: 'DELETE',
    path: 'logged-models/{model}',
    permission: 'run.write',
    handle: async (ctx, _message, params) =>
      void (await changeLoggedModel(ctx, params.model!, { deleted: true }, await projectInForce(ctx))),
  },
  {
    method: 'POST',
    path: 'logged-models/{model}/params',
    permission: 'run.write',
    handle: async (ctx, message, params) =>
      void (await changeLoggedModel(
        ctx,
        params.model!,
        { addParams: pairs(message.params, 'params', 6_000, 1000) },
        await projectInForce(ctx),
      )),
  },
  {
    method: 'PATCH',
    path: 'logged-models/{model}/tags',
    permission: 'run.write',
    handle: async (ctx, message, params) => ({
      model: presentModel(
        await changeLoggedModel(
          ctx,
          params.model!,
          { setTags: pairs(message.tags, 'tags', 8_000, 1000) },
          await projectInForce(ctx),
        ),
      ),
    }),
  },
  {
    method: 'DELETE',
    path: 'logged-models/{model}/tags/{key}',
    permission: 'run.write',
    handle: async (ctx, _message, params) =>
      void (await changeLoggedModel(ctx, params.model!, { dropTag: params.key! }, await projectInForce(ctx))),
  },
  {
    method: 'GET',
    path: 'logged-models/{model}/artifacts/directories',
    permission: 'artifact.read',
    async handle(ctx, message, params) {
      const model = await openLoggedModel(ctx, params.model!, 'artifact.read', await projectInForce(ctx));
      const entries = await listFolder(ctx, `logged-model:${model.id}`, text(message, 'artifact_directory_path') ?? '');
      return {
        root_uri: (presentModel(model).info as Message).artifact_uri,
        files: entries.map((entry) => ({
          path: entry.path,
          is_dir: entry.isFolder,
          ...(entry.sizeBytes === null ? {} : { file_size: entry.sizeBytes }),
        })),
      };
    },
  },
];
