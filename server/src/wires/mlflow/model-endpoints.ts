import { listFolder } from '../../artifacts/index.ts';
import { type Context, invalidField } from '../../platform/index.ts';
import {
  changeLoggedModel,
  createLoggedModel,
  type LoggedModel,
  type MetricDataset,
  modelMetricsOf,
  openLoggedModel,
  searchLoggedModels,
} from '../../tracking/index.ts';
import { type Endpoint, readableExperiments } from './endpoints.ts';
import {
  asMessage,
  integer,
  list,
  type Message,
  meaningOf,
  pairs,
  presentModel,
  projectInForce,
  required,
  text,
} from './messages.ts';

async function search(ctx: Context, message: Message): Promise<Message> {
  const project = await projectInForce(ctx);
  ctx.decided.add('run.read');
  const experimentIds = await readableExperiments(ctx, message, project);
  const limit = integer(message.max_results, 'max_results', 100);
  if (limit < 1 || limit > 50_000) throw invalidField('max_results', 'must be from 1 to 50000');
  const { items, nextCursor } = await searchLoggedModels(ctx, {
    experimentIds,
    filter: text(message, 'filter'),
    datasets: list(message.datasets, 'datasets', 100).map((value, index) => {
      const name = `datasets[${index}]`;
      const dataset = datasetOf(asMessage(value, name));
      if (!dataset) throw invalidField(`${name}.dataset_name`, 'is required');
      return dataset;
    }),
    orderBy: list(message.order_by, 'order_by', 20).map((value, index) => {
      const order = asMessage(value, `order_by[${index}]`);
      return { field: required(order, 'field_name'), descending: order.ascending === false, dataset: datasetOf(order) };
    }),
    limit,
    cursor: text(message, 'page_token'),
  });
  const metrics = await modelMetricsOf(
    ctx,
    items.map((model) => model.id),
  );
  return {
    models: items.map((model) => presentModel(model, metrics.get(model.id) ?? [])),
    ...(nextCursor ? { next_page_token: nextCursor } : {}),
  };
}

function datasetOf(message: Message): MetricDataset | undefined {
  const name = text(message, 'dataset_name');
  const digest = text(message, 'dataset_digest');
  if (!name && digest) throw invalidField('dataset_name', 'is required beside dataset_digest');
  return name ? { name, digest: digest || undefined } : undefined;
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

const answer = async (ctx: Context, model: LoggedModel): Promise<Message> => ({
  model: presentModel(model, (await modelMetricsOf(ctx, [model.id])).get(model.id) ?? []),
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
      return answer(ctx, model);
    },
  },
  { method: 'POST', path: 'logged-models/search', permission: 'run.read', handle: search },
  {
    method: 'GET',
    path: 'logged-models/{model}',
    permission: 'run.read',
    handle: async (ctx, _message, params) =>
      answer(ctx, await openLoggedModel(ctx, params.model!, 'run.read', await projectInForce(ctx))),
  },
  {
    method: 'PATCH',
    path: 'logged-models/{model}',
    permission: 'run.write',
    handle: async (ctx, message, params) =>
      answer(ctx, await changeLoggedModel(ctx, params.model!, { status: statusOf(message.status) }, await projectInForce(ctx))),
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
    handle: async (ctx, message, params) =>
      answer(
        ctx,
        await changeLoggedModel(
          ctx,
          params.model!,
          { setTags: pairs(message.tags, 'tags', 8_000, 1000) },
          await projectInForce(ctx),
        ),
      ),
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
        root_uri: (presentModel(model, []).info as Message).artifact_uri,
        files: entries.map((entry) => ({
          path: entry.path,
          is_dir: entry.isFolder,
          ...(entry.sizeBytes === null ? {} : { file_size: entry.sizeBytes }),
        })),
      };
    },
  },
];
