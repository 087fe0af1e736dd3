import { invalidField } from '../../platform/index.ts';
import {
  type Assessment,
  checkTraceId,
  type NewAssessment,
  type ToldTrace,
  type Trace,
  type TraceState,
  traceLimits,
} from '../../traces/index.ts';
import { asMessage, list, type Message, meaningOf, pairs, required, text } from './messages.ts';

/** Keys that clients have for tags and metadata, and that are attributes of traces here. */
export const asAttributes = {
  'mlflow.traceName': 'name',
  'mlflow.sourceRun': 'run_id',
  'mlflow.linkedPrompts': 'prompt',
} as const;
const nameTag = 'mlflow.traceName';
const runKey = 'mlflow.sourceRun';
const sizesKey = 'mlflow.trace.sizeStats';

/** Where its files and spans are is for us to say: a client that believed another address would fetch from it. */
const ours = new Set(['mlflow.artifactLocation', 'mlflow.trace.spansLocation', 'mlflow.trace.archiveLocation']);

export function checkTagKey(key: string): string {
  if (ours.has(key)) throw invalidField('key', `"${key}" is set by Plinth and cannot be changed`);
  return key;
}

const states: Record<string, TraceState> = {
  STATE_UNSPECIFIED: 'unspecified',
  TRACE_STATUS_UNSPECIFIED: 'unspecified',
  OK: 'ok',
  ERROR: 'error',
  IN_PROGRESS: 'in-progress',
  0: 'unspecified',
  1: 'ok',
  2: 'error',
  3: 'in-progress',
};

function stateOf(value: unknown, name: string): TraceState {
  if (value === undefined || value === null) return 'unspecified';
  const state = meaningOf(states, value);
  if (!state) throw invalidField(name, `must be one of OK, ERROR, IN_PROGRESS, not ${JSON.stringify(value)?.slice(0, 60)}`);
  return state;
}

const wordOf = (state: TraceState, unspecified: string): string =>
  state === 'unspecified' ? unspecified : state.toUpperCase().replace('-', '_');

const longest = 253_402_300_799_999;

/** RFC 3339 as protobuf writes times; milliseconds are kept. */
export function timeOf(value: unknown, name: string): number {
  const match =
    typeof value === 'string' ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(value) : null;
  const time = match ? Date.parse(`${match[1]}.${(match[2] ?? '').padEnd(3, '0').slice(0, 3)}${match[3]}`) : Number.NaN;
  if (Number.isNaN(time))
    throw invalidField(name, `must be a time like 2026-01-31T08:00:00.000Z, not ${JSON.stringify(value)?.slice(0, 60)}`);
  return time;
}

function durationOf(value: unknown, name: string): number | null {
  if (value === undefined || value === null) return null;
  const seconds = typeof value === 'string' && /^\d{1,12}(\.\d{1,9})?s$/.test(value) ? Number(value.slice(0, -1)) : Number.NaN;
  if (Number.isNaN(seconds)) throw invalidField(name, `must be seconds like 1.5s, not ${JSON.stringify(value)?.slice(0, 60)}`);
  return Math.min(Math.round(seconds * 1000), longest);
}

export const presentTime = (time: number): string =>
  new Date(Math.min(Math.max(time, -62_135_596_800_000), longest)).toISOString();
const presentDuration = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(3)}s`;

/** A map of texts, as an object. */
export function texts(value: unknown, name: string, longestValue: number): Record<string, string> {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(asMessage(value, name));
  if (entries.length > traceLimits.pairs)
    throw invalidField(name, `has ${entries.length} keys; at most ${traceLimits.pairs} are taken`);
  for (const [key, content] of entries) {
    if (key.length > traceLimits.key) throw invalidField(name, `has a key longer than ${traceLimits.key} characters`);
    if (typeof content !== 'string') throw invalidField(`${name}.${key.slice(0, 100)}`, 'must be a string');
    if (content.length > longestValue)
      throw invalidField(`${name}.${key.slice(0, 100)}`, `is longer than ${longestValue} characters`);
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Tags and metadata of both generations, with what is an attribute here taken out. */
function labels(tags: Record<string, string>, metadata: Record<string, string>) {
  const { [nameTag]: name, ...otherTags } = tags;
  const { [runKey]: runId, ...others } = metadata;
  const kept = Object.fromEntries(Object.entries(otherTags).filter(([key]) => !ours.has(key)));
  const expectedSpans = spansIn(others[sizesKey]);
  return {
    tags: kept,
    metadata: others,
    ...(name ? { name } : {}),
    ...(runId ? { runId } : {}),
    ...(expectedSpans === null ? {} : { expectedSpans }),
  };
}

/** How many spans a client says a trace has, in its statistics of sizes. */
function spansIn(statistics: string | undefined): number | null {
  try {
    const count = (JSON.parse(statistics ?? 'null') as { num_spans?: unknown } | null)?.num_spans;
    return Number.isInteger(count) && (count as number) >= 0 && (count as number) <= traceLimits.spans ? (count as number) : null;
  } catch {
    return null;
  }
}

function preview(message: Message, name: string): string | null {
  const content = text(message, name);
  return content === undefined ? null : content.slice(0, traceLimits.preview);
}

export interface ToldByClient {
  experimentId: string;
  told: ToldTrace;
  assessments: NewAssessment[];
}

/** A trace as clients of the third generation tell it. */
export function traceOf(value: unknown): ToldByClient {
  const trace = asMessage(value, 'trace');
  if (list(trace.spans, 'trace.spans', 1_000_000).length > 0)
    throw invalidField('trace.spans', 'are not taken here; send them to /v1/traces');
  const info = asMessage(trace.trace_info, 'trace.trace_info');
  const location = asMessage(info.trace_location ?? {}, 'trace.trace_info.trace_location');
  const experiment = asMessage(location.mlflow_experiment ?? {}, 'trace.trace_info.trace_location.mlflow_experiment');
  const clientRequestId = text(info, 'client_request_id');
  return {
    experimentId: required(experiment, 'experiment_id'),
    told: {
      id: checkTraceId(required(info, 'trace_id'), 'trace_id'),
      clientRequestId: clientRequestId ? clientRequestId.slice(0, 250) : null,
      state: stateOf(info.state, 'state'),
      requestTime: info.request_time === undefined ? Date.now() : timeOf(info.request_time, 'request_time'),
      duration: durationOf(info.execution_duration, 'execution_duration'),
      requestPreview: preview(info, 'request_preview'),
      responsePreview: preview(info, 'response_preview'),
      ...labels(
        texts(info.tags, 'tags', traceLimits.tagValue),
        texts(info.trace_metadata, 'trace_metadata', traceLimits.metadataValue),
      ),
    },
    assessments: list(info.assessments, 'assessments', 100).map((one, index) => assessmentOf(one, `assessments[${index}]`)),
  };
}

/** What older clients tell beside times and state: lists of pairs. */
export function olderLabels(message: Message) {
  const record = (name: string, longestValue: number) =>
    Object.fromEntries(pairs(message[name], name, longestValue, traceLimits.pairs).map((pair) => [pair.key, pair.value]));
  return labels(record('tags', traceLimits.tagValue), record('request_metadata', traceLimits.metadataValue));
}

export const olderState = (value: unknown): TraceState => stateOf(value, 'status');

const tagsOf = (trace: Trace): Record<string, string> => ({
  ...trace.tags,
  ...(trace.name === null ? {} : { [nameTag]: trace.name }),
  'mlflow.artifactLocation': `mlflow-artifacts:/${trace.experimentId}/traces/${trace.id}/artifacts`,
  ...(trace.spanCount > 0 ? { 'mlflow.trace.spansLocation': 'TRACKING_STORE' } : {}),
});
const metadataOf = (trace: Trace): Record<string, string> => ({
  ...trace.metadata,
  ...(trace.runId === null ? {} : { [runKey]: trace.runId }),
});

export const presentTrace = (trace: Trace, assessments: readonly Assessment[]): Message => ({
  trace_id: trace.id,
  ...(trace.clientRequestId === null ? {} : { client_request_id: trace.clientRequestId }),
  trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: trace.experimentId } },
  ...(trace.requestPreview === null ? {} : { request_preview: trace.requestPreview }),
  ...(trace.responsePreview === null ? {} : { response_preview: trace.responsePreview }),
  request_time: presentTime(trace.requestTime),
  ...(trace.duration === null ? {} : { execution_duration: presentDuration(trace.duration) }),
  state: wordOf(trace.state, 'STATE_UNSPECIFIED'),
  trace_metadata: metadataOf(trace),
  tags: tagsOf(trace),
  ...(assessments.length > 0 ? { assessments: assessments.map(presentAssessment) } : {}),
});

const asPairs = (record: Record<string, string>) => Object.entries(record).map(([key, value]) => ({ key, value }));

/** As clients of the second generation read it. */
export const presentOlderTrace = (trace: Trace): Message => ({
  request_id: trace.id,
  experiment_id: trace.experimentId,
  timestamp_ms: trace.requestTime,
  ...(trace.duration === null ? {} : { execution_time_ms: trace.duration }),
  status: wordOf(trace.state, 'TRACE_STATUS_UNSPECIFIED'),
  request_metadata: asPairs(metadataOf(trace)),
  tags: asPairs(tagsOf(trace)),
});

const sources = {
  HUMAN: 'human',
  LLM_JUDGE: 'model',
  AI_JUDGE: 'model',
  CODE: 'code',
  SOURCE_TYPE_UNSPECIFIED: 'unspecified',
} as const;
const sourceWords = { human: 'HUMAN', model: 'LLM_JUDGE', code: 'CODE', unspecified: 'SOURCE_TYPE_UNSPECIFIED' } as const;

type Judged = Pick<Assessment, 'kind' | 'value' | 'writtenValue' | 'error'>;

/** The value of a judgement: plain JSON, or JSON written as text for what protobuf's own form would bend. */
export function judgedOf(message: Message, pointer: string): Judged | null {
  const [feedback, expectation] = [message.feedback, message.expectation];
  if (message.issue !== undefined)
    throw invalidField(`${pointer}.issue`, 'is not kept by Plinth; use feedback or an expectation');
  if (feedback !== undefined && expectation !== undefined)
    throw invalidField(`${pointer}.expectation`, 'stands beside feedback; give one of them');
  if (feedback !== undefined) {
    const { value = null, error } = asMessage(feedback, `${pointer}.feedback`);
    return {
      kind: 'feedback',
      value: fitting(value, pointer),
      writtenValue: null,
      error: errorOf(error, `${pointer}.feedback.error`),
    };
  }
  if (expectation === undefined) return null;
  const { value = null, serialized_value: serialized } = asMessage(expectation, `${pointer}.expectation`);
  if (serialized === undefined || serialized === null)
    return { kind: 'expectation', value: fitting(value, pointer), writtenValue: null, error: null };
  const given = asMessage(serialized, `${pointer}.expectation.serialized_value`);
  if (given.serialization_format !== 'JSON_FORMAT')
    throw invalidField(`${pointer}.expectation.serialized_value.serialization_format`, 'must be JSON_FORMAT');
  const content = fitting(required(given, 'value'), pointer);
  return { kind: 'expectation', value: null, writtenValue: content, error: null };
}

function fitting<T>(value: T, pointer: string): T {
  if (JSON.stringify(value).length > traceLimits.assessmentBytes)
    throw invalidField(
      pointer,
      `has a value of more than ${traceLimits.assessmentBytes} characters; keep it as an artifact and name that`,
    );
  return value;
}

function errorOf(value: unknown, pointer: string): Record<string, string> | null {
  if (value === undefined || value === null) return null;
  const message = asMessage(value, pointer);
  const fields = ['error_code', 'error_message', 'stack_trace'].map((name) => [name, text(message, name)?.slice(0, 20_000)]);
  return Object.fromEntries(fields.filter(([, content]) => content)) as Record<string, string>;
}

export function assessmentOf(value: unknown, pointer = 'assessment'): NewAssessment {
  const message = asMessage(value, pointer);
  const judged = judgedOf(message, pointer);
  if (!judged) throw invalidField(pointer, 'has neither feedback nor an expectation');
  const source = asMessage(message.source ?? {}, `${pointer}.source`);
  const sourceKind = meaningOf<Assessment['sourceKind']>(sources, source.source_type ?? 'SOURCE_TYPE_UNSPECIFIED');
  if (!sourceKind) throw invalidField(`${pointer}.source.source_type`, 'must be one of HUMAN, LLM_JUDGE, CODE');
  const name = required(message, 'assessment_name');
  if (name.length > traceLimits.key)
    throw invalidField(`${pointer}.assessment_name`, `is longer than ${traceLimits.key} characters`);
  return {
    ...judged,
    name,
    rationale: text(message, 'rationale')?.slice(0, 20_000) || null,
    metadata: texts(message.metadata, `${pointer}.metadata`, traceLimits.metadataValue),
    sourceKind,
    sourceId: (text(source, 'source_id') ?? '').slice(0, 250),
    spanId: text(message, 'span_id')?.slice(0, 64) || null,
    overrides: text(message, 'overrides') || null,
    createdTime: message.create_time === undefined ? Date.now() : timeOf(message.create_time, `${pointer}.create_time`),
  };
}

export const presentAssessment = (assessment: Assessment): Message => ({
  assessment_id: assessment.id,
  assessment_name: assessment.name,
  trace_id: assessment.traceId,
  ...(assessment.spanId ? { span_id: assessment.spanId } : {}),
  source: { source_type: sourceWords[assessment.sourceKind], source_id: assessment.sourceId },
  create_time: presentTime(assessment.createdTime),
  last_update_time: presentTime(assessment.updatedTime),
  [assessment.kind]: {
    ...(assessment.writtenValue === null
      ? { value: assessment.value }
      : { serialized_value: { serialization_format: 'JSON_FORMAT', value: assessment.writtenValue } }),
    ...(assessment.error ? { error: assessment.error } : {}),
  },
  ...(assessment.rationale ? { rationale: assessment.rationale } : {}),
  ...(Object.keys(assessment.metadata).length > 0 ? { metadata: assessment.metadata } : {}),
  ...(assessment.overrides ? { overrides: assessment.overrides } : {}),
  valid: assessment.isValid,
});
