import { describe, expect, it } from 'vitest';
import { outcomesOf, stepsOf } from './proof.ts';

const compared = { runs: 1, parameters: 42, metrics: 12, points: 161, files: 13, models: 1, predictions: 200, excluded: [] };
const reproduction = (change: object) => ({
  state: 'finished' as const,
  verdict: 'verified' as const,
  cause: null,
  compared,
  differences: [],
  ...change,
});
const states = (change: object) => stepsOf(reproduction(change)).map((one) => one.state);

describe('the steps of a proof', () => {
  it('are all done once it is verified, and one after the other until then', () => {
    expect(states({})).toEqual(['done', 'done', 'done', 'done']);
    expect(states({ state: 'rebuilding', verdict: null, compared: null })).toEqual(['done', 'running', 'waiting', 'waiting']);
    expect(states({ state: 'comparing', verdict: null, compared: null })).toEqual(['done', 'done', 'running', 'waiting']);
    expect(states({ state: 'scoring', verdict: null, compared: { ...compared, predictions: 0 } })).toEqual([
      'done',
      'done',
      'done',
      'running',
    ]);
  });

  it('end where it could not go on', () => {
    expect(states({ verdict: 'impossible', cause: 'data-changed', compared: null })).toEqual([
      'failed',
      'skipped',
      'skipped',
      'skipped',
    ]);
    expect(states({ verdict: 'impossible', cause: 'no-job', compared: null })[0]).toBe('failed');
    expect(states({ verdict: 'diverged', cause: 'rebuild-failed', compared: null })).toEqual([
      'done',
      'failed',
      'skipped',
      'skipped',
    ]);
    expect(states({ verdict: 'impossible', cause: 'nothing-to-compare', compared: null })).toEqual([
      'done',
      'done',
      'failed',
      'skipped',
    ]);
    expect(states({ verdict: 'impossible', cause: 'scoring-failed', compared: { ...compared, predictions: 0 } })).toEqual([
      'done',
      'done',
      'done',
      'failed',
    ]);
  });

  it('say that no answer was asked again where none was stored, and that something differs', () => {
    expect(states({ compared: { ...compared, predictions: 0 } })).toEqual(['done', 'done', 'done', 'skipped']);
    const differs = [{ what: 'run/metrics/auc', was: '1', is: '2', relative: 1, tolerated: false }];
    expect(states({ verdict: 'diverged', differences: differs })).toEqual(['done', 'done', 'failed', 'done']);
    expect(states({ verdict: 'tolerated', differences: [{ ...differs[0], tolerated: true }] })).toEqual([
      'done',
      'done',
      'done',
      'done',
    ]);
    expect(states({ verdict: 'diverged', differences: [{ ...differs[0], what: 'prediction/prd_1.0' }] })).toEqual([
      'done',
      'done',
      'done',
      'failed',
    ]);
  });
});

describe('what was compared', () => {
  it('is counted with what differs in each part', () => {
    const differs = (what: string, tolerated = false) => ({ what, was: '1', is: '2', relative: null, tolerated });
    const outcomes = outcomesOf(compared, [
      differs('run/metrics/auc'),
      differs('run 2/metrics/auc', true),
      differs('run/model clf/model.pkl'),
      differs('run/files/plot.png'),
      differs('prediction/prd_1.0'),
      differs('run/parameters/depth'),
      differs('runs'),
    ]);
    expect(Object.fromEntries(outcomes.map((one) => [one.id, [one.count, one.tolerated, one.different]]))).toEqual({
      runs: [1, 0, 1],
      parameters: [42, 0, 1],
      metrics: [12, 1, 1],
      files: [13, 0, 2],
      predictions: [200, 0, 1],
    });
  });
});
