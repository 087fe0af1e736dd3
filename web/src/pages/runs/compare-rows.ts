import { figure } from '../../ui/format.ts';
import type { ComparedRun } from '../compare.tsx';

export interface CompareRow {
  id: string;
  kind: 'Run' | 'Parameter' | 'Metric' | 'Tag' | 'Origin';
  name: string;
  /** One for each run, in their order; `null` where a run has none. */
  values: (string | null)[];
  differs: boolean;
  /** Where a number is the greatest or least of all, for metrics. */
  greatest: number | null;
  least: number | null;
}

/** Everything that runs have, a line for each name; whether they differ in it. */
export function compareRows(runs: readonly ComparedRun[]): CompareRow[] {
  const row = (
    kind: CompareRow['kind'],
    name: string,
    values: (string | null)[],
    numbers?: (number | string | undefined)[],
  ): CompareRow => {
    const finite = (numbers ?? []).map((value) => (typeof value === 'number' ? value : null));
    const known = finite.filter((value) => value !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    return {
      id: `${kind} ${name}`,
      kind,
      name,
      values,
      differs: new Set(values).size > 1,
      greatest: known.length > 1 && low < high ? finite.indexOf(high) : null,
      least: known.length > 1 && low < high ? finite.indexOf(low) : null,
    };
  };
  const namesOf = (pick: (run: ComparedRun) => readonly { key: string }[]): string[] =>
    [...new Set(runs.flatMap((run) => pick(run).map((one) => one.key)))].sort(
      (a, b) => Number(a.includes('/')) - Number(b.includes('/')) || a.localeCompare(b, undefined, { numeric: true }),
    );
  const textOf = (list: readonly { key: string; value: string }[], key: string): string | null =>
    list.find((one) => one.key === key)?.value ?? null;
  return [
    row(
      'Run',
      'status',
      runs.map((run) => run.status),
    ),
    row(
      'Run',
      'by',
      runs.map((run) => run.userId),
    ),
    ...namesOf((run) => run.metrics).map((key) => {
      const numbers = runs.map((run) => run.metrics.find((metric) => metric.key === key)?.value);
      return row(
        'Metric',
        key,
        numbers.map((value) => (value === undefined ? null : figure(value))),
        numbers,
      );
    }),
    ...namesOf((run) => run.params).map((key) =>
      row(
        'Parameter',
        key,
        runs.map((run) => textOf(run.params, key)),
      ),
    ),
    row(
      'Origin',
      'commit',
      runs.map((run) => run.provenance.commit?.slice(0, 10) ?? null),
    ),
    row(
      'Origin',
      'environment',
      runs.map((run) => run.provenance.environmentDigest?.slice(0, 10) ?? null),
    ),
    row(
      'Origin',
      'data',
      runs.map((run) => run.provenance.snapshots.map((one) => `${one.name} ${one.snapshotId}`).join(', ') || null),
    ),
    ...namesOf((run) => run.tags)
      .filter((key) => !key.startsWith('mlflow.'))
      .map((key) =>
        row(
          'Tag',
          key,
          runs.map((run) => textOf(run.tags, key)),
        ),
      ),
  ];
}
