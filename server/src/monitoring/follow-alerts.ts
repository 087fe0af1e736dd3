import type { AlertKind, AlertState, Measures, Verdict } from './alert.ts';
import { standardisedShift, wasserstein } from './statistics/distances.ts';
import { type Effect, type EffectName, floors, largestOf } from './statistics/effect.ts';
import {
  type Panel,
  recentEffect,
  restartSignal,
  type Signal,
  type Verdict as TestVerdict,
  thresholdOf,
  verdictOf,
} from './statistics/panel.ts';
import { loudest, observeRate, restartRate } from './statistics/rate-test.ts';
import { evidenceOf } from './statistics/sequential-test.ts';
import type { OpenAlert, RateWatch, Watch } from './watch.ts';

/** A step of an alert from one state to another, with what was found. */
export interface AlertStep {
  kind: AlertKind;
  feature: string | null;
  to: AlertState;
  finding: Finding | null;
  resolution: string | null;
}

export interface Finding {
  verdict: Verdict;
  effect: number;
  effectName: string;
  statistic: number;
  threshold: number;
  measures: Measures;
  startEstimate: string | null;
  predictionIds: string[];
}

/** Rows after which it is looked at whether a change is over, and as many again that must stay quiet. */
const quietRows = 150;
const rowsBetweenLooks = 10;
const quietRequests = 100;

/** Follows the signals of a panel after one row: which alerts begin, fire, recover, end. */
export function followPanel(watch: Watch, panel: Panel, kind: AlertKind, over: readonly Signal[]): AlertStep[] {
  const steps: AlertStep[] = [];
  const loudestFirst = [...over].sort((a, b) => evidenceOf(b.test).eValue - evidenceOf(a.test).eValue);
  for (const signal of loudestFirst) {
    const open = watch.open[keyOf(kind, signal.name)];
    if (open && open.state !== 'pending') continue;
    if (open && (panel.rows - open.row) % rowsBetweenLooks !== 0) continue;
    const verdict = verdictOf(panel, signal);
    if (kind === 'quality' && !isWorse(verdict.effect)) continue;
    const finding = findingOf(signal, verdict, kind);
    if (verdict.alarm) steps.push(step(watch, kind, signal.name, 'firing', panel.rows, finding));
    else if (!open) steps.push(step(watch, kind, signal.name, 'pending', panel.rows, finding));
  }
  if (panel.rows % rowsBetweenLooks === 0) {
    for (const open of Object.values(watch.open).filter((one) => one.kind === kind)) {
      const signal = panel.signals.find((one) => one.name === open.feature || kind === 'quality');
      if (signal) steps.push(...look(watch, panel, signal, open));
    }
  }
  return steps;
}

/** Whether an open alert goes on. */
function look(watch: Watch, panel: Panel, signal: Signal, open: OpenAlert): AlertStep[] {
  const since = panel.rows - open.row;
  const to = (state: AlertState, resolution: string | null = null): AlertStep[] => [
    step(watch, open.kind, open.feature, state, panel.rows, null, resolution),
  ];
  if (open.state === 'pending') {
    if (evidenceOf(signal.test).eValue >= thresholdOf(panel) / 10) return [];
    return to('resolved', 'faded');
  }
  if (since < quietRows && open.state === 'firing') return [];
  const quiet = isQuiet(recentEffect(signal, quietRows), open.measure as EffectName);
  if (open.state === 'firing') return quiet ? to('recovering') : [];
  if (!quiet) return to('firing');
  if (since < quietRows) return [];
  restartSignal(signal);
  return to('resolved', 'recovered');
}

/** Follows failed or slow requests after one request. */
export function followRate(
  watch: Watch,
  kind: 'errors' | 'latency',
  request: { id: string; at: string; hit: boolean },
  alpha: number,
): AlertStep[] {
  const rate = watch[kind];
  const eValue = observeRate(rate.test, request.hit, request.at);
  rate.recent.push({ id: request.id, hit: request.hit });
  if (rate.recent.length > quietRequests) rate.recent.shift();
  const open = watch.open[keyOf(kind, null)];
  const now = rate.test.count;
  if (!open) {
    if (eValue < 1 / alpha) return [];
    const { since, rate: share } = loudest(rate.test);
    const finding: Finding = {
      verdict: kind === 'errors' ? 'more-errors' : 'slower',
      effect: share,
      effectName: 'rate',
      statistic: eValue,
      threshold: 1 / alpha,
      measures: { rate: share, tolerated: rate.test.tolerated },
      startEstimate: since,
      predictionIds: rate.recent
        .filter((one) => one.hit)
        .map((one) => one.id)
        .slice(-20),
    };
    return [step(watch, kind, null, 'firing', now, finding)];
  }
  if ((now - open.row) % rowsBetweenLooks !== 0 || (open.state === 'firing' && now - open.row < quietRequests)) return [];
  if (!isQuietRate(rate)) return open.state === 'recovering' ? [step(watch, kind, null, 'firing', now, null)] : [];
  if (open.state === 'firing') return [step(watch, kind, null, 'recovering', now, null)];
  if (now - open.row < quietRequests) return [];
  restartRate(rate.test);
  return [step(watch, kind, null, 'resolved', now, null, 'recovered')];
}

/** Ends all open alerts of some kinds: what they compared with is no longer in force. */
export function endAlerts(watch: Watch, kinds: readonly AlertKind[], resolution: string): AlertStep[] {
  return Object.values(watch.open)
    .filter((open) => kinds.includes(open.kind))
    .map((open) => step(watch, open.kind, open.feature, 'resolved', open.row, null, resolution));
}

/** A person ends an alert: its test begins anew. */
export function restartAfter(watch: Watch, kind: AlertKind, feature: string | null): void {
  delete watch.open[keyOf(kind, feature)];
  if (kind === 'errors' || kind === 'latency') return restartRate(watch[kind].test);
  const panel = kind === 'drift' ? watch.features : kind === 'quality' ? watch.quality : watch.answers;
  const signal = panel?.signals.find((one) => one.name === feature || kind === 'quality');
  if (signal) restartSignal(signal);
}

export const keyOf = (kind: AlertKind, feature: string | null): string => `${kind} ${feature ?? ''}`;

function step(
  watch: Watch,
  kind: AlertKind,
  name: string | null,
  to: AlertState,
  row: number,
  finding: Finding | null,
  resolution: string | null = null,
): AlertStep {
  const feature = kind === 'quality' ? null : name;
  const key = keyOf(kind, feature);
  if (to === 'resolved') delete watch.open[key];
  else
    watch.open[key] = { kind, feature, state: to, row, measure: finding?.effectName ?? watch.open[key]?.measure ?? 'location' };
  return { kind, feature, to, finding, resolution };
}

/** What an alert tells of a verdict: the measure that stands out most first. */
export function findingOf(signal: Signal, verdict: TestVerdict, kind: AlertKind): Finding {
  const { effect, evidence } = verdict;
  const effectName = largestOf(effect);
  return {
    verdict: kind === 'quality' ? 'worse-answers' : verdict.cause,
    effect: effect[effectName] ?? 0,
    effectName,
    statistic: evidence.eValue,
    threshold: verdict.threshold,
    measures: measuresOf(signal, effect, evidence.rowsSince),
    startEstimate: verdict.startEstimate,
    predictionIds: verdict.rowIds,
  };
}

/** Measures of the newest rows: of the cells, and for numbers of the values themselves. */
export function measuresOf(signal: Signal, effect: Effect, rows: number): Measures {
  const { exceeded: _exceeded, ...measures } = effect;
  const numbers = rows > 0 ? signal.recentValues.slice(-rows).filter((value) => value !== null) : [];
  const known = signal.reference.values.filter((value) => Number.isFinite(value));
  if (signal.reference.kind === 'categorical' || numbers.length === 0 || known.length === 0) return measures;
  return {
    ...measures,
    standardisedShift: finite(standardisedShift([...known], numbers)),
    wasserstein: finite(wasserstein([...known], numbers)),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const isWorse = (effect: Effect): boolean => (effect.location ?? 0) > 0 || effect.above > 0;

function isQuiet(effect: Effect, measure: EffectName): boolean {
  const size = effect[measure];
  return size === null || Math.abs(size) < floors[measure];
}

const isQuietRate = ({ test, recent }: RateWatch): boolean =>
  recent.filter((one) => one.hit).length / Math.max(1, recent.length) <= test.tolerated;
