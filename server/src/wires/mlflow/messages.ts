import { type Context, invalidField, Problem } from '../../platform/index.ts';
import { findProject } from '../../projects/index.ts';
import {
  checkKey,
  type DatasetInput,
  type Experiment,
  type KeyValue,
  type LoggedModel,
  limits,
  type Metric,
  type ModelMetric,
  presentValue,
  type RunData,
  type RunRow,
} from '../../tracking/index.ts';

/** The protocol version that was tested against; clients show it. */
export const protocolVersion = '3.6.0';

export type Message = Record<string, unknown>;

/** The project of a request: named by the address, else the token's, else the caller's default. */
export async function projectInForce(ctx: Context): Promise<string> {
  if (ctx.addressedProject !== undefined) {
    const project = await findProject(ctx, ctx.addressedProject);
    if (!project) throw new Problem(404, 'not-found', `There is no project "${ctx.addressedProject}" that you may see.`);
    return project.id;
  }
  if (ctx.actor.defaultProjectId) return ctx.actor.defaultProjectId;
  throw invalidField(
    'project',
    `no project is in force: use the tracking URI ${ctx.platform.config.publicUrl}/mlflow/{project}, a token of one project, or set your default project`,
  );
}

export function text(message: Message, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = message[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') throw invalidField(name, `must be a string, not ${JSON.stringify(value).slice(0, 60)}`);
    return value;
  }
  return undefined;
}

export function required(message: Message, ...names: string[]): string {
  const value = text(message, ...names);
  if (!value) throw invalidField(names[0]!, `Missing value for required parameter '${names[0]}'`);
  return value;
}

/** int64, as a number or as text; fractions and what does not fit are refused, never bent. */
export function integer(value: unknown, name: string, fallback?: number): number {
  if ((value === undefined || value === null) && fallback !== undefined) return fallback;
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw invalidField(name, `must be a whole number, not ${JSON.stringify(value)?.slice(0, 60)}`);
  return number;
}

/** What a word of the protocol, or its number, stands for; undefined for anything that the table does not name itself. */
export function meaningOf<T>(table: Record<string, T>, value: unknown): T | undefined {
  const word = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

export function list(value: unknown, name: string, maximum: number): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidField(name, 'must be a list');
  if (value.length > maximum) throw invalidField(name, `has ${value.length} members; at most ${maximum} are taken`);
  return value;
}

/** A list of words; one alone in a query string is no list there, and clients send ids as numbers too. */
export const texts = (value: unknown, name: string, maximum: number): string[] =>
  list(typeof value === 'string' ? [value] : value, name, maximum).map((one, index) => {
    if (typeof one !== 'string' && typeof one !== 'number') throw invalidField(`${name}[${index}]`, 'must be a string');
    return String(one);
  });

export const asMessage = (value: unknown, name: string): Message => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw invalidField(name, 'must be an object');
  return value as Message;
};

const words: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/** A double as clients send it. 1e400 is no double: JSON turns it into infinity, which is only taken when it is called so. */
function double(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string') {
    const special = meaningOf(words, value);
    if (special !== undefined) return special;
    if (/^-?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(value) && Number.isFinite(Number(value))) return Number(value);
  }
  throw invalidField(
    name,
    `must be a number, "NaN", "Infinity" or "-Infinity", not ${typeof value === 'number' ? 'a number beyond the range of doubles' : JSON.stringify(value)?.slice(0, 60)}`,
  );
}

export function metricOf(value: unknown, name: string): Metric {
  const message = asMessage(value, name);
  return {
    key: checkKey(message.key, `${name}.key`),
    value: double(message.value, `${name}.value`),
    step: integer(message.step, `${name}.step`, 0),
    time: integer(message.timestamp, `${name}.timestamp`),
    ...subjectOf(message),
  };
}

/** Clients of the third generation tell of a metric which logged model it is about, and on which data. */
function subjectOf(message: Message): Pick<Metric, 'about'> {
  const modelId = text(message, 'model_id');
  if (!modelId) return {};
  const within = (field: string, maximum: number): string => {
    const content = text(message, field) ?? '';
    if (content.length > maximum) throw invalidField(field, `is longer than ${maximum} characters`);
    return content;
  };
  return { about: { modelId, datasetName: within('dataset_name', 500), datasetDigest: within('dataset_digest', 36) } };
}

export function pairOf(value: unknown, name: string, maximum: number): KeyValue {
  const message = asMessage(value, name);
  const key = checkKey(message.key, `${name}.key`);
  const content = message.value ?? '';
  if (typeof content !== 'string') throw invalidField(`${name}.value`, 'must be a string');
  if (content.length > maximum) throw invalidField(`${name}.value`, `is longer than ${maximum} characters`);
  return { key, value: content };
}

export const pairs = (value: unknown, name: string, maximum: number, count: number): KeyValue[] =>
  list(value, name, count).map((one, index) => pairOf(one, `${name}[${index}]`, maximum));
export const runTags = (value: unknown): KeyValue[] => pairs(value, 'tags', limits.tagValue, limits.batchTags);

export function datasetInputOf(value: unknown, index: number): DatasetInput {
  const name = `datasets[${index}]`;
  const message = asMessage(value, name);
  const dataset = asMessage(message.dataset, `${name}.dataset`);
  const tags = Object.fromEntries(
    pairs(message.tags, `${name}.tags`, 500, 100).map((tag) => [
      tag.key === 'mlflow.data.context' ? 'context' : tag.key,
      tag.value,
    ]),
  );
  const within = (field: string, maximum: number): string => {
    const content = required(dataset, field);
    if (content.length > maximum) throw invalidField(`${name}.dataset.${field}`, `is longer than ${maximum} characters`);
    return content;
  };
  return {
    name: within('name', 500),
    digest: within('digest', 36),
    sourceType: within('source_type', 500),
    source: within('source', 65_535),
    schema: text(dataset, 'schema') ?? null,
    profile: text(dataset, 'profile') ?? null,
    tags,
  };
}

export const tagList = (tags: Record<string, string>): KeyValue[] => Object.entries(tags).map(([key, value]) => ({ key, value }));

export const presentExperiment = (experiment: Experiment): Message => ({
  experiment_id: experiment.id,
  name: experiment.name,
  artifact_location: `mlflow-artifacts:/${experiment.id}`,
  lifecycle_stage: experiment.lifecycle,
  creation_time: experiment.createdTime,
  last_update_time: experiment.updatedTime,
  ...(Object.keys(experiment.tags).length > 0 ? { tags: tagList(experiment.tags) } : {}),
});

export function presentRun(run: RunRow, data?: RunData): Message {
  const info = {
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.name,
    experiment_id: run.experimentId,
    user_id: run.userId,
    status: run.status.toUpperCase(),
    start_time: run.startTime,
    ...(run.endTime === null ? {} : { end_time: run.endTime }),
    artifact_uri: `mlflow-artifacts:/${run.experimentId}/${run.id}/artifacts`,
    lifecycle_stage: run.lifecycle,
  };
  const tags = [...(data?.tags ?? []).filter((tag) => tag.key !== 'mlflow.runName'), { key: 'mlflow.runName', value: run.name }];
  return {
    info,
    data: {
      ...(data?.metrics.length ? { metrics: data.metrics.map(presentMetric) } : {}),
      ...(data?.params.length ? { params: data.params } : {}),
      tags,
    },
    inputs: {
      ...(data?.datasets.length
        ? {
            dataset_inputs: data.datasets.map((input) => ({
              tags: tagList(input.tags).map((tag) => ({ ...tag, key: tag.key === 'context' ? 'mlflow.data.context' : tag.key })),
              dataset: {
                name: input.name,
                digest: input.digest,
                source_type: input.sourceType,
                source: input.source,
                ...(input.schema ? { schema: input.schema } : {}),
                ...(input.profile ? { profile: input.profile } : {}),
              },
            })),
          }
        : {}),
    },
    outputs: {
      ...(data?.models.length ? { model_outputs: data.models.map((model) => ({ model_id: model.id, step: model.step })) } : {}),
    },
  };
}

export const presentMetric = (metric: Pick<Metric, 'key' | 'value' | 'time' | 'step'>): Message => ({
  key: metric.key,
  value: presentValue(metric.value),
  timestamp: metric.time,
  step: metric.step,
});

export const presentModel = (model: LoggedModel, metrics: readonly ModelMetric[]): Message => ({
  info: {
    model_id: model.id,
    experiment_id: model.experimentId,
    name: model.name,
    creation_timestamp_ms: model.createdTime,
    last_updated_timestamp_ms: model.updatedTime,
    artifact_uri: `mlflow-artifacts:/${model.experimentId}/models/${model.id}/artifacts`,
    status: `LOGGED_MODEL_${model.status === 'failed' ? 'UPLOAD_FAILED' : model.status.toUpperCase()}`,
    ...(model.modelType ? { model_type: model.modelType } : {}),
    ...(model.sourceRunId ? { source_run_id: model.sourceRunId } : {}),
    ...(Object.keys(model.tags).length > 0 ? { tags: tagList(model.tags) } : {}),
  },
  data: {
    ...(Object.keys(model.params).length > 0 ? { params: tagList(model.params) } : {}),
    ...(metrics.length > 0
      ? {
          metrics: metrics.map((metric) => ({
            ...presentMetric(metric),
            model_id: metric.modelId,
            run_id: metric.runId,
            ...(metric.datasetName ? { dataset_name: metric.datasetName } : {}),
            ...(metric.datasetDigest ? { dataset_digest: metric.datasetDigest } : {}),
          })),
        }
      : {}),
  },
});
