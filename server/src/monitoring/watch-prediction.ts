import type { StoredPrediction } from '../predictions/index.ts';
import { type AlertStep, followPanel, followRate } from './follow-alerts.ts';
import { learnedAnswers, learnedRequests, learnedRows, periodDays } from './monitor.ts';
import { slowLimitOf } from './slow.ts';
import { beginBudgetPeriod, observeRow } from './statistics/panel.ts';
import { beginRatePeriod } from './statistics/rate-test.ts';
import { kindOf, smallestReference } from './statistics/signal-reference.ts';
import { type Alphas, newLearning, panelOf, type ReferenceColumns, type Watch } from './watch.ts';
import { type ClosedWindow, closeWindow } from './windows.ts';

/** Signals beyond this are not watched: one row would take too long. */
const mostSignals = 200;

export type Seen = Pick<StoredPrediction, 'id' | 'at' | 'status' | 'latencyMilliseconds' | 'columns' | 'rows' | 'outputs'>;

/** What some rows did: to alerts, to the references (whether rows or answers became one), to the window. */
export interface SeenPart {
  steps: AlertStep[];
  learned: boolean;
  rowCount: number;
  window: ClosedWindow | null;
}

/** Rows that are taken in between two parts. */
const rowsAtOnce = 100;

/** Takes one prediction in, some rows at a time: first the request itself, then its rows. Nothing is done but what is asked for. */
export function* watchPrediction(watch: Watch, prediction: Seen, alphas: Alphas, watchedSince: string): Generator<SeenPart> {
  keepPeriod(watch, Math.floor((Date.parse(prediction.at) - Date.parse(watchedSince)) / (periodDays * 86_400_000)));
  yield { steps: watchRequest(watch, prediction, alphas), learned: false, rowCount: 0, window: null };
  if (prediction.status >= 400) return;
  for (let from = 0; from < prediction.rows.length; from += rowsAtOnce) {
    const to = Math.min(from + rowsAtOnce, prediction.rows.length);
    const { steps, learned } = watchRows(watch, prediction, from, to, alphas);
    yield { steps, learned, rowCount: to - from, window: closeWindow(watch, prediction.at, to - from) };
  }
}

function keepPeriod(watch: Watch, period: number): void {
  for (const panel of [watch.features, watch.answers, watch.quality]) if (panel) beginBudgetPeriod(panel, period);
  beginRatePeriod(watch.errors.test, period);
  beginRatePeriod(watch.latency.test, period);
}

function watchRows(
  watch: Watch,
  prediction: Seen,
  from: number,
  to: number,
  alphas: Alphas,
): Pick<SeenPart, 'steps' | 'learned'> {
  const steps: AlertStep[] = [];
  let learned = false;
  const names = namesOf(watch, prediction);
  for (let number = from; number < to; number++) {
    const row = { id: `${prediction.id}.${number}`, at: prediction.at };
    learned = watchFeatures(watch, names, prediction.rows[number]!, row, alphas, steps) || learned;
    learned = watchAnswer(watch, prediction.outputs[number], row, alphas, steps) || learned;
  }
  return { steps, learned };
}

/** Takes the request itself in: did it fail, was it slow? */
function watchRequest(watch: Watch, { id, at, status, latencyMilliseconds }: Seen, alphas: Alphas): AlertStep[] {
  const steps = followRate(watch, 'errors', { id, at, hit: status >= 500 }, alphas.errors);
  if (status >= 400) return steps;
  if (watch.slowMilliseconds === null) {
    watch.learning.latencies.push(latencyMilliseconds);
    if (watch.learning.latencies.length >= learnedRequests) {
      watch.slowMilliseconds = slowLimitOf(watch.learning.latencies);
      watch.learning.latencies = [];
    }
    return steps;
  }
  return [
    ...steps,
    ...followRate(watch, 'latency', { id, at, hit: latencyMilliseconds > watch.slowMilliseconds }, alphas.latency),
  ];
}

/** Names of the values of a row. Tensors have none: they are the columns of the reference in its order, or numbers. */
function namesOf(watch: Watch, { columns, rows }: Seen): readonly string[] {
  if (columns.length > 0) return columns;
  const width = rows[0]?.length ?? 0;
  const known = Object.keys(watch.references.features ?? {});
  return known.length >= width ? known.slice(0, width) : Array.from({ length: width }, (_, index) => String(index));
}

function watchFeatures(
  watch: Watch,
  names: readonly string[],
  values: readonly unknown[],
  row: { id: string; at: string },
  alphas: Alphas,
  steps: AlertStep[],
): boolean {
  const byName = new Map(names.map((name, index) => [name, values[index]]));
  if (!watch.features && watch.references.features) {
    const common = names.filter((name) => Object.hasOwn(watch.references.features!, name)).slice(0, mostSignals);
    // A table that knows less than half of what is asked is not what the model was made from.
    if (common.length > 0 && common.length * 2 >= names.length)
      watch.features = panelOf(watch.references.features, common, alphas.features);
    else watch.references.features = null;
  }
  if (watch.features) {
    const over = observeRow(watch.features, row, (name) => byName.get(name));
    steps.push(...followPanel(watch, watch.features, 'drift', over));
    return false;
  }
  const { learning } = watch;
  if (learning.rows.length === 0) learning.columns = names.slice(0, mostSignals);
  learning.rows.push(learning.columns.map((name) => byName.get(name) ?? null));
  if (learning.rows.length < learnedRows) return false;
  watch.references.features = columnsOf(
    learning.columns,
    learning.columns.map((_, index) => learning.rows.map((one) => one[index])),
  );
  watch.features = panelOf(watch.references.features, learning.columns, alphas.features);
  Object.assign(learning, { columns: newLearning().columns, rows: newLearning().rows });
  return true;
}

function watchAnswer(
  watch: Watch,
  output: unknown,
  row: { id: string; at: string },
  alphas: Alphas,
  steps: AlertStep[],
): boolean {
  const answer = answersOf(output);
  if (watch.answers) {
    const over = observeRow(watch.answers, row, (name) => answer[name]);
    steps.push(...followPanel(watch, watch.answers, 'prediction-drift', over));
    return false;
  }
  const { learning } = watch;
  learning.answers.push(answer);
  if (learning.answers.length < learnedAnswers) return false;
  const names = [...new Set(learning.answers.flatMap((one) => Object.keys(one)))].slice(0, 20);
  watch.references.answers = columnsOf(
    names,
    names.map((name) => learning.answers.map((one) => one[name])),
  );
  watch.answers = names.length > 0 ? panelOf(watch.references.answers, names, alphas.answers) : null;
  learning.answers = [];
  return true;
}

/** An answer as named values: a plain one is `prediction`, parts of a list or object are named after their place. */
export function answersOf(output: unknown): Record<string, unknown> {
  if (Array.isArray(output))
    return output.length === 1
      ? answersOf(output[0])
      : Object.fromEntries(output.slice(0, 10).map((value, index) => [`prediction[${index}]`, value]));
  if (typeof output === 'object' && output !== null)
    return Object.fromEntries(
      Object.entries(output)
        .slice(0, 10)
        .map(([name, value]) => [`prediction.${name}`, value]),
    );
  return { prediction: output };
}

const columnsOf = (names: readonly string[], values: readonly unknown[][]): ReferenceColumns =>
  Object.fromEntries(names.map((name, index) => [name, { kind: kindOf(values[index]!), values: values[index]! }]));

/** Whether a table is large enough to be compared with. */
export const isEnough = (rowCount: number): boolean => rowCount >= smallestReference;
