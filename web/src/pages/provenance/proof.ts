import type { Output } from '@plinth/sdk';

type Reproduction = Output<'getReproduction'>;
type Compared = NonNullable<Reproduction['compared']>;
type Difference = Reproduction['differences'][number];

export type StepState = 'done' | 'failed' | 'running' | 'waiting' | 'skipped';
export interface ProofStep {
  name: 'sources' | 'rebuild' | 'compare' | 'score';
  state: StepState;
}

/** Causes by the step that they end; all others are about the sources. */
const endedAt: Partial<Record<NonNullable<Reproduction['cause']>, number>> = {
  'rebuild-failed': 1,
  'rebuild-stopped': 1,
  'nothing-to-compare': 2,
  'scoring-failed': 3,
};
const runningAt = { rebuilding: 1, comparing: 2, scoring: 3, finished: 4 } as const;
const names = ['sources', 'rebuild', 'compare', 'score'] as const;

/** How far a proof came: sources read against their digests, the job run again, results compared, stored answers given again. */
export function stepsOf(one: Pick<Reproduction, 'state' | 'verdict' | 'cause' | 'compared' | 'differences'>): ProofStep[] {
  const failed = one.cause === null ? null : (endedAt[one.cause] ?? 0);
  const isDifferent = (part: 'predictions' | null): boolean =>
    one.differences.some((each) => !each.tolerated && (partOf(each.what) === 'predictions') === (part === 'predictions'));
  return names.map((name, at) => {
    if (failed !== null) return { name, state: at < failed ? 'done' : at === failed ? 'failed' : 'skipped' };
    const now = runningAt[one.state];
    if (at >= now) return { name, state: at === now ? 'running' : 'waiting' };
    if (name === 'compare' && isDifferent(null)) return { name, state: 'failed' };
    if (name === 'score' && one.compared?.predictions === 0) return { name, state: 'skipped' };
    if (name === 'score' && isDifferent('predictions')) return { name, state: 'failed' };
    return { name, state: 'done' };
  });
}

export interface Outcome {
  id: 'runs' | 'parameters' | 'metrics' | 'files' | 'predictions';
  count: number;
  tolerated: number;
  different: number;
}

/** What was compared, part by part, with how much of it differs. */
export function outcomesOf(compared: Compared, differences: readonly Difference[]): Outcome[] {
  return (['runs', 'parameters', 'metrics', 'files', 'predictions'] as const).map((id) => {
    const own = differences.filter((one) => partOf(one.what) === id);
    const tolerated = own.filter((one) => one.tolerated).length;
    return { id, count: compared[id], tolerated, different: own.length - tolerated };
  });
}

/** A difference is named by its place, as `run/metrics/auc` or `prediction/prd_….0`. */
function partOf(what: string): Outcome['id'] {
  if (what.startsWith('prediction/')) return 'predictions';
  const place = what.split('/')[1] ?? '';
  if (place === 'metrics') return 'metrics';
  if (place === 'parameters') return 'parameters';
  return place === 'files' || place.startsWith('model') ? 'files' : 'runs';
}
