import type { Output } from '@plinth/sdk';

type AlertData = Output<'getAlert'>;

const kinds: Record<AlertData['kind'], string> = {
  drift: 'Data',
  'prediction-drift': 'Answers',
  quality: 'Quality',
  errors: 'Errors',
  latency: 'Latency',
};
const verdicts: Record<AlertData['verdict'], string> = {
  shift: 'shifted',
  spread: 'spreads differently',
  shape: 'changed in shape',
  'missing-values': 'has missing values',
  'unseen-categories': 'has categories never seen',
  'out-of-range': 'left its range',
  'more-errors': 'more than before',
  slower: 'slower than before',
  'worse-answers': 'worse than before',
};

/** "Data of churn: tenure shifted": what an alert is about, as a title. */
export const subjectOf = (alert: Pick<AlertData, 'kind' | 'feature' | 'verdict' | 'deploymentName'>): string =>
  `${kinds[alert.kind]} of ${alert.deploymentName}: ${alert.feature ? `${alert.feature} ` : ''}${verdicts[alert.verdict]}`;

/** "at most one false alarm in 90 days". */
export const budgetText = (days: number): string => `at most one false alarm in ${days.toLocaleString('en')} days`;
