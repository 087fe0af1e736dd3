import { describe, expect, it } from 'vitest';
import { generator } from '../testing/streams.ts';
import type { AlertStep } from './follow-alerts.ts';
import { newWatch, packWatch, unpackWatch, type Watch } from './watch.ts';
import { watchPrediction } from './watch-prediction.ts';

const alphas = { features: 0.035, answers: 0.005, quality: 0.005, errors: 0.0025, latency: 0.0025 };

/** 900 requests of one to three rows; one column moves at the 500th, some fail, some have nothing in a column. */
function requests() {
  const random = generator(99);
  return Array.from({ length: 900 }, (_, index) => {
    const rows = Array.from({ length: 1 + Math.floor(random() * 3) }, () => [
      random() + random() + (index >= 500 ? 0.5 : 0),
      random() < 0.02 ? null : random(),
      random() < 0.7 ? 'a' : 'b',
    ]);
    return {
      id: `prd_${String(index).padStart(26, '0')}`,
      at: new Date(1_700_000_000_000 + index * 1_000).toISOString(),
      status: random() < 0.01 ? 500 : 200,
      latencyMilliseconds: 5 + random() * 20,
      columns: ['x', 'y', 'city'],
      rows,
      outputs: rows.map((row) => Number((row[0] as number) > 1)),
    };
  });
}

const take = (watch: Watch, all: ReturnType<typeof requests>): AlertStep[] =>
  all.flatMap((request) => [...watchPrediction(watch, request, alphas, all[0]!.at)].flatMap((part) => part.steps));

describe('a watch', () => {
  it('that is stored and read back at any moment goes on exactly as one that never stopped', () => {
    const all = requests();
    const whole = newWatch();
    const steps = take(whole, all);
    expect(steps.filter((step) => step.to === 'firing').map((step) => step.feature)).toContain('x');

    let parts = newWatch();
    const partSteps: AlertStep[] = [];
    for (let start = 0; start < all.length; start += 83) {
      partSteps.push(...take(parts, all.slice(start, start + 83)));
      const { progress, reference } = packWatch(parts);
      parts = unpackWatch(progress, reference(), alphas);
    }
    expect(partSteps).toEqual(steps);
    expect(packWatch(parts).progress.equals(packWatch(whole).progress)).toBe(true);
  });

  it('says nothing about rows that stay as they were', () => {
    const told = take(newWatch(), requests().slice(0, 500));
    expect(told.filter((step) => step.to === 'firing')).toEqual([]);
  });
});
