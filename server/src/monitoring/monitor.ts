import { type Static, Type } from 'typebox';
import { invalidField, nullable, nullableTimestamp, oneOf, timestamp } from '../platform/index.ts';

export const monitorStates = {
  /** Has no reference yet: takes the first predictions as one. */
  learning: { watches: false },
  /** Compares every row with its reference. */
  watching: { watches: true },
  /** Its channel was taken away; kept for what it saw. */
  stopped: { watches: false },
} as const satisfies Record<string, { watches: boolean }>;
export type MonitorState = keyof typeof monitorStates;

/** Where the values come from that new rows are compared with. */
export const referenceKinds = ['snapshot', 'chosen', 'predictions'] as const;
export type ReferenceKind = (typeof referenceKinds)[number];

/** Rows of predictions that serve as reference when there is no better. */
export const learnedRows = 500;
/** Answers are learned from fewer: there is no other source for them, and the test knows how little that is. */
export const learnedAnswers = 200;
/** Requests from which it is learned how long an answer takes, and labels from which it is learned how often the model errs. */
export const learnedRequests = 100;
export const learnedLabels = 100;
/** Rows of a reference that are kept; more would change nothing that one could see. */
export const referenceRowLimit = 5_000;
/** Days after which the stakes of a budget are new. */
export const periodDays = 30;

export interface ChosenReference {
  snapshotId?: string;
  runId?: string;
  path?: string;
}

export const referenceSchema = Type.Object({
  kind: nullable(oneOf(referenceKinds)),
  rowCount: Type.Integer(),
  snapshotId: nullable(Type.String()),
  runId: nullable(Type.String()),
  path: nullable(Type.String()),
});

export const monitorSchema = Type.Object(
  {
    id: Type.String(),
    projectId: Type.String(),
    projectSlug: Type.String(),
    deploymentId: Type.String(),
    deploymentName: Type.String(),
    channel: Type.String(),
    versionId: nullable(Type.String()),
    versionName: nullable(Type.String({ description: 'As models:/name/version.' })),
    state: oneOf(Object.keys(monitorStates) as readonly MonitorState[]),
    stateReason: nullable(Type.String()),
    falseAlarmDays: Type.Integer({ description: 'At most one false alarm in this many days.' }),
    reference: referenceSchema,
    rowCount: Type.Integer({ description: 'Rows seen since the reference is in force.' }),
    lastRowAt: nullableTimestamp,
    openAlerts: Type.Object({ pending: Type.Integer(), firing: Type.Integer(), recovering: Type.Integer() }),
    createdAt: timestamp,
    updatedAt: timestamp,
  },
  { description: 'What watches one channel of a deployment.' },
);
export type Monitor = Static<typeof monitorSchema>;

/** The chance of any false alarm in a period that a budget in days comes to. */
export const alphaOf = (monitor: Pick<Monitor, 'falseAlarmDays'>): number => Math.min(1, periodDays / monitor.falseAlarmDays);

/** Who gets which part of the budget. */
export const budgetShares = { features: 0.7, answers: 0.1, quality: 0.1, errors: 0.05, latency: 0.05 } as const;

export const noReferenceTable = (detail: string) => invalidField('/snapshotId', detail);
export const oneReferenceNeeded = () =>
  invalidField('/snapshotId', 'give either snapshotId, or runId with the path of a table among its artifacts');
export const foreignPrediction = (index: number, id: string) =>
  invalidField(`/items/${index}/predictionId`, `this deployment has no prediction "${id}"`);
export const repeatedPrediction = (index: number, id: string) =>
  invalidField(`/items/${index}/predictionId`, `"${id}" comes twice`);
export const rowNeeded = (index: number, id: string, rowCount: number) =>
  invalidField(`/items/${index}/predictionId`, `"${id}" has ${rowCount} rows; name one as ${id}.0 to ${id}.${rowCount - 1}`);
