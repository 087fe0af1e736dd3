import { type Static, Type } from 'typebox';
import { nullable, oneOf, timestamp } from '../platform/index.ts';
import type { Label } from './ground-truth-store.ts';
import { textOf } from './statistics/signal-reference.ts';

const interval = Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() });
export type Interval = Static<typeof interval>;

export const qualityWindowSchema = Type.Object({
  fromAt: timestamp,
  toAt: timestamp,
  labelCount: Type.Integer(),
  metrics: Type.Record(Type.String(), interval, { description: 'Each with its 95 % interval.' }),
});
export type QualityWindow = Static<typeof qualityWindowSchema>;

export const qualitySchema = Type.Object({
  task: nullable(oneOf(['classification', 'regression'])),
  rowCount: Type.Integer({ description: 'Rows that the version answered in this channel.' }),
  labelCount: Type.Integer(),
  coverage: nullable(Type.Number()),
  overall: nullable(qualityWindowSchema),
  windows: Type.Array(qualityWindowSchema),
});
export type Quality = Static<typeof qualitySchema>;

interface Pair {
  at: string;
  /** What was said, as a plain value, and with which chance if that is known. */
  said: number | string | boolean | null;
  chances: number[] | null;
  truth: number | string | boolean;
}

const mostWindows = 30;
const leastLabels = 20;

/** How wrong one answer was: a miss counts 1, a number by its distance, a probability by what it left to the other side. Null when they do not compare. */
export function lossOf(output: string, value: string): number | null {
  const pair = pairOf({ output, value, predictedAt: '' });
  if (!pair) return null;
  const { said, chances, truth } = pair;
  if (chances && typeof truth === 'number' && Number.isInteger(truth) && chances[truth] !== undefined) return 1 - chances[truth]!;
  if (said === null) return null;
  if (typeof said !== 'string' && typeof truth !== 'string') return Math.abs(Number(said) - Number(truth));
  return textOf(said) === textOf(truth) ? 0 : 1;
}

/** Quality over all labels and in windows of about equal numbers of them, by the time of the prediction: late and corrected labels count where they belong. */
export function qualityOf(labels: readonly Label[], counts: { rowCount: number; labelCount: number }): Quality {
  const pairs = labels.map(pairOf).filter((pair) => pair !== null);
  const task = pairs.length === 0 ? null : taskOf(pairs);
  const size = Math.max(leastLabels, Math.ceil(pairs.length / mostWindows));
  const windows: QualityWindow[] = [];
  for (let start = 0; task && start < pairs.length; start += size) {
    const part = pairs.slice(start, start + size);
    // A rest that is too small to say anything goes with the window before.
    if (part.length < leastLabels && windows.length > 0) windows[windows.length - 1] = windowOf(pairs.slice(start - size), task);
    else windows.push(windowOf(part, task));
  }
  return {
    task,
    ...counts,
    coverage: counts.rowCount === 0 ? null : Math.min(1, counts.labelCount / counts.rowCount),
    overall: task && windowOf(pairs, task),
    windows,
  };
}

function windowOf(pairs: readonly Pair[], task: 'classification' | 'regression'): QualityWindow {
  return {
    fromAt: pairs[0]!.at,
    toAt: pairs.at(-1)!.at,
    labelCount: pairs.length,
    metrics: task === 'regression' ? regressionMetrics(pairs) : classificationMetrics(pairs),
  };
}

function classificationMetrics(pairs: readonly Pair[]): Record<string, Interval> {
  const hits = pairs.filter((pair) => textOf(labelOf(pair)) === textOf(plain(pair.truth))).length;
  const metrics: Record<string, Interval> = { accuracy: wilson(hits, pairs.length) };
  const f1 = macroF1(pairs);
  if (f1 !== null) metrics.f1 = f1;
  const scored = pairs
    .map((pair) => ({ chance: chanceOfOne(pair), truth: plain(pair.truth) }))
    .filter((one): one is { chance: number; truth: number } => one.chance !== null && (one.truth === 0 || one.truth === 1));
  if (scored.length === pairs.length) {
    const losses = scored.map(({ chance, truth }) => {
      const right = Math.min(1 - 1e-15, Math.max(1e-15, truth === 1 ? chance : 1 - chance));
      return -Math.log(right);
    });
    metrics.logLoss = meanInterval(losses);
    const auc = areaUnderCurve(scored);
    if (auc) metrics.auc = auc;
  }
  return metrics;
}

function regressionMetrics(pairs: readonly Pair[]): Record<string, Interval> {
  const errors = pairs.map((pair) => Number(pair.said) - Number(pair.truth)).filter(Number.isFinite);
  if (errors.length === 0) return {};
  const squares = meanInterval(errors.map((error) => error * error));
  const root = (value: number): number => Math.sqrt(Math.max(0, value));
  return {
    mae: meanInterval(errors.map(Math.abs)),
    rmse: { value: root(squares.value), low: root(squares.low), high: root(squares.high) },
    bias: meanInterval(errors),
  };
}

/** Numbers of which the truth takes many values, or values between whole ones, are measured by distance; all else is right or wrong. */
function taskOf(pairs: readonly Pair[]): 'classification' | 'regression' {
  if (pairs.some((pair) => pair.chances || typeof pair.truth !== 'number' || typeof pair.said === 'string'))
    return 'classification';
  const truths = new Set(pairs.map((pair) => pair.truth as number));
  if (truths.size > 20 || [...truths].some((one) => !Number.isInteger(one))) return 'regression';
  if ([...truths].every((one) => one === 0 || one === 1)) return 'classification';
  return pairs.every((pair) => Number.isInteger(pair.said)) ? 'classification' : 'regression';
}

function pairOf(label: Pick<Label, 'output' | 'value' | 'predictedAt'>): Pair | null {
  const truth: unknown = JSON.parse(label.value);
  if (typeof truth !== 'number' && typeof truth !== 'string' && typeof truth !== 'boolean') return null;
  const { said, chances } = answerOf(JSON.parse(label.output));
  return said === null && !chances ? null : { at: label.predictedAt, said, chances, truth };
}

function answerOf(output: unknown): Pick<Pair, 'said' | 'chances'> {
  if (typeof output === 'number' || typeof output === 'string' || typeof output === 'boolean')
    return { said: output, chances: null };
  if (Array.isArray(output)) {
    if (output.length === 1) return answerOf(output[0]);
    const isChances = output.length > 1 && output.every((one) => typeof one === 'number' && one >= -1e-9 && one <= 1 + 1e-9);
    const sum = isChances ? (output as number[]).reduce((all, one) => all + one, 0) : 0;
    return Math.abs(sum - 1) < 1e-3 ? { said: null, chances: output as number[] } : { said: null, chances: null };
  }
  if (typeof output === 'object' && output !== null) {
    const known = ['prediction', 'label', 'class', 'output', 'predictions', 'score'].find((name) => Object.hasOwn(output, name));
    if (known) return answerOf((output as Record<string, unknown>)[known]);
  }
  return { said: null, chances: null };
}

const plain = (value: number | string | boolean): number | string => (typeof value === 'boolean' ? Number(value) : value);

function labelOf(pair: Pair): number | string {
  if (pair.chances) return pair.chances.indexOf(Math.max(...pair.chances));
  const said = plain(pair.said!);
  // A probability where the truth is yes or no.
  if (typeof said === 'number' && !Number.isInteger(said) && said > 0 && said < 1) return Number(said >= 0.5);
  return said;
}

function chanceOfOne(pair: Pair): number | null {
  if (pair.chances) return pair.chances.length === 2 ? pair.chances[1]! : null;
  return typeof pair.said === 'number' && pair.said >= 0 && pair.said <= 1 ? pair.said : null;
}

function macroF1(pairs: readonly Pair[]): Interval | null {
  const said = pairs.map((pair) => textOf(labelOf(pair)));
  const truth = pairs.map((pair) => textOf(plain(pair.truth)));
  const classes = [...new Set([...said, ...truth])];
  if (classes.length > 50) return null;
  const scores = classes.map((one) => {
    const both = said.filter((value, index) => value === one && truth[index] === one).length;
    const either = said.filter((value) => value === one).length + truth.filter((value) => value === one).length;
    return (2 * both) / either;
  });
  const value = scores.reduce((sum, one) => sum + one, 0) / scores.length;
  const error = 1.96 * Math.sqrt((value * (1 - value)) / pairs.length);
  return { value, low: Math.max(0, value - error), high: Math.min(1, value + error) };
}

/** By ranks, ties counted half; the interval after Hanley and McNeil. Null when one class is absent. */
function areaUnderCurve(scored: readonly { chance: number; truth: number }[]): Interval | null {
  const sorted = [...scored].sort((a, b) => a.chance - b.chance);
  const ones = sorted.filter((one) => one.truth === 1).length;
  const zeros = sorted.length - ones;
  if (ones === 0 || zeros === 0) return null;
  let rankSum = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end < sorted.length && sorted[end]!.chance === sorted[start]!.chance) end++;
    for (let index = start; index < end; index++) if (sorted[index]!.truth === 1) rankSum += (start + 1 + end) / 2;
    start = end;
  }
  const value = (rankSum - (ones * (ones + 1)) / 2) / (ones * zeros);
  const [q1, q2] = [value / (2 - value), (2 * value * value) / (1 + value)];
  const variance = (value * (1 - value) + (ones - 1) * (q1 - value ** 2) + (zeros - 1) * (q2 - value ** 2)) / (ones * zeros);
  const error = 1.96 * Math.sqrt(Math.max(0, variance));
  return { value, low: Math.max(0, value - error), high: Math.min(1, value + error) };
}

function wilson(hits: number, total: number): Interval {
  const z = 1.96;
  const share = hits / total;
  const middle = (share + (z * z) / (2 * total)) / (1 + (z * z) / total);
  const half = (z / (1 + (z * z) / total)) * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  return { value: share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

function meanInterval(values: readonly number[]): Interval {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, values.length - 1);
  const error = 1.96 * Math.sqrt(variance / values.length);
  return { value: mean, low: mean - error, high: mean + error };
}
