import type { ComparedRun } from '../compare.tsx';
import { paramOf } from './run-columns.tsx';

export interface Axis {
  id: string;
  name: string;
  kind: 'parameter' | 'metric';
  /** Places from 0 (bottom) to 1, by run; left out where a run has none. */
  places: ReadonlyMap<string, number>;
  /** What stands at some places. */
  marks: { at: number; text: string }[];
}

const mostAxes = 8;

/** Parameters in which the runs differ, then their results: what was turned, and what came of it. */
export function axesOf(runs: readonly ComparedRun[], format: (value: number) => string): Axis[] {
  const params = [...new Set(runs.flatMap((run) => run.params.map((param) => param.key)))];
  const metrics = [...new Set(runs.flatMap((run) => run.metrics.map((metric) => metric.key)))].filter(
    (key) => !key.includes('/'),
  );
  const paramAxes = params.flatMap((key) => axis(runs, key, 'parameter', (run) => paramOf(run, key), format));
  const metricAxes = metrics.flatMap((key) =>
    axis(runs, key, 'metric', (run) => run.metrics.find((metric) => metric.key === key)?.value, format),
  );
  const room = Math.max(2, mostAxes - Math.min(paramAxes.length, 5));
  return [...paramAxes.slice(0, 5), ...metricAxes.slice(0, room)];
}

function axis(
  runs: readonly ComparedRun[],
  name: string,
  kind: Axis['kind'],
  read: (run: ComparedRun) => string | number | undefined,
  format: (value: number) => string,
): Axis[] {
  const given = runs
    .map((run) => [run.id, read(run)] as const)
    .filter((one): one is readonly [string, string | number] => one[1] !== undefined);
  const distinct = [...new Set(given.map(([, value]) => value))];
  if (distinct.length < 2) return [];
  const id = `${kind} ${name}`;
  const numbers = given.map(([, value]) => (value === '' ? Number.NaN : Number(value)));
  if (numbers.every(Number.isFinite)) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const places = new Map(given.map(([run], index) => [run, (numbers[index]! - low) / (high - low)]));
    return [{ id, name, kind, places, marks: [0, 0.5, 1].map((at) => ({ at, text: format(low + at * (high - low)) })) }];
  }
  // Words stand at even distances; too many of them say nothing.
  if (distinct.length > 12) return [];
  const at = (value: string | number): number => distinct.indexOf(value) / (distinct.length - 1);
  return [
    {
      id,
      name,
      kind,
      places: new Map(given.map(([run, value]) => [run, at(value)])),
      marks: distinct.map((value) => ({ at: at(value), text: String(value) })),
    },
  ];
}
