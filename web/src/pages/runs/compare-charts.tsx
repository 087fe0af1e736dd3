import { useMemo } from 'react';
import { useAddress } from '../../ui/address.ts';
import { ChartBar, type ChartSettings, useChartSettings } from '../../ui/charts/chart-bar.tsx';
import { LineChart } from '../../ui/charts/line-chart.tsx';
import { chartCardHeight, WhenSeen } from '../../ui/charts/when-seen.tsx';
import { Button, Problem } from '../../ui/kit.tsx';
import type { ComparedRun } from '../compare.tsx';
import { useCourses } from './courses.ts';
import { hasCourse } from './headline.ts';

const atFirst = 6;

/** The courses of each metric over one another; a metric without a course as bars. */
export function CompareCharts({ project, runs }: { project: string; runs: readonly ComparedRun[] }) {
  const settings = useChartSettings();
  const [address, change] = useAddress();
  const all = address.metrics === 'all';
  const keys = useMemo(() => {
    const withCourse = new Set(runs.flatMap((run) => run.metrics.filter(hasCourse).map((metric) => metric.key)));
    const others = new Set(runs.flatMap((run) => run.metrics.map((metric) => metric.key)));
    const plain = (key: string): number => Number(key.includes('/'));
    const sorted = (found: Iterable<string>): string[] =>
      [...found].sort((a, b) => plain(a) - plain(b) || a.localeCompare(b, undefined, { numeric: true }));
    return [...sorted(withCourse), ...sorted([...others].filter((key) => !withCourse.has(key)))];
  }, [runs]);
  const shown = useMemo(() => (all ? keys : keys.slice(0, atFirst)), [all, keys]);
  if (keys.length === 0) return null;
  return (
    <section className="stack" style={{ gap: 12 }} aria-label="Charts">
      <div className="section-head">
        <h2>Charts</h2>
        <ChartBar settings={settings} />
      </div>
      <div className="charts">
        {shown.map((key) => (
          <WhenSeen key={key} height={heightOf(key, runs)}>
            {() => <CompareChart project={project} runs={runs} metric={key} settings={settings} />}
          </WhenSeen>
        ))}
      </div>
      {keys.length > atFirst && (
        <Button tone="quiet" onClick={() => change({ metrics: all ? null : 'all' })}>
          {all ? 'Show fewer metrics' : `Show all ${keys.length} metrics`}
        </Button>
      )}
    </section>
  );
}

function CompareChart({
  project,
  runs,
  metric,
  settings,
}: {
  project: string;
  runs: readonly ComparedRun[];
  metric: string;
  settings: ChartSettings;
}) {
  const keys = useMemo(() => [metric], [metric]);
  const ids = useMemo(() => runs.map((run) => run.id), [runs]);
  const isMoving = runs.some((run) => run.status === 'running');
  const { courses, error, isPending } = useCourses(project, keys, ids, 500, isMoving);
  const byRun = courses.get(metric);
  const series = useMemo(
    () =>
      runs
        .filter((run) => byRun?.has(run.id))
        .map((run) => ({ id: run.id, name: run.name, colour: run.colour, points: byRun!.get(run.id)! })),
    [runs, byRun],
  );
  if (error !== null && series.length === 0) return <Problem error={error} />;
  if (isPending && series.length === 0) return <div className="card" style={{ minHeight: heightOf(metric, runs) }} />;
  return <LineChart title={metric} settings={settings} group="compare" height={plotHeight} series={series} />;
}

const plotHeight = 240;

/** How high the card of a metric will be: lines have a height of their own, bars as many as there are runs. */
const heightOf = (key: string, runs: readonly ComparedRun[]): number =>
  chartCardHeight -
  200 +
  (runs.some((run) => run.metrics.some((metric) => metric.key === key && hasCourse(metric)))
    ? plotHeight
    : Math.min(240, 20 * runs.length + 4 * (runs.length - 1)));
