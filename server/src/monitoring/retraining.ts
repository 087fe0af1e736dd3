import { type Static, Type } from 'typebox';
import { conflict, nullable, nullableTimestamp, oneOf, timestamp } from '../platform/index.ts';

/** States of a retraining, in order. */
export const retrainingStates = {
  /** The job that makes the version again waits or runs. */
  training: { over: false },
  /** The new version is registered; a job scores it and the one before on both windows. */
  comparing: { over: false },
  /** Registered and, unless `stateReason` says why not, compared. */
  finished: { over: true },
  /** Nothing was registered; `stateReason` says why. */
  failed: { over: true },
} as const satisfies Record<string, { over: boolean }>;
export type RetrainingState = keyof typeof retrainingStates;

const scores = Type.Record(Type.String(), Type.Number());
const windowSchema = Type.Object({ rowCount: Type.Integer(), current: scores, candidate: scores });

export const comparisonSchema = Type.Object(
  {
    task: oneOf(['classification', 'regression']),
    reference: windowSchema,
    recent: windowSchema,
    outcome: oneOf(['better', 'worse', 'mixed', 'same'], 'By the first metric, on both windows.'),
  },
  {
    description:
      'Both models on the reference and on the recent rows. The new one has learned from both, so this shows what it gave up, not how it will do.',
  },
);
export type Comparison = Static<typeof comparisonSchema>;

export const retrainingSchema = Type.Object({
  id: Type.String(),
  projectId: Type.String(),
  monitorId: Type.String(),
  deploymentId: Type.String(),
  deploymentName: Type.String(),
  channel: Type.String(),
  alertId: nullable(Type.String()),
  versionId: Type.String({ description: 'The version before.' }),
  versionName: nullable(Type.String({ description: 'As models:/name/version.' })),
  state: oneOf(Object.keys(retrainingStates) as readonly RetrainingState[]),
  stateReason: nullable(Type.String()),
  sourceJobId: Type.String({ description: 'The job that made the version before.' }),
  jobId: nullable(Type.String()),
  snapshotId: Type.String({ description: 'The reference plus the recent rows.' }),
  referenceSnapshotId: Type.String(),
  target: Type.String({ description: 'The column that holds what is true.' }),
  referenceRows: Type.Integer(),
  recentRows: Type.Integer(),
  newVersionId: nullable(Type.String()),
  newVersionName: nullable(Type.String()),
  comparisonJobId: nullable(Type.String()),
  comparison: nullable(comparisonSchema),
  createdBy: Type.String(),
  createdByName: Type.String(),
  createdAt: timestamp,
  finishedAt: nullableTimestamp,
});
export type Retraining = Static<typeof retrainingSchema>;

export const groundTruthMissing = (deployment: string, since: string | null) =>
  conflict(
    'ground-truth-missing',
    `No row of "${deployment}"${since ? ` since ${since}` : ''} has ground truth, so there is nothing new to learn from. Send it to /deployments/${deployment}/ground-truth first.`,
  );
export const notReproducible = (reason: string) =>
  conflict('not-reproducible', `The version cannot be made again by itself: ${reason}. Train it by a job on a dataset snapshot.`);
export const targetUnknown = (columns: readonly string[]) =>
  conflict(
    'target-unknown',
    `It is not clear which column of the training table holds the truth. Name it as target; it has ${columns.slice(0, 20).join(', ')}.`,
  );
export const retrainingUnderWay = (id: string) =>
  conflict('retraining-under-way', `Retraining ${id} of this channel is under way. Wait for its end.`, { retrainingId: id });
