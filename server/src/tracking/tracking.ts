import { type Static, Type } from 'typebox';
import { conflict, invalidField, notFound, nullable, oneOf, timestamp } from '../platform/index.ts';

/** States of a run; a client says which. */
export const runStatuses = {
  running: { finished: false },
  scheduled: { finished: false },
  finished: { finished: true },
  failed: { finished: true },
  killed: { finished: true },
} as const satisfies Record<string, { finished: boolean }>;
export type RunStatus = keyof typeof runStatuses;
export const isOver = (status: RunStatus): boolean => runStatuses[status].finished;

export interface Experiment {
  id: string;
  projectId: string;
  name: string;
  isDefault: boolean;
  lifecycle: 'active' | 'deleted';
  tags: Record<string, string>;
  createdTime: number;
  updatedTime: number;
}

export interface RunRow {
  id: string;
  experimentId: string;
  projectId: string;
  name: string;
  status: RunStatus;
  /** Milliseconds since 1970, as the clients give them. */
  startTime: number;
  endTime: number | null;
  lifecycle: 'active' | 'deleted';
  userId: string;
  notes: string;
  origin: 'job' | 'workspace' | 'outside';
  workloadId: string | null;
  jobId: string | null;
  commit: string | null;
  patchSha256: string | null;
  environmentRevisionId: string | null;
  environmentDigest: string | null;
  snapshots: { name: string; snapshotId: string; datasetId: string }[];
}

export interface Metric {
  key: string;
  value: number;
  step: number;
  /** Milliseconds since 1970. */
  time: number;
  /** The logged model that it is about as well. */
  about?: MetricSubject;
}

export interface MetricSubject {
  modelId: string;
  /** On what it was measured; '' when that was not said. */
  datasetName: string;
  datasetDigest: string;
}

export interface ModelMetric extends MetricSubject {
  runId: string;
  key: string;
  value: number;
  step: number;
  time: number;
}

export interface KeyValue {
  key: string;
  value: string;
}

/** What one call logs to a run. */
export interface Batch {
  metrics: Metric[];
  params: KeyValue[];
  tags: KeyValue[];
}

export interface DatasetInput {
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema: string | null;
  profile: string | null;
  tags: Record<string, string>;
}

export interface LoggedModel {
  id: string;
  experimentId: string;
  projectId: string;
  name: string;
  status: 'pending' | 'ready' | 'failed';
  modelType: string | null;
  sourceRunId: string | null;
  params: Record<string, string>;
  tags: Record<string, string>;
  createdTime: number;
  updatedTime: number;
}

/** A metric's value in JSON: numbers as they are; NaN and the infinities, which JSON has no numbers for, as the words that clients use. */
export const metricValueSchema = Type.Union([
  Type.Number(),
  Type.Unsafe<string>({ type: 'string', enum: ['NaN', 'Infinity', '-Infinity'] }),
]);
export const presentValue = (value: number): number | 'NaN' | 'Infinity' | '-Infinity' =>
  Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';

export const experimentSchema = Type.Object({
  id: Type.String(),
  projectId: Type.String(),
  name: Type.String(),
  lifecycle: oneOf(['active', 'deleted']),
  runCount: Type.Integer(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

const keyValues = Type.Array(Type.Object({ key: Type.String(), value: Type.String() }));

export const runSchema = Type.Object({
  id: Type.String(),
  experimentId: Type.String(),
  projectId: Type.String(),
  name: Type.String(),
  status: oneOf(Object.keys(runStatuses) as readonly RunStatus[]),
  lifecycle: oneOf(['active', 'deleted']),
  startedAt: timestamp,
  endedAt: nullable(timestamp),
  userId: Type.String(),
  notes: Type.String(),
  params: keyValues,
  tags: keyValues,
  metrics: Type.Array(
    Type.Object({
      key: Type.String(),
      value: metricValueSchema,
      step: Type.Integer(),
      time: Type.Integer(),
      count: Type.Integer(),
    }),
  ),
  datasets: Type.Array(
    Type.Object({ name: Type.String(), digest: Type.String(), sourceType: Type.String(), context: nullable(Type.String()) }),
  ),
  models: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), status: Type.String() })),
  provenance: Type.Object({
    origin: oneOf(['job', 'workspace', 'outside'], 'outside: logged from elsewhere, so some links are missing.'),
    jobId: nullable(Type.String()),
    commit: nullable(Type.String()),
    patchSha256: nullable(Type.String()),
    environmentRevisionId: nullable(Type.String()),
    environmentDigest: nullable(Type.String()),
    snapshots: Type.Array(Type.Object({ name: Type.String(), snapshotId: Type.String(), datasetId: Type.String() })),
    missing: Type.Array(Type.String(), { description: 'Links that could not be recorded.' }),
  }),
});
export type Run = Static<typeof runSchema>;

export const iso = (milliseconds: number): string => new Date(Math.min(Math.max(milliseconds, -8.64e15), 8.64e15)).toISOString();

/** Links that a run lacks. A job without inputs used no recorded data; one on an empty repository had no commit. */
export function missingLinks(run: RunRow): string[] {
  if (run.origin === 'outside') return ['job', 'commit', 'environment', 'data'];
  return [
    ...(run.commit ? [] : ['commit']),
    ...(run.environmentDigest ? [] : ['environment']),
    ...(run.snapshots.length > 0 ? [] : ['data']),
  ];
}

export const runGone = (id: string) => notFound('run', id);
export const experimentGone = (id: string) => notFound('experiment', id);
export const experimentExists = (name: string) =>
  conflict('experiment-exists', `This project has an experiment "${name}" already. Use it, restore it, or choose another name.`);
export const runDeleted = (id: string) => invalidField('/runId', `run ${id} is in the trash; restore it before you write to it`);
export const experimentDeleted = (name: string) =>
  invalidField('/experimentId', `experiment "${name}" is in the trash; restore it before you write to it`);
export const paramChanged = (key: string, before: string, now: string) =>
  invalidField(
    '/params',
    `parameter "${key}" was logged as "${before.slice(0, 100)}" and is now "${now.slice(0, 100)}"; parameters of a run never change, log it as a metric or tag`,
  );

export const limits = {
  key: 250,
  paramValue: 6_000,
  tagValue: 8_000,
  batchMetrics: 1_000,
  batchParams: 100,
  batchTags: 100,
  batchAll: 1_000,
} as const;

/** Keys may hold slashes, spaces and letters of any script, but must not look like a path that leaves its folder. */
export function checkKey(key: unknown, pointer: string): string {
  if (typeof key !== 'string' || key.length === 0) throw invalidField(pointer, 'is required, as text');
  if (key.length > limits.key) throw invalidField(pointer, `is longer than ${limits.key} characters`);
  if (key.startsWith('/') || key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw invalidField(pointer, `"${key.slice(0, 100)}" looks like a path; take names without leading, doubled or dot segments`);
  }
  return key;
}
