import { describe, expect, it } from 'vitest';
import { amountOf, sayAmount, sayEvidence, titleOf } from './words.ts';

const alert = (change: object) => ({
  kind: 'drift' as const,
  feature: 'tenure' as string | null,
  verdict: 'shift' as const,
  effectName: 'location',
  effect: 1.10516,
  measures: {},
  ...change,
});

describe('an alert as a person reads it', () => {
  it('says in its title what happened to what, and which way', () => {
    expect(titleOf(alert({}))).toBe('tenure moved up');
    expect(titleOf(alert({ effect: -0.4 }))).toBe('tenure moved down');
    expect(titleOf(alert({ verdict: 'spread', effectName: 'spread', effect: -0.5 }))).toBe('tenure is less widely spread');
    expect(titleOf(alert({ verdict: 'missing-values', effectName: 'missing', effect: 0.2 }))).toBe(
      'tenure is missing more often',
    );
    expect(titleOf(alert({ kind: 'prediction-drift', feature: 'output' }))).toBe('Answers moved up');
    expect(titleOf(alert({ kind: 'prediction-drift', feature: 'score' }))).toBe('Answer score moved up');
    expect(titleOf(alert({ kind: 'quality', feature: null, verdict: 'worse-answers' }))).toBe('Answers got worse');
    expect(titleOf(alert({ kind: 'errors', feature: null, verdict: 'more-errors' }))).toBe('Requests fail');
    expect(titleOf(alert({ kind: 'latency', feature: null, verdict: 'slower' }))).toBe('Answers are slow');
  });

  it('says how much in words that need no statistics', () => {
    expect(amountOf(alert({}))).toBe('1.1 standard deviations');
    expect(sayAmount(alert({}))).toBe('by 1.1 standard deviations against the reference');
    expect(sayAmount(alert({ kind: 'quality' }))).toBe('by 1.1 standard deviations against the first answers');
    expect(sayAmount(alert({ effect: -0.352 }))).toBe('by 0.35 standard deviations against the reference');
    expect(sayAmount(alert({ verdict: 'missing-values', effectName: 'missing', effect: 0.2 }))).toBe(
      'in 20 % more of the rows than in the reference',
    );
    expect(sayAmount(alert({ verdict: 'out-of-range', effectName: 'above', effect: 0.066 }))).toBe(
      'in 6.6 % more of the rows than in the reference',
    );
    expect(sayAmount(alert({ verdict: 'shape', effectName: 'shape', effect: 0.5 }))).toBe('with an effect of 0.5 (Cohen’s w)');
    expect(
      sayAmount(
        alert({ kind: 'errors', verdict: 'more-errors', effectName: 'rate', effect: 0.12, measures: { tolerated: 0.01 } }),
      ),
    ).toBe('12 % of the requests, where 1 % is tolerated');
  });

  it('says how sure it is as odds, not as a number of twenty digits', () => {
    expect(sayEvidence(687_658, 857)).toBe('evidence 690,000, where 860 is enough');
    expect(sayEvidence(2.4e24, 857)).toBe('evidence over 1,000,000, where 860 is enough');
    expect(sayEvidence(0.031, 857)).toBe('evidence 0.031, where 860 is enough');
  });
});
