import { useMemo } from 'react';
import { useCallIf, useMoving } from '../../api.ts';
import { useAddress } from '../../ui/address.ts';
import { ChartBar, type ChartSettings, useChartSettings } from '../../ui/charts/chart-bar.tsx';
import { LineChart } from '../../ui/charts/line-chart.tsx';
import { chartCardHeight, WhenSeen } from '../../ui/charts/when-seen.tsx';
import { Problem } from '../../ui/kit.tsx';
import { hasCourse } from './headline.ts';
import type { Run } from './run-columns.tsx';

/** Small multiples, all steered by one bar and reading at one place. */
export function RunCharts({ run }: { run: Run }) {
  const settings = useChartSettings();
  const [address, change] = useAddress();
  const word = address.find ?? '';
  const all = run.metrics.filter(hasCourse);
  const metrics = all.filter((metric) => metric.key.toLowerCase().includes(word.toLowerCase()));
  if (all.length === 0) return null;
  return (
    <section className="stack" style={{ gap: 12 }} aria-label="Charts">
      <div className="section-head">
        <h2>Charts</h2>
        <div className="row">
          {all.length > 6 && (
            <input
              type="search"
              aria-label="Find a chart"
              placeholder={`Find among ${all.length}`}
              style={{ width: 160 }}
              value={word}
              onChange={(event) => change({ find: event.target.value }, 'replace')}
            />
          )}
          <ChartBar settings={settings} />
        </div>
      </div>
      <div className="charts">
        {metrics.map((metric) => (
          <WhenSeen key={metric.key}>{() => <MetricChart run={run} metric={metric.key} settings={settings} />}</WhenSeen>
        ))}
      </div>
    </section>
  );
}

function MetricChart({ run, metric, settings }: { run: Run; metric: string; settings: ChartSettings }) {
  const history = useMoving('getMetricHistory', { run: run.id, key: metric, points: 1000 }, () => run.status === 'running');
  // A part that is looked at closer is asked for by itself, where the whole was thinned.
  const { zoom, horizontal } = settings;
  const isThinned = history.data !== undefined && history.data.total > history.data.points.length;
  const [from, to] = [Math.floor(zoom?.[0] ?? 0), Math.ceil(zoom?.[1] ?? 0)];
  const closer = useCallIf(isThinned && zoom !== null && horizontal === 'step', 'getMetricHistory', {
    run: run.id,
    key: metric,
    points: 1000,
    from,
    to,
  });
  const shown = (zoom && closer.data) || history.data;
  const series = useMemo(() => [{ id: run.id, name: metric, colour: 0, points: shown?.points ?? [] }], [run.id, metric, shown]);
  if (history.error && !history.data) return <Problem error={history.error} retry={() => void history.refetch()} />;
  if (!shown) return <div className="card" style={{ minHeight: chartCardHeight }} />;
  return <LineChart title={metric} series={series} settings={settings} group="run" total={shown.total} />;
}
