import { useCall } from '../../api.ts';
import { Sparkline } from '../../ui/charts/sparkline.tsx';
import { figure, number } from '../../ui/format.ts';

/** Requests, errors and latency minute by minute over the last hour, all channels together; a minute's latency is that of its slowest channel. */
export function TrafficCourse({ deployment }: { deployment: string }) {
  const items = useCall('listDeploymentTraffic', { deployment, minutes: 60 }).data?.items ?? [];
  const minutes = [...Map.groupBy(items, (one) => one.minute)].sort(([a], [b]) => a.localeCompare(b)).map(([, all]) => all);
  if (minutes.length < 2) return null;
  const sum = (count: (one: (typeof items)[number]) => number) =>
    minutes.map((all) => all.reduce((total, one) => total + count(one), 0));
  const slowest = (name: 'p50Milliseconds' | 'p95Milliseconds') =>
    minutes.map((all) => Math.max(...all.map((one) => one[name] ?? 0)));
  const courses = [
    { name: 'requests', values: sum((one) => one.requestCount), say: number },
    { name: 'errors', values: sum((one) => one.clientErrorCount + one.serverErrorCount), say: number },
    { name: 'p50, ms', values: slowest('p50Milliseconds'), say: figure },
    { name: 'p95, ms', values: slowest('p95Milliseconds'), say: figure },
  ];
  return (
    <ul className="rows" aria-label="By minute">
      {courses.map(({ name, values, say }) => (
        <li key={name}>
          <span className="grow">{name}, by minute</span>
          <Sparkline values={values} label={`${name} by minute`} />
          <span className="soft">{say(values.at(-1))} in the newest</span>
        </li>
      ))}
    </ul>
  );
}
