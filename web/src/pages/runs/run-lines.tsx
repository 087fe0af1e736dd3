import { Link } from '@tanstack/react-router';
import { duration, figure, number } from '../../ui/format.ts';
import { StatusMark, Time } from '../../ui/kit.tsx';
import { byWeight, useGoalKeys } from './headline.ts';
import type { Run } from './run-columns.tsx';

/** A few runs as lines that stand in columns: state, name, the two metrics that say most, how long, when. */
export function RunLines({
  runs,
  project,
  metrics = 2,
}: {
  runs: readonly Run[];
  project: string;
  /** How many metrics there is room for. */
  metrics?: number;
}) {
  const goals = useGoalKeys(project);
  // The same metrics in each line, or they could not be read downwards.
  const tally = new Map<string, number>();
  for (const run of runs)
    for (const [place, metric] of byWeight(run.metrics, goals).entries())
      tally.set(metric.key, (tally.get(metric.key) ?? 0) + 1 / (1 + place));
  const keys = [...tally]
    .sort((a, b) => b[1] - a[1])
    .map(([key]) => key)
    .slice(0, metrics);
  return (
    <ul className="lines" style={{ '--more': keys.length + 2 } as object}>
      {runs.map((run) => (
        <li key={run.id}>
          <StatusMark state={run.status} />
          <Link className="clip" to={`/runs/${run.id}` as '/'} title={run.name}>
            {run.name}
          </Link>
          {keys.map((key) => {
            const value = run.metrics.find((metric) => metric.key === key)?.value;
            return (
              <span key={key} className="number hide-narrow" title={`${key} ${number(value)}`}>
                {value !== undefined && (
                  <>
                    <span className="faint">{key}</span> {figure(value)}
                  </>
                )}
              </span>
            );
          })}
          <span className="number faint">{duration(run.startedAt, run.endedAt)}</span>
          <span className="faint when">
            <Time at={run.startedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
