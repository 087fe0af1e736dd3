import { useChartSettings } from './chart-bar.tsx';
import { LineChart } from './line-chart.tsx';
import type { Series } from './series.ts';

export interface Course {
  name: string;
  colour: number;
  values: readonly (number | null)[];
  band?: readonly { low: number; high: number }[];
}

/** Courses over clock time, or one after the other where the times are all alike; a gap is a value that is not there. Zoom stands in the address, for all charts of the page. */
export function TimeChart({
  title,
  times,
  courses,
  height = 150,
  fromZero = false,
  group,
}: {
  title: string;
  /** Milliseconds since 1970, in step with the values of each course. */
  times: readonly number[];
  courses: readonly Course[];
  height?: number;
  fromZero?: boolean;
  group?: string;
}) {
  const { zoom, setZoom } = useChartSettings();
  const horizontal = new Set(times).size > 1 ? 'time' : 'step';
  const series: Series[] = courses.map(({ name, colour, values, band }) => ({
    id: name,
    name,
    colour,
    points: values.map((value, index) => ({ step: index + 1, time: times[index]!, value: value ?? 'none' })),
    ...(band ? { band } : {}),
  }));
  return (
    <LineChart
      title={title}
      series={series}
      settings={{ horizontal, smoothing: 0, log: false, zoom, setZoom }}
      height={height}
      fromZero={fromZero}
      legend
      {...(group ? { group } : {})}
    />
  );
}
