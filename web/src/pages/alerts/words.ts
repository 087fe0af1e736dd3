import type { Output } from '@plinth/sdk';
import { number, roundTo } from '../../ui/format.ts';

type Alert = Output<'getAlert'>;
type Change = Pick<Alert, 'kind' | 'feature' | 'verdict' | 'effect' | 'effectName' | 'measures'>;

/** What an alert is about as a title: "tenure moved up", "Requests fail". */
export function titleOf(alert: Omit<Change, 'measures' | 'effectName'>): string {
  if (alert.kind === 'errors') return 'Requests fail';
  if (alert.kind === 'latency') return 'Answers are slow';
  if (alert.kind === 'quality') return 'Answers got worse';
  const answer = alert.feature === 'output' || alert.feature === null;
  const what = alert.kind === 'drift' ? (alert.feature ?? 'Data') : answer ? 'Answers' : `Answer ${alert.feature}`;
  const [one, many] = happenings[alert.verdict]?.(alert.effect >= 0) ?? ['changed', 'changed'];
  return `${what} ${what === 'Answers' || what === 'Data' ? many : one}`;
}

const happenings: Partial<Record<Alert['verdict'], (up: boolean) => [one: string, many: string]>> = {
  shift: (up) => both(`moved ${up ? 'up' : 'down'}`),
  spread: (up) =>
    up ? ['is more widely spread', 'are more widely spread'] : ['is less widely spread', 'are less widely spread'],
  shape: () => both('changed in shape'),
  'missing-values': () => ['is missing more often', 'are missing more often'],
  'unseen-categories': () => ['has values never seen before', 'have values never seen before'],
  'out-of-range': () => both('left the range of the reference'),
};
const both = (text: string): [string, string] => [text, text];

/** How large the change is, with its unit. */
export function amountOf({ effect, effectName }: Pick<Change, 'effect' | 'effectName'>): string {
  const size = Math.abs(effect);
  if (effectName === 'location' || effectName === 'spread') return `${number(roundTo(size, 2))} standard deviations`;
  if (effectName === 'shape') return `${number(roundTo(size, 2))} (Cohen’s w)`;
  return percent(size);
}

/** How large the change is, to stand after the title. */
export function sayAmount(alert: Pick<Change, 'kind' | 'effect' | 'effectName' | 'measures'>): string {
  if (alert.effectName === 'rate') {
    const tolerated = alert.measures.tolerated;
    return `${amountOf(alert)} of the requests${tolerated === undefined ? '' : `, where ${percent(tolerated)} is tolerated`}`;
  }
  if (alert.effectName === 'shape') return `with an effect of ${amountOf(alert)}`;
  if (alert.effectName === 'location' || alert.effectName === 'spread')
    return `by ${amountOf(alert)} against ${alert.kind === 'quality' ? 'the first answers' : 'the reference'}`;
  return `in ${amountOf(alert)} more of the rows than in the reference`;
}

/** Beyond it a greater number says nothing more. */
const mostSaid = 1_000_000;

/** How sure a test is, and how sure it has to be. */
export const sayEvidence = (evidence: number, threshold: number): string =>
  `evidence ${evidence > mostSaid ? `over ${number(mostSaid)}` : number(roundTo(evidence, 2))}, where ${number(roundTo(threshold, 2))} is enough`;

/** "at most one false alarm in 90 days". */
export const budgetText = (days: number): string => `at most one false alarm in ${days.toLocaleString('en')} days`;

export const percent = (share: number): string => `${number(roundTo(100 * share, 2))} %`;
