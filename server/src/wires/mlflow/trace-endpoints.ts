import { randomBytes } from 'node:crypto';
import { type Context, invalidField } from '../../platform/index.ts';
import { openVersion } from '../../registry/index.ts';
import {
  assessmentsOf,
  deleteTraces,
  endTrace,
  linkPrompts,
  linkTracesToRun,
  nameTrace,
  openTrace,
  readTrace,
  readTraces,
  readWholeTraces,
  recordTrace,
  searchTraces,
  type Trace,
  tagTrace,
  traceLimits,
  untagTrace,
} from '../../traces/index.ts';
import { type Endpoint, readableExperiments } from './endpoints.ts';
import { asMessage, integer, list, type Message, pairOf, projectInForce, required, text, texts } from './messages.ts';
import { presentSpan } from './otlp.ts';
import {
  asAttributes,
  checkTagKey,
  olderLabels,
  olderState,
  presentOlderTrace,
  presentTrace,
  traceOf,
} from './trace-messages.ts';

const idsOf = (message: Message, name: string, most: number): string[] => {
  const ids = texts(message[name], name, most);
  if (ids.length === 0) throw invalidField(name, `Missing value for required parameter '${name}'`);
  return ids;
};

async function presentAll(ctx: Context, project: string, traces: readonly Trace[]): Promise<Message[]> {
  const assessments = await assessmentsOf(
    ctx,
    project,
    traces.map((trace) => trace.id),
  );
  return traces.map((trace) => presentTrace(trace, assessments.get(trace.id) ?? []));
}

const presentOne = async (ctx: Context, trace: Trace): Promise<Message> => (await presentAll(ctx, trace.projectId, [trace]))[0]!;

async function find(ctx: Context, message: Message, experiments: Message) {
  const project = await projectInForce(ctx);
  ctx.decided.add('run.read');
  const experimentIds = await readableExperiments(ctx, experiments, project);
  const limit = integer(message.max_results, 'max_results', 100);
  if (limit < 1 || limit > 500) throw invalidField('max_results', 'must be from 1 to 500');
  const { items, nextCursor } = await searchTraces(ctx, {
    experimentIds,
    filter: text(message, 'filter'),
    orderBy: texts(message.order_by, 'order_by', 20),
    limit,
    cursor: text(message, 'page_token'),
    asAttributes,
  });
  return { project, items, next: nextCursor ? { next_page_token: nextCursor } : {} };
}

/** Places of any other kind hold no traces of ours. */
const experimentsIn = (message: Message): string[] =>
  list(message.locations, 'locations', 1_000).flatMap((one, index) => {
    const experiment = asMessage(one, `locations[${index}]`).mlflow_experiment;
    if (experiment === undefined) return [];
    return [required(asMessage(experiment, `locations[${index}].mlflow_experiment`), 'experiment_id')];
  });

const scopeOf = (message: Message): string[] | undefined =>
  message.experiment_ids === undefined ? undefined : texts(message.experiment_ids, 'experiment_ids', 10_000);

async function setTag(ctx: Context, message: Message, id: string): Promise<undefined> {
  const { key, value } = pairOf({ key: message.key, value: message.value }, 'tag', traceLimits.tagValue);
  const project = await projectInForce(ctx);
  if (asAttributes[key as keyof typeof asAttributes] === 'name') await nameTrace(ctx, project, id, value);
  else await tagTrace(ctx, project, id, checkTagKey(key), value);
}

async function deleteTag(ctx: Context, message: Message, id: string): Promise<undefined> {
  const key = required(message, 'key');
  const project = await projectInForce(ctx);
  if (asAttributes[key as keyof typeof asAttributes] === 'name') await nameTrace(ctx, project, id, null);
  else await untagTrace(ctx, project, id, checkTagKey(key));
}

/** Only versions that are there are linked; a name and number that lead nowhere are refused. */
async function linkPromptsOf(ctx: Context, message: Message): Promise<undefined> {
  const project = await projectInForce(ctx);
  const prompts = list(message.prompt_versions, 'prompt_versions', traceLimits.linksAtOnce).map((one, index) => {
    const prompt = asMessage(one, `prompt_versions[${index}]`);
    return { name: required(prompt, 'name'), version: integer(prompt.version, `prompt_versions[${index}].version`) };
  });
  if (prompts.length === 0) throw invalidField('prompt_versions', "Missing value for required parameter 'prompt_versions'");
  const id = required(message, 'trace_id');
  await openTrace(ctx, project, id, 'run.write');
  for (const { name, version } of prompts) await openVersion(ctx, project, name, version, 'model.read');
  await linkPrompts(ctx, project, id, prompts);
}

/** Calls of the third generation, which tells a trace once it is over and sends its spans by OTLP. */
const calls: Endpoint[] = [
  {
    method: 'POST',
    path: 'traces',
    only: '3.0',
    permission: 'run.write',
    async handle(ctx, message) {
      const { experimentId, told, assessments } = traceOf(message.trace);
      const trace = await recordTrace(ctx, await projectInForce(ctx), experimentId, told, assessments);
      return { trace: { trace_info: await presentOne(ctx, trace) } };
    },
  },
  {
    method: 'POST',
    path: 'traces/search',
    only: '3.0',
    permission: 'run.read',
    async handle(ctx, message) {
      const { project, items, next } = await find(ctx, message, { experiment_ids: experimentsIn(message) });
      return { ...(items.length > 0 ? { traces: await presentAll(ctx, project, items) } : {}), ...next };
    },
  },
  {
    method: 'GET',
    path: 'traces/get',
    only: '3.0',
    permission: 'run.read',
    async handle(ctx, message) {
      const partly = message.allow_partial === true || /^true$/i.test(String(message.allow_partial ?? ''));
      const { trace, spans } = await readTrace(ctx, await projectInForce(ctx), required(message, 'trace_id'), partly);
      return { trace: { trace_info: await presentOne(ctx, trace), spans: spans.map(presentSpan) } };
    },
  },
  {
    method: 'GET',
    path: 'traces/batchGet',
    only: '3.0',
    permission: 'run.read',
    async handle(ctx, message) {
      const project = await projectInForce(ctx);
      const whole = await readWholeTraces(ctx, project, idsOf(message, 'trace_ids', 100), scopeOf(message));
      const infos = await presentAll(
        ctx,
        project,
        whole.map((one) => one.trace),
      );
      return { traces: whole.map(({ spans }, index) => ({ trace_info: infos[index], spans: spans.map(presentSpan) })) };
    },
  },
  {
    method: 'POST',
    path: 'traces/batchGetInfos',
    only: '3.0',
    permission: 'run.read',
    async handle(ctx, message) {
      const project = await projectInForce(ctx);
      const traces = await readTraces(ctx, project, idsOf(message, 'trace_ids', 1_000), scopeOf(message));
      return { trace_infos: await presentAll(ctx, project, traces) };
    },
  },
  {
    method: 'GET',
    path: 'traces/{trace}',
    only: '3.0',
    permission: 'run.read',
    async handle(ctx, _message, params) {
      const trace = await openTrace(ctx, await projectInForce(ctx), params.trace!, 'run.read');
      return { trace: { trace_info: await presentOne(ctx, trace) } };
    },
  },
  {
    method: 'POST',
    path: 'traces/delete-traces',
    permission: 'run.write',
    async handle(ctx, message) {
      const ids = texts(message.request_ids, 'request_ids', traceLimits.deletedAtOnce);
      const limited = message.max_traces !== undefined && message.max_traces !== null;
      const most = limited ? integer(message.max_traces, 'max_traces') : traceLimits.deletedAtOnce;
      if (most < 1) throw invalidField('max_traces', 'must be at least 1');
      const untilTime =
        message.max_timestamp_millis === undefined || message.max_timestamp_millis === null
          ? undefined
          : integer(message.max_timestamp_millis, 'max_timestamp_millis');
      if (ids.length === 0 && untilTime === undefined)
        throw invalidField('max_timestamp_millis', 'is missing; give request_ids or a time until which traces are deleted');
      const deleted = await deleteTraces(ctx, await projectInForce(ctx), required(message, 'experiment_id'), {
        untilTime,
        ...(ids.length > 0 ? { ids } : {}),
        most: Math.min(most, traceLimits.deletedAtOnce),
      });
      return { traces_deleted: deleted };
    },
  },
  {
    method: 'PATCH',
    path: 'traces/{trace}/tags',
    permission: 'run.write',
    handle: (ctx, message, params) => setTag(ctx, message, params.trace!),
  },
  {
    method: 'DELETE',
    path: 'traces/{trace}/tags',
    permission: 'run.write',
    handle: (ctx, message, params) => deleteTag(ctx, message, params.trace!),
  },
  {
    method: 'POST',
    path: 'traces/link-to-run',
    permission: 'run.write',
    async handle(ctx, message) {
      const ids = idsOf(message, 'trace_ids', traceLimits.linksAtOnce);
      await linkTracesToRun(ctx, await projectInForce(ctx), ids, required(message, 'run_id'));
      return undefined;
    },
  },
  { method: 'POST', path: 'traces/link-prompts', permission: 'run.write', handle: linkPromptsOf },
];

const answerOlder = (trace: Trace): Message => ({ trace_info: presentOlderTrace(trace) });

/** Calls of the second generation, which begins a trace, uploads its spans as a file and ends it. */
const olderCalls: Endpoint[] = [
  {
    method: 'POST',
    path: 'traces',
    only: '2.0',
    permission: 'run.write',
    async handle(ctx, message) {
      const trace = await recordTrace(ctx, await projectInForce(ctx), required(message, 'experiment_id'), {
        id: `tr-${randomBytes(16).toString('hex')}`,
        state: 'in-progress',
        requestTime: integer(message.timestamp_ms, 'timestamp_ms', Date.now()),
        duration: null,
        ...olderLabels(message),
      });
      return answerOlder(trace);
    },
  },
  {
    method: 'PATCH',
    path: 'traces/{trace}',
    only: '2.0',
    permission: 'run.write',
    handle: async (ctx, message, params) =>
      answerOlder(
        await endTrace(ctx, await projectInForce(ctx), params.trace!, {
          state: olderState(message.status),
          endTime: integer(message.timestamp_ms, 'timestamp_ms', Date.now()),
          ...olderLabels(message),
        }),
      ),
  },
  {
    method: 'GET',
    path: 'traces/{trace}/info',
    permission: 'run.read',
    only: '2.0',
    handle: async (ctx, _message, params) =>
      answerOlder(await openTrace(ctx, await projectInForce(ctx), params.trace!, 'run.read')),
  },
  {
    method: 'GET',
    path: 'traces',
    only: '2.0',
    permission: 'run.read',
    async handle(ctx, message) {
      const { items, next } = await find(ctx, message, message);
      return { ...(items.length > 0 ? { traces: items.map(presentOlderTrace) } : {}), ...next };
    },
  },
];

export const traceEndpoints: Endpoint[] = [...calls, ...olderCalls];
