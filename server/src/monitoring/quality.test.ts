import { describe, expect, it } from 'vitest';
import type { Label } from './ground-truth-store.ts';
import { lossOf, qualityOf } from './quality.ts';

const label = (output: unknown, value: unknown, index = 0): Label => ({
  sequence: index,
  predictionId: `prd_${index}`,
  rowNumber: 0,
  channel: 'beta',
  versionId: 'ver_1',
  predictedAt: new Date(1_700_000_000_000 + index * 60_000).toISOString(),
  output: JSON.stringify(output),
  value: JSON.stringify(value),
});
const metricsOf = (outputs: unknown[], values: unknown[]) =>
  qualityOf(
    outputs.map((output, index) => label(output, values[index], index)),
    { rowCount: outputs.length, labelCount: outputs.length },
  );

// Expected values are scikit-learn's.
describe('quality', () => {
  it('of probabilities, plain or by class', () => {
    const truth = [0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0];
    const chances = [0.1, 0.8, 0.4, 0.4, 0.9, 0.2, 0.7, 0.4, 0.6, 0.1, 0.55, 0.3];
    for (const outputs of [chances, chances.map((chance) => [1 - chance, chance])]) {
      const { task, overall } = metricsOf(outputs, truth);
      expect(task).toBe('classification');
      expect(overall!.metrics.auc!.value).toBeCloseTo(0.888888888888889, 9);
      expect(overall!.metrics.logLoss!.value).toBeCloseTo(0.44443777980195326, 9);
      expect(overall!.metrics.accuracy!.value).toBeCloseTo(0.75, 9);
      expect(overall!.metrics.f1!.value).toBeCloseTo(0.7482517482517483, 9);
    }
  });

  it('of words, whatever the model wraps them in', () => {
    const truth = ['x', 'y', 'z', 'x', 'y', 'x', 'z', 'z'];
    const said = ['x', 'y', 'y', 'x', 'z', 'x', 'z', 'x'];
    for (const outputs of [said, said.map((one) => [one]), said.map((one) => ({ prediction: one }))]) {
      const { overall } = metricsOf(outputs, truth);
      expect(overall!.metrics.accuracy!.value).toBeCloseTo(0.625, 9);
      expect(overall!.metrics.f1!.value).toBeCloseTo(0.5857142857142857, 9);
    }
  });

  it('of numbers, with intervals around them', () => {
    const { task, overall } = metricsOf([1, 2.5, 3, 7, 0], [1.5, 2, 3.25, 8, -1]);
    expect(task).toBe('regression');
    expect(overall!.metrics.mae!.value).toBeCloseTo(0.65, 9);
    expect(overall!.metrics.rmse!.value).toBeCloseTo(0.7158910531638176, 9);
    expect(overall!.metrics.mae!.low).toBeLessThan(0.65);
    expect(overall!.metrics.mae!.high).toBeGreaterThan(0.65);
  });

  it('keeps windows in the order of the predictions, and says nothing where nothing compares', () => {
    const outputs = Array.from({ length: 130 }, (_, index) => index % 2);
    const { windows } = metricsOf(
      outputs,
      outputs.map((output, index) => (index < 65 ? output : 1 - output)),
    );
    expect(windows.reduce((sum, one) => sum + one.labelCount, 0)).toBe(130);
    expect(windows[0]!.metrics.accuracy!.value).toBe(1);
    expect(windows.at(-1)!.metrics.accuracy!.value).toBe(0);
    expect(windows.map((one) => one.fromAt)).toEqual([...windows.map((one) => one.fromAt)].sort());
    expect(metricsOf([{ other: [] }, [[1, 2]]], [1, 0])).toMatchObject({ task: null, overall: null, windows: [] });
  });

  it('of one answer is a distance, a miss, or what was left to the other side', () => {
    const loss = (output: unknown, value: unknown) => lossOf(JSON.stringify(output), JSON.stringify(value));
    expect(loss(1, 1)).toBe(0);
    expect(loss(3.5, 5)).toBe(1.5);
    expect(loss('a', 'b')).toBe(1);
    expect(loss(true, 1)).toBe(0);
    expect(loss([0.2, 0.8], 0)).toBeCloseTo(0.8, 12);
    expect(loss({}, 1)).toBeNull();
    expect(loss(1, null)).toBeNull();
  });
});
