import { useMoving } from '../../api.ts';
import { TimeChart } from '../../ui/charts/time-chart.tsx';
import { minutesOf } from './minutes.ts';

const shownMinutes = 60;

/** Requests, errors and latency minute by minute over the last hour, all channels together. */
export function TrafficCourse({ deployment }: { deployment: string }) {
  const traffic = useMoving('listDeploymentTraffic', { deployment, minutes: shownMinutes }, () => 10_000);
  const minutes = minutesOf(traffic.data?.items ?? [], Date.now(), shownMinutes);
  const times = minutes.map((one) => one.time);
  return (
    <div className="charts">
      <TimeChart
        title="Requests a minute"
        times={times}
        courses={[
          { name: 'requests', colour: 0, values: minutes.map((one) => one.requests) },
          { name: 'errors', colour: 1, values: minutes.map((one) => one.errors) },
        ]}
        fromZero
        group="traffic"
      />
      <TimeChart
        title="Latency, ms"
        times={times}
        courses={[
          { name: 'p50', colour: 0, values: minutes.map((one) => one.p50) },
          { name: 'p95', colour: 1, values: minutes.map((one) => one.p95) },
        ]}
        fromZero
        group="traffic"
      />
    </div>
  );
}
