import { invalidField, notFound, Problem } from '../platform/index.ts';

/** States of a trace, as its maker says or as its root span shows. */
export const traceStates = ['unspecified', 'ok', 'error', 'in-progress'] as const;
export type TraceState = (typeof traceStates)[number];

export interface Trace {
  projectId: string;
  id: string;
  experimentId: string;
  name: string | null;
  clientRequestId: string | null;
  state: TraceState;
  /** Milliseconds since 1970. */
  requestTime: number;
  /** Milliseconds; null while it goes on. */
  duration: number | null;
  requestPreview: string | null;
  responsePreview: string | null;
  metadata: Record<string, string>;
  tags: Record<string, string>;
  runId: string | null;
  spanCount: number;
  /** Of the messages of its spans. */
  sizeBytes: number;
  expectedSpans: number | null;
  origin: 'job' | 'workspace' | 'outside';
  jobId: string | null;
}

/** What a maker tells of a trace. */
export type ToldTrace = Pick<Trace, 'id' | 'state' | 'requestTime' | 'duration' | 'metadata' | 'tags'> &
  Partial<Pick<Trace, 'name' | 'clientRequestId' | 'requestPreview' | 'responsePreview' | 'runId' | 'expectedSpans'>>;

export interface Span {
  traceId: string;
  id: string;
  parentId: string | null;
  name: string;
  type: string;
  status: 'unset' | 'ok' | 'error';
  /** Nanoseconds since 1970. */
  startTime: bigint;
  endTime: bigint | null;
  /** For search: attributes by key, events. */
  content: { attributes: Record<string, unknown>; events: unknown[] };
  /** As it came, in OTLP's binary form: what is given out again. */
  message: Uint8Array;
}

/** What a root span says of its whole trace; it counts as long as the maker told no more. */
export type RootFacts = Pick<Trace, 'name' | 'requestPreview' | 'responsePreview' | 'metadata' | 'tags'>;

export interface Assessment {
  id: string;
  traceId: string;
  kind: 'feedback' | 'expectation';
  name: string;
  value: unknown;
  writtenValue: string | null;
  error: Record<string, string> | null;
  rationale: string | null;
  metadata: Record<string, string>;
  sourceKind: 'human' | 'model' | 'code' | 'unspecified';
  sourceId: string;
  spanId: string | null;
  overrides: string | null;
  isValid: boolean;
  /** Milliseconds since 1970. */
  createdTime: number;
  updatedTime: number;
}

export type NewAssessment = Omit<Assessment, 'id' | 'traceId' | 'isValid' | 'updatedTime'>;

export const traceLimits = {
  key: 250,
  tagValue: 8_000,
  metadataValue: 8_000,
  pairs: 200,
  preview: 10_000,
  /** Of one trace. */
  spans: 20_000,
  /** In one call. */
  spansAtOnce: 5_000,
  attributes: 1_000,
  spanBytes: 4 * 1024 * 1024,
  /** Of all spans of one trace, so that it can be given out in one answer. */
  traceBytes: 64 * 1024 * 1024,
  /** Of all spans in one answer. */
  answerBytes: 128 * 1024 * 1024,
  assessments: 200,
  assessmentBytes: 64 * 1024,
  linksAtOnce: 100,
  deletedAtOnce: 10_000,
} as const;

export const traceGone = (id: string) => notFound('trace', id);
export const assessmentGone = (id: string) => notFound('assessment', id);
export const tooManySpans = (id: string) =>
  new Problem(
    413,
    'too-many-spans',
    `Trace ${id} would have more than ${traceLimits.spans} spans or ${traceLimits.traceBytes / 1024 ** 2} MiB of them. Nothing was kept of this call; begin a new trace.`,
  );
export const tooMuchAtOnce = () =>
  new Problem(
    413,
    'too-many-spans',
    `The spans of these traces have more than ${traceLimits.answerBytes / 1024 ** 2} MiB; ask for fewer traces at once.`,
  );
export const notWhole = (id: string, told: number, there: number) =>
  new Problem(
    404,
    'not-found',
    `Trace with ID ${id} is not fully exported yet: ${there} of ${told} spans are here. Try again, or ask for it with allow_partial.`,
  );

/** An id as the clients make them; it becomes part of paths. */
export function checkTraceId(id: string, pointer: string): string {
  if (!/^[\w-]{1,64}$/.test(id)) throw invalidField(pointer, 'must be 1 to 64 letters, digits, - or _');
  return id;
}

/** Where the files of a trace hang. */
export const filesOfTrace = (trace: Pick<Trace, 'projectId' | 'id'>): string => `trace:${trace.projectId}/${trace.id}`;
