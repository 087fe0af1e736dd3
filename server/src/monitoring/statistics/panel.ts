import { type Effect, type EffectName, effectOf, largestOf } from './effect.ts';
import {
  beginPeriod,
  type Evidence,
  evidenceOf,
  newTest,
  observe,
  readTest,
  restart,
  type SequentialTest,
  type StoredTest,
  storeTest,
  surpriseOf,
} from './sequential-test.ts';
import { binOf, cellOf, orderIn, type SignalReference } from './signal-reference.ts';
import { hashOf, uniform } from './ties.ts';

/**
 * The signals of one monitor (features, outputs) under one budget: each has the same part of α, so that the chance of any false alarm in a period
 * is at most α however the signals hang together. The last rows are kept as bins, to say where a change began and which rows show it.
 */
export interface Panel {
  alpha: number;
  signals: Signal[];
  recent: { ids: string[]; times: string[] };
  rows: number;
}

export interface Signal {
  name: string;
  reference: SignalReference;
  test: SequentialTest;
  /** Bins of the recent rows, in step with `recent.ids`. */
  recentBins: number[];
  /** Their numbers, to seven digits; null for missing values and for categories. */
  recentValues: (number | null)[];
}

export interface StoredPanel {
  layout: number;
  rows: number;
  recent: Panel['recent'];
  signals: Record<string, Pick<Signal, 'recentBins' | 'recentValues'> & { test: StoredTest }>;
}

/** How references are cut. What was stored under another cut cannot go on: its tests begin anew. */
const layout = 2;

/** What a signal says at a moment: enough for an alert. */
export interface Verdict {
  evidence: Evidence;
  effect: Effect;
  /** The e-value at which the budget allows an alarm. */
  threshold: number;
  /** Whether the effect is surely over its floor as well. */
  alarm: boolean;
  cause: Cause;
  startEstimate: string | null;
  /** The recent rows that show it most. */
  rowIds: string[];
}

export type Cause = 'shift' | 'spread' | 'shape' | 'missing-values' | 'unseen-categories' | 'out-of-range';

export const recentRows = 300;
/** To cut a list at each row would cost more than the test. */
const rowsBetweenCuts = 150;
const shownRows = 20;

export function newPanel(references: ReadonlyMap<string, SignalReference>, alpha: number): Panel {
  const signals = [...references].map(([name, reference]) => ({
    name,
    reference,
    test: newTest(reference),
    recentBins: [],
    recentValues: [],
  }));
  return { alpha, signals, recent: { ids: [], times: [] }, rows: 0 };
}

/** What the e-value of one signal must reach. */
export const thresholdOf = (panel: Panel): number => panel.signals.length / panel.alpha;

/** Takes one row; `valueIn` gives its value of a signal. @returns the signals whose test is over its threshold after it */
export function observeRow(panel: Panel, row: { id: string; at: string }, valueIn: (name: string) => unknown): Signal[] {
  const hash = hashOf(row.id);
  const threshold = thresholdOf(panel);
  const over: Signal[] = [];
  for (const [index, signal] of panel.signals.entries()) {
    const { reference } = signal;
    const value = valueIn(signal.name);
    const order = orderIn(reference, value);
    const cell = cellOf(reference, order, uniform(hash, index));
    const bin = binOf(reference, value, order);
    signal.recentBins.push(bin);
    signal.recentValues.push(reference.kind === 'numeric' && order !== Number.POSITIVE_INFINITY ? Math.fround(order) : null);
    if (observe(signal.test, cell, bin, row.at) >= threshold) over.push(signal);
  }
  panel.recent.ids.push(row.id);
  panel.recent.times.push(row.at);
  if (panel.recent.ids.length >= recentRows + rowsBetweenCuts) keepRecent(panel);
  panel.rows++;
  return over;
}

function keepRecent({ recent, signals }: Panel): void {
  for (const list of [recent.ids, recent.times]) list.splice(0, list.length - recentRows);
  for (const signal of signals) {
    signal.recentBins.splice(0, signal.recentBins.length - recentRows);
    signal.recentValues.splice(0, signal.recentValues.length - recentRows);
  }
}

export function verdictOf(panel: Panel, signal: Signal): Verdict {
  const evidence = evidenceOf(signal.test);
  const effect = effectOf(signal.reference, evidence.counts);
  const threshold = thresholdOf(panel);
  return {
    evidence,
    effect,
    threshold,
    alarm: evidence.eValue >= threshold && effect.exceeded.length > 0,
    cause: causeOf(signal.reference.kind, largestOf(effect)),
    ...whereIn(panel, signal, evidence),
  };
}

/** Effect over the recent rows alone: small again when a change is over. */
export function recentEffect(signal: Signal, rows: number): Effect {
  const counts = signal.reference.bins.map(() => 0);
  for (const bin of signal.recentBins.slice(-rows)) counts[bin]!++;
  return effectOf(signal.reference, counts);
}

/** Begins a signal's test anew after its alarm is over. */
export function restartSignal(signal: Signal): void {
  restart(signal.test);
}

export function beginBudgetPeriod(panel: Panel, period: number): void {
  for (const { test } of panel.signals) beginPeriod(test, period);
}

export function storePanel(panel: Panel): StoredPanel {
  return {
    layout,
    rows: panel.rows,
    recent: panel.recent,
    signals: Object.fromEntries(
      panel.signals.map(({ name, test, recentBins, recentValues }) => [
        name,
        { test: storeTest(test), recentBins, recentValues },
      ]),
    ),
  };
}

export function readPanel(references: ReadonlyMap<string, SignalReference>, alpha: number, stored: StoredPanel): Panel {
  const panel = newPanel(references, alpha);
  if (stored.layout !== layout) return panel;
  panel.rows = stored.rows;
  panel.recent = stored.recent;
  for (const signal of panel.signals) {
    const kept = stored.signals[signal.name];
    if (!kept) continue;
    signal.test = readTest(signal.reference, kept.test);
    signal.recentBins = kept.recentBins;
    signal.recentValues = kept.recentValues;
  }
  return panel;
}

const causes: Record<EffectName, Cause> = {
  location: 'shift',
  spread: 'spread',
  shape: 'shape',
  missing: 'missing-values',
  below: 'out-of-range',
  above: 'out-of-range',
};

const causeOf = (kind: SignalReference['kind'], largest: EffectName): Cause =>
  kind === 'categorical' && largest === 'above' ? 'unseen-categories' : causes[largest];

/** The start of the best set of bets, made finer where the recent rows reach back to it, and the rows most like the change. */
function whereIn(panel: Panel, signal: Signal, evidence: Evidence): { startEstimate: string | null; rowIds: string[] } {
  const surprise = surpriseOf(signal.test, evidence.counts);
  const { ids, times } = panel.recent;
  const first = Math.max(0, ids.length - evidence.rowsSince);
  let startEstimate = evidence.since;
  let sum = 0;
  let most = 0;
  let finest = -1;
  for (let index = ids.length - 1; index >= 0; index--) {
    sum += surprise[signal.recentBins[index]!]!;
    if (sum > most) [most, finest] = [sum, index];
  }
  if (finest >= 0 && evidence.rowsSince <= ids.length) startEstimate = times[finest]!;
  const rowIds = ids
    .map((id, index) => ({ id, index, surprise: surprise[signal.recentBins[index]!]! }))
    .filter((row) => row.index >= Math.min(first, finest < 0 ? first : finest) && row.surprise > 0)
    .sort((a, b) => b.surprise - a.surprise || a.index - b.index)
    .slice(0, shownRows)
    .map((row) => row.id);
  return { startEstimate, rowIds };
}
