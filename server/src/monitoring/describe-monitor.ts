import { type Static, Type } from 'typebox';
import { type Context, nullable, oneOf, timestamp } from '../platform/index.ts';
import { summarise, trafficSince } from '../predictions/index.ts';
import { alertSchema, alertStateNames, type Measures, measuresSchema } from './alert.ts';
import { openAlertsOf } from './alert-store.ts';
import { readWatch } from './evaluation.ts';
import { keyOf, measuresOf } from './follow-alerts.ts';
import { coverageOf, newestLabels } from './ground-truth-store.ts';
import { learnedRows } from './monitor.ts';
import { type MonitorRow, windowsOf } from './monitor-store.ts';
import { qualityOf, qualitySchema } from './quality.ts';
import { floors } from './statistics/effect.ts';
import { type Panel, recentEffect, recentRows, type Signal, thresholdOf } from './statistics/panel.ts';
import { evidenceOf } from './statistics/sequential-test.ts';
import { referenceCounts } from './statistics/signal-reference.ts';
import type { Watch } from './watch.ts';

const binSchema = Type.Object({
  role: oneOf(['below', 'body', 'above', 'missing']),
  from: nullable(Type.Number()),
  to: nullable(Type.Number()),
  label: nullable(Type.String()),
  reference: Type.Number({ description: 'Share of the rows of the reference.' }),
  recent: Type.Number({ description: 'Share of the newest rows.' }),
});

export const signalSchema = Type.Object({
  name: Type.String(),
  about: oneOf(['feature', 'answer']),
  kind: oneOf(['numeric', 'categorical']),
  state: oneOf(['quiet', ...alertStateNames]),
  evidence: Type.Number({ description: 'E-value of the sequential test.' }),
  threshold: Type.Number(),
  severity: Type.Number({ description: 'Evidence on the way to the threshold, 0 to 1, plus the effect in floors.' }),
  measures: measuresSchema,
  recentRowCount: Type.Integer(),
  bins: Type.Array(binSchema),
});
export type SignalDetail = Static<typeof signalSchema>;

const windowSchema = Type.Object({
  number: Type.Integer(),
  fromAt: timestamp,
  toAt: timestamp,
  rowCount: Type.Integer(),
  signals: Type.Record(
    Type.String(),
    Type.Object({
      evidence: Type.Number({ description: 'Logarithm to base 10 of the e-value.' }),
      location: nullable(Type.Number()),
      populationStability: Type.Number(),
      missing: Type.Number(),
    }),
  ),
});

const trafficSchema = Type.Object({
  at: nullable(timestamp),
  requestCount: Type.Integer(),
  rowCount: Type.Integer(),
  clientErrorCount: Type.Integer(),
  serverErrorCount: Type.Integer(),
  p50Milliseconds: nullable(Type.Number()),
  p95Milliseconds: nullable(Type.Number()),
});

export const monitorDetailFields = {
  signals: Type.Array(signalSchema, { description: 'Features and answers, those that changed most first.' }),
  windows: Type.Array(windowSchema, { description: 'The newest windows, oldest first.' }),
  service: Type.Object({
    lastHour: trafficSchema,
    slowMilliseconds: nullable(
      Type.Number({ description: 'From which latency on an answer counts as slow, learned from the first.' }),
    ),
    series: Type.Array(trafficSchema),
  }),
  quality: qualitySchema,
  learning: Type.Object({
    rowCount: Type.Integer(),
    answerCount: Type.Integer(),
    labelCount: Type.Integer(),
    neededRows: Type.Integer(),
  }),
  alerts: Type.Array(alertSchema),
};

const shownWindows = 200;
const shownLabels = 20_000;
const seriesMinutes = 240;
const seriesPoints = 60;

/** All that a page about one monitor shows: measures and bins, never rows. */
export async function describeMonitor(ctx: Context, monitor: MonitorRow) {
  const watch = await readWatch(ctx, monitor);
  const channel = { deploymentId: monitor.deploymentId, channel: monitor.channel, versionId: monitor.versionId };
  const signals = [
    ...(watch.features?.signals ?? []).map((signal) => describeSignal(watch, watch.features!, signal, 'feature')),
    ...(watch.answers?.signals ?? []).map((signal) => describeSignal(watch, watch.answers!, signal, 'answer')),
  ].sort((a, b) => b.severity - a.severity);
  return {
    signals,
    windows: (await windowsOf(ctx, monitor.id, shownWindows)) as Static<typeof windowSchema>[],
    service: await describeService(ctx, monitor, watch),
    quality: qualityOf(await newestLabels(ctx, channel, shownLabels), await coverageOf(ctx, channel)),
    learning: {
      rowCount: watch.learning.rows.length,
      answerCount: watch.learning.answers.length,
      labelCount: watch.learning.losses.length,
      neededRows: learnedRows,
    },
    alerts: await openAlertsOf(ctx, monitor.id),
  };
}

function describeSignal(watch: Watch, panel: Panel, signal: Signal, about: SignalDetail['about']): SignalDetail {
  const { reference } = signal;
  const recentBins = signal.recentBins.slice(-recentRows);
  const effect = recentEffect(signal, recentRows);
  const evidence = evidenceOf(signal.test).eValue;
  const threshold = thresholdOf(panel);
  const before = referenceCounts(reference);
  const total = before.reduce((sum, one) => sum + one, 0);
  const counts = reference.bins.map(() => 0);
  for (const bin of recentBins) counts[bin]!++;
  const share = (count: number): number => count / Math.max(1, recentBins.length);
  const measures: Measures = measuresOf(signal, effect, recentRows);
  const largest = Math.max(
    ...(['location', 'spread', 'shape', 'below', 'above', 'missing'] as const).map(
      (name) => Math.abs(effect[name] ?? 0) / floors[name],
    ),
  );
  const progress = Math.min(1, Math.max(0, Math.log(Math.max(1, evidence)) / Math.log(threshold)));
  return {
    name: signal.name,
    about,
    kind: reference.kind,
    state: watch.open[keyOf(about === 'feature' ? 'drift' : 'prediction-drift', signal.name)]?.state ?? 'quiet',
    evidence,
    threshold,
    severity: progress * (1 + largest),
    measures,
    recentRowCount: recentBins.length,
    bins: reference.bins.map((bin, index) => ({
      role: bin.role,
      from: bin.from,
      to: bin.to,
      label: bin.label,
      reference: before[index]! / total,
      recent: share(counts[index]!),
    })),
  };
}

async function describeService(ctx: Context, monitor: MonitorRow, watch: Watch) {
  const now = ctx.platform.clock.now().getTime();
  const minutes = (await trafficSince(ctx, monitor.deploymentId, new Date(now - seriesMinutes * 60_000))).filter(
    (minute) => minute.channel === monitor.channel,
  );
  const width = (seriesMinutes / seriesPoints) * 60_000;
  const groups = Map.groupBy(minutes, (minute) => Math.floor(Date.parse(minute.minute) / width) * width);
  return {
    lastHour: { at: null, ...summarise(minutes.filter((minute) => Date.parse(minute.minute) >= now - 3_600_000)) },
    slowMilliseconds: watch.slowMilliseconds,
    series: [...groups].map(([at, group]) => ({ at: new Date(at).toISOString(), ...summarise(group) })),
  };
}
