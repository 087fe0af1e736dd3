import { Link } from '@tanstack/react-router';
import { useCall } from '../../api.ts';
import { duration, number } from '../../ui/format.ts';
import { Loaded, StatusMark, Time } from '../../ui/kit.tsx';
import { byWeight, useGoalKeys } from './headline.ts';

/** A run at the side of its list. */
export function RunPeek({ run: id, project }: { run: string; project: string }) {
  const run = useCall('getRun', { run: id });
  const goals = useGoalKeys(project);
  return (
    <Loaded query={run} rows={8}>
      {(data) => (
        <div className="stack" style={{ gap: 16 }}>
          <div className="row">
            <StatusMark state={data.status} />
            <Time at={data.startedAt} />
            <span className="soft">{duration(data.startedAt, data.endedAt)}</span>
          </div>
          <Facts title="Metrics" facts={byWeight(data.metrics, goals).map((metric) => [metric.key, number(metric.value)])} />
          <Facts title="Parameters" facts={data.params.map((param) => [param.key, param.value])} />
          <Link to={`/runs/${id}` as '/'} className="button centred">
            Open the run
          </Link>
        </div>
      )}
    </Loaded>
  );
}

const most = 30;

function Facts({ title, facts }: { title: string; facts: [key: string, value: string][] }) {
  if (facts.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <dl className="facts dense">
        {facts.slice(0, most).map(([key, value]) => (
          <div key={key}>
            <dt className="clip" title={key}>
              {key}
            </dt>
            <dd className="tabular">{value}</dd>
          </div>
        ))}
      </dl>
      {facts.length > most && <span className="caption">and {facts.length - most} more on its page</span>}
    </section>
  );
}
