import { type SqlBool, sql } from 'kysely';
import type { Action } from '../../access/index.ts';
import { listFolder } from '../../artifacts/index.ts';
import { type Context, fields, invalidField, notFound, Problem, type SortKey, transaction } from '../../platform/index.ts';
import { openProject } from '../../projects/index.ts';
import {
  changeExperiment,
  changeRun,
  checkKey,
  compileExperimentFilter,
  createExperiment,
  createRun,
  dataOf,
  defaultExperiment,
  deleteTag,
  experimentsWhere,
  findExperimentByName,
  limits,
  logBatch,
  logInputs,
  logOutputs,
  openExperiment,
  openRun,
  type RunStatus,
  searchRuns,
} from '../../tracking/index.ts';
import {
  asMessage,
  datasetInputOf,
  integer,
  list,
  type Message,
  meaningOf,
  metricOf,
  pairOf,
  pairs,
  presentExperiment,
  presentRun,
  projectInForce,
  required,
  runTags,
  text,
  texts,
} from './messages.ts';

/** One call of the protocol: what it decides on, and what it does with the client's message. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Under /2.0/mlflow/ and /3.0/mlflow/, or under one of them where the generations of clients mean different things by it. */
  path: string;
  only?: '2.0' | '3.0';
  permission: Action | 'self';
  handle(ctx: Context, message: Message, params: Record<string, string>): Promise<Message | undefined>;
}

const viewOf = (value: unknown): 'active' | 'deleted' | 'all' =>
  value === 'DELETED_ONLY' || value === 2 ? 'deleted' : value === 'ALL' || value === 3 ? 'all' : 'active';

const statuses: Record<string, RunStatus> = {
  RUNNING: 'running',
  SCHEDULED: 'scheduled',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'killed',
  1: 'running',
  2: 'scheduled',
  3: 'finished',
  4: 'failed',
  5: 'killed',
};

function statusOf(value: unknown): RunStatus | undefined {
  if (value === undefined || value === null) return undefined;
  const status = meaningOf(statuses, value);
  if (!status)
    throw invalidField('status', `must be one of RUNNING, SCHEDULED, FINISHED, FAILED, KILLED, not ${JSON.stringify(value)}`);
  return status;
}

export const runId = (message: Message): string => required(message, 'run_id', 'run_uuid');

/** The name of a run is a tag as well; both ways, and a contradiction is refused. */
function nameAndTags(message: Message): { name?: string; tags: ReturnType<typeof runTags> } {
  const tags = runTags(message.tags);
  const tagged = tags.find((tag) => tag.key === 'mlflow.runName')?.value;
  const given = text(message, 'run_name');
  if (given && tagged && given !== tagged)
    throw invalidField('run_name', `is "${given}" while the tag mlflow.runName is "${tagged}"; give one of them`);
  const name = given || tagged;
  return { ...(name ? { name } : {}), tags: tags.filter((tag) => tag.key !== 'mlflow.runName') };
}

async function answerRun(ctx: Context, id: string): Promise<Message> {
  const run = await openRun(ctx, id, 'run.read', await projectInForce(ctx));
  return { run: presentRun(run, (await dataOf(ctx, [run.id])).get(run.id)) };
}

async function searchExperiments(ctx: Context, message: Message): Promise<Message> {
  const project = await openProject(ctx, await projectInForce(ctx), 'run.read');
  await defaultExperiment(ctx, project.id);
  const view = viewOf(message.view_type);
  const limit = integer(message.max_results, 'max_results', 1000);
  if (limit < 1 || limit > 50_000) throw invalidField('max_results', 'must be from 1 to 50000');
  const orderBy = texts(message.order_by, 'order_by', 20);
  const keys = orderBy.map((clause): SortKey => {
    const match = /^\s*(?:attributes?\.)?(name|experiment_id|creation_time|last_update_time)(?:\s+(asc|desc))?\s*$/i.exec(clause);
    if (!match) throw invalidField('order_by', `"${clause.slice(0, 100)}" is no attribute of experiments with ASC or DESC`);
    const column = {
      name: fields.text('experiments.name'),
      experiment_id: fields.text('experiments.id'),
      creation_time: fields.integer('experiments.createdTime'),
      last_update_time: fields.integer('experiments.updatedTime'),
    }[match[1]!.toLowerCase()]!;
    return { ...column, descending: match[2]?.toLowerCase() === 'desc' };
  });
  const { items, nextCursor } = await experimentsWhere(ctx, project.id, {
    where: [
      ...(view === 'all' ? [] : [sql<SqlBool>`experiments.lifecycle = ${view}`]),
      ...compileExperimentFilter(text(message, 'filter')),
    ],
    keys: [
      ...keys,
      { ...fields.integer('experiments.updatedTime'), descending: true },
      { ...fields.text('experiments.id'), descending: true },
    ],
    order: `experiments ${JSON.stringify(orderBy)}`,
    limit,
    cursor: text(message, 'page_token'),
    pointer: 'page_token',
  });
  return {
    ...(items.length > 0 ? { experiments: items.map(presentExperiment) } : {}),
    ...(nextCursor ? { next_page_token: nextCursor } : {}),
  };
}

/** The experiments of a message that are there and may be read; the others have nothing to find, and asking for them is no fault. */
export async function readableExperiments(ctx: Context, message: Message, project: string): Promise<string[]> {
  const ids: string[] = [];
  for (const id of texts(message.experiment_ids, 'experiment_ids', 10_000)) {
    const experiment = await openExperiment(ctx, id, 'run.read', project).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 404) return null;
      throw error;
    });
    if (experiment) ids.push(experiment.id);
  }
  return ids;
}

async function searchRunsOf(ctx: Context, message: Message): Promise<Message> {
  const project = await projectInForce(ctx);
  ctx.decided.add('run.read');
  const experimentIds = await readableExperiments(ctx, message, project);
  const limit = integer(message.max_results, 'max_results', 1000);
  if (limit < 1 || limit > 50_000) throw invalidField('max_results', 'must be from 1 to 50000');
  const { items, nextCursor } = await searchRuns(ctx, {
    in: { experimentIds },
    filter: text(message, 'filter'),
    orderBy: texts(message.order_by, 'order_by', 20),
    view: viewOf(message.run_view_type),
    tagAttributes: { 'mlflow.runName': 'name' },
    limit,
    cursor: text(message, 'page_token'),
  });
  const data = await dataOf(
    ctx,
    items.map((row) => row.id),
  );
  return {
    ...(items.length > 0 ? { runs: items.map((row) => presentRun(row, data.get(row.id))) } : {}),
    ...(nextCursor ? { next_page_token: nextCursor } : {}),
  };
}

async function logOne(ctx: Context, message: Message, batch: Partial<Parameters<typeof logBatch>[2]>): Promise<undefined> {
  await logBatch(ctx, runId(message), { metrics: [], params: [], tags: [], ...batch }, await projectInForce(ctx));
}

async function setTag(ctx: Context, message: Message): Promise<undefined> {
  const tag = pairOf(message, 'tag', limits.tagValue);
  if (tag.key === 'mlflow.runName') await changeRun(ctx, runId(message), { name: tag.value }, await projectInForce(ctx));
  else await logOne(ctx, message, { tags: [tag] });
}

export const trackingEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: 'server-info',
    permission: 'self',
    handle: async (ctx) => ({
      store_type: 'SqlStore',
      workspaces_enabled: false,
      trace_archival_enabled: false,
      multipart_uploads_enabled: true,
      // Straight from the bucket; what comes from us is read whole, against its digest.
      multipart_downloads_enabled: ctx.platform.config.s3 !== null && ctx.platform.config.s3.publicEndpoint !== 'none',
      presigned_upload_run_id_supported: true,
      presigned_upload_model_id_supported: true,
    }),
  },
  {
    method: 'POST',
    path: 'experiments/create',
    permission: 'run.write',
    async handle(ctx, message) {
      const name = required(message, 'name');
      if (name.length > 500) throw invalidField('name', 'is longer than 500 characters');
      const location = text(message, 'artifact_location');
      if (location) throw invalidField('artifact_location', 'cannot be chosen: files are kept by Plinth');
      const tags = Object.fromEntries(pairs(message.tags, 'tags', 20_000, 100).map((tag) => [tag.key, tag.value]));
      return { experiment_id: (await createExperiment(ctx, await projectInForce(ctx), { name, tags })).id };
    },
  },
  {
    method: 'GET',
    path: 'experiments/get',
    permission: 'run.read',
    handle: async (ctx, message) => ({
      experiment: presentExperiment(
        await openExperiment(ctx, required(message, 'experiment_id'), 'run.read', await projectInForce(ctx)),
      ),
    }),
  },
  {
    method: 'GET',
    path: 'experiments/get-by-name',
    permission: 'run.read',
    async handle(ctx, message) {
      const name = required(message, 'experiment_name');
      const project = await openProject(ctx, await projectInForce(ctx), 'run.read');
      await defaultExperiment(ctx, project.id);
      const experiment = await findExperimentByName(ctx, project.id, name);
      if (!experiment) throw notFound('experiment', name);
      return { experiment: presentExperiment(experiment) };
    },
  },
  { method: 'GET', path: 'experiments/search', permission: 'run.read', handle: searchExperiments },
  { method: 'POST', path: 'experiments/search', permission: 'run.read', handle: searchExperiments },
  {
    method: 'POST',
    path: 'experiments/update',
    permission: 'run.write',
    handle: async (ctx, message) =>
      void (await changeExperiment(
        ctx,
        required(message, 'experiment_id'),
        { name: required(message, 'new_name') },
        await projectInForce(ctx),
      )),
  },
  ...(['delete', 'restore'] as const).map(
    (verb): Endpoint => ({
      method: 'POST',
      path: `experiments/${verb}`,
      permission: 'run.write',
      handle: async (ctx, message) =>
        void (await changeExperiment(
          ctx,
          required(message, 'experiment_id'),
          { lifecycle: verb === 'delete' ? 'deleted' : 'active' },
          await projectInForce(ctx),
        )),
    }),
  ),
  {
    method: 'POST',
    path: 'experiments/set-experiment-tag',
    permission: 'run.write',
    async handle(ctx, message) {
      const tag = pairOf(message, 'tag', 20_000);
      await changeExperiment(
        ctx,
        required(message, 'experiment_id'),
        { setTags: { [tag.key]: tag.value } },
        await projectInForce(ctx),
      );
      return undefined;
    },
  },
  {
    method: 'POST',
    path: 'experiments/delete-experiment-tag',
    permission: 'run.write',
    handle: async (ctx, message) =>
      void (await changeExperiment(
        ctx,
        required(message, 'experiment_id'),
        { dropTag: required(message, 'key') },
        await projectInForce(ctx),
      )),
  },
  {
    method: 'POST',
    path: 'runs/create',
    permission: 'run.write',
    async handle(ctx, message) {
      const startTime = message.start_time === undefined ? undefined : integer(message.start_time, 'start_time');
      const userId = text(message, 'user_id');
      const run = await createRun(
        ctx,
        {
          experimentId: text(message, 'experiment_id') || '0',
          ...nameAndTags(message),
          ...(startTime ? { startTime } : {}),
          ...(userId ? { userId } : {}),
        },
        await projectInForce(ctx),
      );
      return { run: presentRun(run, (await dataOf(ctx, [run.id])).get(run.id)) };
    },
  },
  { method: 'GET', path: 'runs/get', permission: 'run.read', handle: async (ctx, message) => answerRun(ctx, runId(message)) },
  {
    method: 'POST',
    path: 'runs/update',
    permission: 'run.write',
    async handle(ctx, message) {
      const status = statusOf(message.status);
      const name = text(message, 'run_name');
      const endTime = message.end_time === undefined ? undefined : integer(message.end_time, 'end_time');
      const run = await changeRun(
        ctx,
        runId(message),
        { ...(status ? { status } : {}), ...(name ? { name } : {}), ...(endTime === undefined ? {} : { endTime }) },
        await projectInForce(ctx),
      );
      return { run_info: presentRun(run).info as Message };
    },
  },
  ...(['delete', 'restore'] as const).map(
    (verb): Endpoint => ({
      method: 'POST',
      path: `runs/${verb}`,
      permission: 'run.write',
      handle: async (ctx, message) =>
        void (await changeRun(
          ctx,
          runId(message),
          { lifecycle: verb === 'delete' ? 'deleted' : 'active' },
          await projectInForce(ctx),
        )),
    }),
  ),
  { method: 'POST', path: 'runs/search', permission: 'run.read', handle: searchRunsOf },
  {
    method: 'POST',
    path: 'runs/log-metric',
    permission: 'run.write',
    handle: async (ctx, message) => logOne(ctx, message, { metrics: [metricOf(message, 'metric')] }),
  },
  {
    method: 'POST',
    path: 'runs/log-parameter',
    permission: 'run.write',
    handle: async (ctx, message) => logOne(ctx, message, { params: [pairOf(message, 'param', limits.paramValue)] }),
  },
  { method: 'POST', path: 'runs/set-tag', permission: 'run.write', handle: setTag },
  {
    method: 'POST',
    path: 'runs/delete-tag',
    permission: 'run.write',
    async handle(ctx, message) {
      const run = await openRun(ctx, runId(message), 'run.write', await projectInForce(ctx));
      const key = checkKey(message.key, 'key');
      if (!(await transaction(ctx, (tx) => deleteTag(tx, run.id, key)))) throw notFound('tag', key);
      return undefined;
    },
  },
  {
    method: 'POST',
    path: 'runs/log-batch',
    permission: 'run.write',
    async handle(ctx, message) {
      const metrics = list(message.metrics, 'metrics', limits.batchMetrics).map((metric, index) =>
        metricOf(metric, `metrics[${index}]`),
      );
      const params = pairs(message.params, 'params', limits.paramValue, limits.batchParams);
      const all = runTags(message.tags);
      if (metrics.length + params.length + all.length > limits.batchAll)
        throw invalidField('metrics', `with params and tags are more than ${limits.batchAll}`);
      const project = await projectInForce(ctx);
      const name = all.find((tag) => tag.key === 'mlflow.runName')?.value;
      await logBatch(ctx, runId(message), { metrics, params, tags: all.filter((tag) => tag.key !== 'mlflow.runName') }, project);
      if (name) await changeRun(ctx, runId(message), { name }, project);
      return undefined;
    },
  },
  {
    method: 'POST',
    path: 'runs/log-model',
    permission: 'run.write',
    async handle(ctx, message) {
      const content = required(message, 'model_json');
      await openRun(ctx, runId(message), 'run.write', await projectInForce(ctx));
      await logOne(ctx, message, { tags: [{ key: 'mlflow.log-model.history', value: `[${content}]`.slice(0, 100_000) }] });
      return undefined;
    },
  },
  {
    method: 'POST',
    path: 'runs/log-inputs',
    permission: 'run.write',
    async handle(ctx, message) {
      const datasets = list(message.datasets, 'datasets', 1000).map(datasetInputOf);
      await logInputs(ctx, runId(message), datasets, await projectInForce(ctx));
      return undefined;
    },
  },
  {
    method: 'POST',
    path: 'runs/outputs',
    permission: 'run.write',
    async handle(ctx, message) {
      const models = list(message.models, 'models', 1000).map((value, index) => {
        const model = asMessage(value, `models[${index}]`);
        return { modelId: required(model, 'model_id'), step: integer(model.step, `models[${index}].step`, 0) };
      });
      await logOutputs(ctx, runId(message), models, await projectInForce(ctx));
      return undefined;
    },
  },
  {
    method: 'GET',
    path: 'artifacts/list',
    permission: 'artifact.read',
    async handle(ctx, message) {
      const run = await openRun(ctx, runId(message), 'artifact.read', await projectInForce(ctx));
      const entries = await listFolder(ctx, `run:${run.id}`, text(message, 'path') ?? '');
      return {
        root_uri: (presentRun(run).info as Message).artifact_uri,
        ...(entries.length > 0
          ? {
              files: entries.map((entry) => ({
                path: entry.path,
                is_dir: entry.isFolder,
                ...(entry.sizeBytes === null ? {} : { file_size: entry.sizeBytes }),
              })),
            }
          : {}),
      };
    },
  },
];
