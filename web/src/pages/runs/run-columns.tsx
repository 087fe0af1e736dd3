import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { call, useCall } from '../../api.ts';
import { swatch } from '../../ui/charts/palette.ts';
import type { Point } from '../../ui/charts/series.ts';
import { Sparkline } from '../../ui/charts/sparkline.tsx';
import { delta, duration, figure, number, secondsBetween } from '../../ui/format.ts';
import { StatusMark, Time } from '../../ui/kit.tsx';
import type { DataColumn, Sort } from '../../ui/table/columns.ts';

export type Run = Output<'listRuns'>['items'][number];

/** Columns are called `metrics.auc`, `params.depth`, `course.loss`, or by an attribute. */
export const splitColumn = (id: string): [kind: string, key: string] => {
  const dot = id.indexOf('.');
  return dot < 0 ? ['attribute', id] : [id.slice(0, dot), id.slice(dot + 1)];
};

const kindWords: Record<string, string> = { metrics: 'metric', params: 'parameter', course: 'over its steps' };
export const columnChoice = (id: string): { id: string; title: string } => {
  const [kind, key] = splitColumn(id);
  return { id, title: kindWords[kind] ? `${key} · ${kindWords[kind]}` : key };
};

export interface RunColumnsInput {
  /** Names of metrics, parameters and courses to have columns for. */
  keys: readonly string[];
  baseline: Run | undefined;
  experiments: ReadonlyMap<string, string>;
  courses: ReadonlyMap<string, ReadonlyMap<string, readonly Point[]>>;
  colourOf: (run: string) => number | null;
  /** As wide as what stands in them; others have a width of their own. */
  widths: ReadonlyMap<string, number>;
  /** Goals by the metric that they are about. */
  goals: ReadonlyMap<string, Goal>;
}

type Goal = Output<'listGoals'>['items'][number];

export function useRunColumns(input: RunColumnsInput): DataColumn<Run>[] {
  const { keys, baseline, experiments, courses, colourOf, widths, goals } = input;
  return useMemo(
    () => [
      {
        id: 'name',
        title: 'Name',
        width: widths.get('name') ?? 220,
        sortable: true,
        cell: (run) => (
          <span className="run-name">
            {colourOf(run.id) !== null && <i style={{ background: swatch(colourOf(run.id)!) }} aria-hidden="true" />}
            <Link to={`/runs/${run.id}` as '/'} className="clip">
              {run.name}
            </Link>
            {baseline?.id === run.id && <span className="chip">baseline</span>}
          </span>
        ),
        value: (run) => run.name,
      },
      {
        id: 'status',
        title: 'Status',
        width: 112,
        sortable: true,
        cell: (run) => <StatusMark state={run.status} />,
        value: (run) => run.status,
      },
      ...keys.map((id) => keyColumn(id, { baseline, courses, widths, goals })),
      {
        id: 'experiment',
        title: 'Experiment',
        width: 160,
        optional: true,
        cell: (run) => <span className="clip">{experiments.get(run.experimentId) ?? ''}</span>,
        value: (run) => experiments.get(run.experimentId) ?? '',
      },
      {
        id: 'from',
        title: 'From',
        width: 104,
        cell: (run) => (run.provenance.origin === 'outside' ? <StatusMark state="outside" /> : run.provenance.origin),
        value: (run) => run.provenance.origin,
      },
      { id: 'by', title: 'By', width: 120, sortable: true, cell: (run) => run.userId, value: (run) => run.userId },
      {
        id: 'took',
        title: 'Took',
        width: 92,
        numeric: true,
        cell: (run) => duration(run.startedAt, run.endedAt),
        value: (run) => (run.endedAt ? secondsBetween(run.startedAt, run.endedAt) : null),
      },
      {
        id: 'started',
        title: 'Started',
        width: 104,
        sortable: true,
        cell: (run) => <Time at={run.startedAt} />,
        value: (run) => run.startedAt,
      },
    ],
    [keys, baseline, experiments, courses, colourOf, widths, goals],
  );
}

function keyColumn(
  id: string,
  { baseline, courses, widths, goals }: Pick<RunColumnsInput, 'baseline' | 'courses' | 'widths' | 'goals'>,
): DataColumn<Run> {
  const [kind, key] = splitColumn(id);
  const title = key;
  const width = widths.get(id);
  if (kind === 'params')
    return {
      id,
      title,
      width: width ?? 112,
      sortable: true,
      optional: true,
      cell: (run) => {
        const value = paramOf(run, key);
        return value === undefined ? (
          <span className="faint">–</span>
        ) : (
          <span className="mono" title={value}>
            {value}
          </span>
        );
      },
      value: (run) => paramOf(run, key),
    };
  if (kind === 'course')
    return {
      id,
      title,
      width: 112,
      optional: true,
      cell: (run) => {
        const points = courses.get(key)?.get(run.id);
        return points && points.length > 1 ? (
          <Sparkline
            label={`${key} from ${number(points[0]!.value)} to ${number(points.at(-1)!.value)}`}
            values={points.map((point) => (typeof point.value === 'number' ? point.value : null))}
          />
        ) : (
          <span className="faint">–</span>
        );
      },
      value: (run) => metricOf(run, key),
    };
  const base = baseline && metricOf(baseline, key);
  const goal = goals.get(key);
  return {
    id,
    title,
    width: (width ?? 120) + (base === undefined ? 0 : 56) + (goal ? 16 : 0),
    numeric: true,
    sortable: true,
    optional: true,
    cell: (run) => {
      const value = metricOf(run, key);
      return (
        <>
          {typeof base === 'number' && typeof value === 'number' && run.id !== baseline?.id && (
            <small className="delta">{delta(value - base)}</small>
          )}
          {goal && meets(goal, value) && (
            <span className="status ok" title={`Meets the goal: ${goal.title}`}>
              ✓
            </span>
          )}{' '}
          {value === undefined ? <span className="faint">–</span> : <span title={number(value)}>{figure(value)}</span>}
        </>
      );
    },
    value: (run) => metricOf(run, key),
  };
}

const meets = (goal: Goal, value: number | string | undefined): boolean =>
  goal.target !== null &&
  typeof value === 'number' &&
  (goal.direction === 'minimize' ? value <= goal.target : value >= goal.target);

/** Of some columns how wide what stands in them is, from the rows that are here when it is asked. */
export function measureColumns(ids: readonly string[], runs: readonly Run[]): Map<string, number> {
  const letters = (text: string, each: number): number => text.length * each + 24;
  const named = Math.max(...runs.map((run) => letters(run.name, 7.2) + 24), 0);
  return new Map([
    ...(named > 0 ? [['name', Math.round(Math.min(320, Math.max(160, named)))] as [string, number]] : []),
    ...ids.flatMap((id): [string, number][] => {
      const [kind, key] = splitColumn(id);
      if (kind !== 'params' && kind !== 'metrics') return [];
      const texts = runs.map((run) => (kind === 'params' ? (paramOf(run, key) ?? '') : figure(metricOf(run, key))));
      const widest = Math.max(...texts.map((text) => letters(text, 7.4)), letters(key, 6.6) + 12);
      return [[id, Math.round(Math.min(kind === 'params' ? 240 : 180, Math.max(76, widest)))]];
    }),
  ]);
}

export const metricOf = (run: Run, key: string): number | string | undefined =>
  run.metrics.find((metric) => metric.key === key)?.value;
export const paramOf = (run: Run, key: string): string | undefined => run.params.find((param) => param.key === key)?.value;

const attributes: Record<string, string> = { name: 'run_name', status: 'status', by: 'user_id', started: 'start_time' };

/** The order as the server takes it. */
export function serverSort(sort: Sort | null): string | undefined {
  if (!sort) return undefined;
  const [kind, key] = splitColumn(sort.id);
  const direction = sort.descending ? 'desc' : 'asc';
  if (kind === 'metrics' || kind === 'params') return `${kind}.\`${key}\` ${direction}`;
  return attributes[key] ? `${attributes[key]} ${direction}` : undefined;
}

const encode = (key: string): string => key.replaceAll('%', '%25').replaceAll(',', '%2C');

/** What the server must send for some columns. */
export const serverKeys = (ids: readonly string[]): string =>
  ids
    .map(splitColumn)
    .filter(([kind]) => kind !== 'attribute')
    .map(([kind, key]) => `${kind === 'params' ? 'params' : 'metrics'}.${encode(key)}`)
    .join(',');

/** Metrics and parameters by name, looked up on the server. */
export async function findKeys(project: string, word: string): Promise<{ id: string; title: string }[]> {
  const given = { project, limit: 50, ...(word ? { search: word } : {}) };
  const [metrics, params] = await Promise.all([call('listMetricKeys', given), call('listParamKeys', given)]);
  return [
    ...metrics.items.map((key) => `metrics.${key}`),
    ...params.items.map((key) => `params.${key}`),
    ...metrics.items.map((key) => `course.${key}`),
  ].map(columnChoice);
}

/** Before anybody chose: what goals name, then what most of the newest runs have, parameters that differ before those that do not. */
export function useUsualKeys(project: string): string[] | null {
  const goals = useCall('listGoals', { project, limit: 1000 });
  const metrics = useCall('listMetricKeys', { project, limit: 60 });
  const params = useCall('listParamKeys', { project, limit: 60 });
  const known = useMemo(
    () => [
      ...(metrics.data?.items ?? []).filter((key) => !key.includes('/')).map((key) => `metrics.${key}`),
      ...(params.data?.items ?? []).map((key) => `params.${key}`),
    ],
    [metrics.data, params.data],
  );
  const wanted = (goals.data?.items ?? []).map((goal) => goal.metric).filter((key) => key !== null);
  const newest = useCall('listRuns', {
    project,
    limit: 30,
    keys: serverKeys([...known, ...wanted.map((key) => `metrics.${key}`)]),
  });
  // What was asked with the names of before says nothing about these.
  const isKnown = Boolean(goals.data && metrics.data && params.data && newest.data && !newest.isPlaceholderData);
  // Chosen once: what is logged later never moves the columns under the reader.
  const chosen = useRef<{ project: string; keys: string[] } | null>(null);
  if (isKnown && newest.data!.items.length > 0 && chosen.current?.project !== project)
    chosen.current = { project, keys: chooseUsual(newest.data!.items, wanted) };
  if (chosen.current?.project === project) return chosen.current.keys;
  return isKnown ? none : null;
}

const none: string[] = [];

function chooseUsual(runs: readonly Run[], wanted: readonly string[]): string[] {
  const metrics = tally(
    runs.flatMap((run) => run.metrics.map((metric) => ({ key: metric.key, value: String(metric.value), count: metric.count }))),
  );
  const params = tally(runs.flatMap((run) => run.params.map((param) => ({ ...param, count: 1 }))));
  const most = (one: Tally): number => -one.runs;
  const results = metrics.filter((one) => one.points === 1).sort((a, b) => most(a) - most(b));
  const courses = metrics
    .filter((one) => one.points > 2)
    .sort((a, b) => most(a) - most(b) || Number(/loss/.test(b.key)) - Number(/loss/.test(a.key)));
  const settings = params.sort((a, b) => Number(b.values > 1) - Number(a.values > 1) || most(a) - most(b));
  // A goal whose metric nobody logged yet would be a column of dashes.
  const aimed = wanted.filter((key) => metrics.some((one) => one.key === key));
  const names = [...new Set([...aimed, ...results.map((one) => one.key), ...courses.slice(1).map((one) => one.key)])];
  return [
    ...names.slice(0, 3).map((key) => `metrics.${key}`),
    ...courses.slice(0, 1).map((one) => `course.${one.key}`),
    ...settings.slice(0, 4).map((one) => `params.${one.key}`),
  ];
}

interface Tally {
  key: string;
  runs: number;
  values: number;
  /** Of its longest course. */
  points: number;
}

function tally(given: readonly { key: string; value: string; count: number }[]): Tally[] {
  return [...Map.groupBy(given, (one) => one.key)].map(([key, all]) => ({
    key,
    runs: all.length,
    values: new Set(all.map((one) => one.value)).size,
    points: Math.max(...all.map((one) => one.count)),
  }));
}
