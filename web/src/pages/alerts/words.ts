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
  spread: 'spread differently',
  shape: 'changed in shape',
  'missing-values': 'went missing',
  'unseen-categories': 'have categories never seen',
  'out-of-range': 'left their range',
  'more-errors': 'became more',
  slower: 'became slower',
  'worse-answers': 'answers became worse',
};

/** "Data of churn: tenure shifted": what an alert is about, as a title. */
export const subjectOf = (alert: Pick<AlertData, 'kind' | 'feature' | 'verdict' | 'deploymentName'>): string =>
  `${kinds[alert.kind]} of ${alert.deploymentName}: ${alert.feature ? `${alert.feature} ` : ''}${verdicts[alert.verdict]}`;

/** "at most one false alarm in 90 days". */
export const budgetText = (days: number): string => `at most one false alarm in ${days.toLocaleString('en')} days`;
