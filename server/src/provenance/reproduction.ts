import { type Static, Type } from 'typebox';
import { nullable, nullableTimestamp, oneOf, timestamp } from '../platform/index.ts';

export const reproductionStates = {
  /** The job runs again in a clean place. */
  rebuilding: { finished: false },
  /** What the two jobs made is being compared. */
  comparing: { finished: false },
  /** The rebuilt model answers the stored requests. */
  scoring: { finished: false },
  finished: { finished: true },
} as const satisfies Record<string, { finished: boolean }>;
export type ReproductionState = keyof typeof reproductionStates;

export const verdicts = {
  /** Everything that was compared is the same. */
  verified: 'Made again, everything that was compared is the same.',
  /** Something differs, all of it within what the run had recorded as its tolerance. */
  tolerated: 'Made again, it differs within the tolerance that the run recorded.',
  /** Something differs beyond that. */
  diverged: 'Made again, it came out different.',
  /** It could not be made again, or there is nothing to compare; the cause says why. */
  impossible: 'It could not be made again.',
} as const satisfies Record<string, string>;
export type Verdict = keyof typeof verdicts;

/** Why something cannot be made again, or cannot be judged. */
export const causes = {
  'job-not-succeeded': 'The job did not succeed, so there is no result to make again.',
  'nothing-recorded': 'The job recorded no run, so there is nothing to compare.',
  'nothing-to-compare': 'The runs of the job hold no metric, model or file, so there is nothing to compare.',
  'run-not-finished': 'A run of the job was never finished.',
  'record-changed': 'The job is no longer recorded as it was when it was started.',
  'commit-missing': 'The code cannot be had as it was.',
  'patch-missing': 'The patch on the code cannot be had as it was.',
  'environment-not-recorded': 'The environment was not locked, so nobody can say what ran.',
  'environment-not-usable': 'The environment may not be used any more.',
  'environment-changed': 'The environment is no longer what was built.',
  'data-changed': 'The data cannot be had as it was.',
  'result-changed': 'What the job made cannot be read as it was, so there is nothing to compare with.',
  'rebuild-failed': 'The job did not succeed when it ran again.',
  'rebuild-stopped': 'The new job was ended before it could finish.',
  'scoring-failed': 'The rebuilt model could not answer the stored requests.',
  'no-job': 'No job is known behind it, so there is nothing to run again.',
} as const satisfies Record<string, string>;
export type Cause = keyof typeof causes;

export const differenceSchema = Type.Object({
  what: Type.String({ description: 'What differs, as run/metrics/accuracy or run/model/model.pkl.' }),
  was: nullable(Type.String({ description: 'Null: there was none.' })),
  is: nullable(Type.String({ description: 'Null: there is none.' })),
  relative: nullable(Type.Number({ description: 'Largest relative difference of numbers.' })),
  tolerated: Type.Boolean({ description: 'Within the tolerance that the run recorded.' }),
});
export type Difference = Static<typeof differenceSchema>;

export const comparedSchema = Type.Object({
  runs: Type.Integer(),
  parameters: Type.Integer(),
  metrics: Type.Integer(),
  points: Type.Integer({ description: 'Values of metrics over all steps.' }),
  files: Type.Integer(),
  models: Type.Integer(),
  predictions: Type.Integer({ description: 'Rows that the rebuilt model answered again.' }),
  excluded: Type.Array(Type.String(), { description: 'What differs from run to run by nature and was not compared.' }),
});
export type Compared = Static<typeof comparedSchema>;

export const reproductionSchema = Type.Object({
  id: Type.String(),
  projectId: Type.String(),
  subject: Type.String({ description: 'What was made again: job:…, version:… or prediction:….' }),
  jobId: nullable(Type.String()),
  newJobId: nullable(Type.String()),
  state: oneOf(Object.keys(reproductionStates) as readonly ReproductionState[]),
  verdict: nullable(oneOf(Object.keys(verdicts) as readonly Verdict[])),
  cause: nullable(oneOf(Object.keys(causes) as readonly Cause[])),
  causeDetail: nullable(Type.String()),
  compared: nullable(comparedSchema),
  differences: Type.Array(differenceSchema),
  createdBy: Type.String(),
  createdByName: Type.String(),
  createdAt: timestamp,
  finishedAt: nullableTimestamp,
});
export type Reproduction = Static<typeof reproductionSchema>;

/** Something that stands in the way; becomes the verdict `impossible`. */
export class Impossible extends Error {
  override readonly cause: Cause;
  constructor(cause: Cause, detail?: string) {
    super(detail ?? causes[cause]);
    this.cause = cause;
  }
}

export const verdictOf = (differences: readonly Difference[]): Verdict =>
  differences.length === 0 ? 'verified' : differences.every((one) => one.tolerated) ? 'tolerated' : 'diverged';
