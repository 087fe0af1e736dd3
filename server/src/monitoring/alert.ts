import { type Static, Type } from 'typebox';
import { conflict, nullable, nullableTimestamp, oneOf, timestamp } from '../platform/index.ts';

/** States of an alert, in the order in which one goes through them. */
export const alertStates = {
  /** Something changed for certain, but it is not certain to be worth a person's time. Nobody is told. */
  pending: { open: true, told: false },
  /** Certain and large enough: people are told. */
  firing: { open: true, told: true },
  /** The newest rows look as before again. */
  recovering: { open: true, told: true },
  /** Over: they stayed so, or a person or a new version ended it. */
  resolved: { open: false, told: true },
} as const satisfies Record<string, { open: boolean; told: boolean }>;
export type AlertState = keyof typeof alertStates;
export const alertStateNames = Object.keys(alertStates) as readonly AlertState[];
export const isOpen = (alert: { state: AlertState }): boolean => alertStates[alert.state].open;

export const alertKinds = {
  /** A feature is asked about in other values than those of the reference. */
  drift: 'of the feature',
  /** The answers have changed. */
  'prediction-drift': 'of the answer',
  /** The answers are wrong more often, or by more. */
  quality: 'of the answers against what turned out to be true',
  /** Requests fail. */
  errors: 'of failed requests',
  /** Answers take longer. */
  latency: 'of slow requests',
} as const;
export type AlertKind = keyof typeof alertKinds;
export const alertKindNames = Object.keys(alertKinds) as readonly AlertKind[];

/** What a change consists of. */
export const verdicts = {
  shift: 'its values have moved',
  spread: 'its values are spread otherwise',
  shape: 'the shares of its values have changed',
  'missing-values': 'values are missing more often',
  'unseen-categories': 'values come that the reference does not have',
  'out-of-range': 'values lie outside of the range of the reference',
  'more-errors': 'more requests fail than are tolerated',
  slower: 'more answers are slow than at the beginning',
  'worse-answers': 'the answers are wrong more often or by more than at the beginning',
} as const;
export type Verdict = keyof typeof verdicts;
export const verdictNames = Object.keys(verdicts) as readonly Verdict[];

export const measuresSchema = Type.Object({
  location: Type.Optional(nullable(Type.Number({ description: 'Shift of the ranks in standard deviations.' }))),
  spread: Type.Optional(nullable(Type.Number())),
  shape: Type.Optional(Type.Number({ description: 'Cohen’s w.' })),
  standardisedShift: Type.Optional(
    nullable(Type.Number({ description: 'Difference of the means in standard deviations of the reference.' })),
  ),
  populationStability: Type.Optional(Type.Number()),
  jensenShannon: Type.Optional(Type.Number()),
  wasserstein: Type.Optional(nullable(Type.Number({ description: 'In the unit of the feature, reckoned from cells.' }))),
  below: Type.Optional(Type.Number()),
  above: Type.Optional(Type.Number()),
  missing: Type.Optional(Type.Number()),
  rate: Type.Optional(Type.Number({ description: 'Share of requests.' })),
  tolerated: Type.Optional(Type.Number()),
});
export type Measures = Static<typeof measuresSchema>;

export const alertSchema = Type.Object(
  {
    id: Type.String(),
    projectId: Type.String(),
    projectSlug: Type.String(),
    monitorId: Type.String(),
    deploymentId: Type.String(),
    deploymentName: Type.String(),
    channel: Type.String(),
    versionId: nullable(Type.String()),
    versionName: nullable(Type.String({ description: 'As models:/name/version.' })),
    kind: oneOf(alertKindNames),
    feature: nullable(Type.String()),
    state: oneOf(alertStateNames),
    verdict: oneOf(verdictNames),
    message: Type.String({ description: 'In a sentence: what, how much, since when.' }),
    effect: Type.Number({ description: 'How large the change is, by the measure that effectName names.' }),
    effectName: Type.String(),
    statistic: Type.Number({ description: 'The e-value of the sequential test.' }),
    threshold: Type.Number({ description: 'What the e-value must reach within the false-alarm budget.' }),
    measures: measuresSchema,
    startEstimate: nullableTimestamp,
    predictionIds: Type.Array(Type.String(), { description: 'Rows that show it most.' }),
    pendingAt: nullableTimestamp,
    firedAt: nullableTimestamp,
    recoveringAt: nullableTimestamp,
    resolvedAt: nullableTimestamp,
    resolution: nullable(Type.String()),
    acknowledgedBy: nullable(Type.String()),
    acknowledgedByName: nullable(Type.String()),
    acknowledgedAt: nullableTimestamp,
    acknowledgement: nullable(Type.String()),
    investigatedBy: nullable(Type.String()),
    investigatedByName: nullable(Type.String()),
    investigatedAt: nullableTimestamp,
    createdAt: timestamp,
    updatedAt: timestamp,
  },
  { description: 'One change of one thing that a monitor watches.' },
);
export type Alert = Static<typeof alertSchema>;

export const alertResolved = (alert: Pick<Alert, 'id'>) =>
  conflict('alert-resolved', `Alert ${alert.id} is over already. If the change comes back, a new alert fires.`);

/** What an alert says in one sentence. */
export function messageOf(alert: {
  kind: AlertKind;
  feature: string | null;
  verdict: Verdict;
  effect: number;
  effectName: string;
  deploymentName: string;
  channel: string;
  startEstimate: string | null;
}): string {
  const what = alert.feature ? `“${alert.feature}”` : alert.kind;
  const since = alert.startEstimate ? ` since about ${alert.startEstimate.slice(0, 16).replace('T', ' ')} UTC` : '';
  return `${alert.deploymentName} (${alert.channel}), ${what}: ${verdicts[alert.verdict]}${since} (${alert.effectName} ${alert.effect.toPrecision(3)}).`;
}
