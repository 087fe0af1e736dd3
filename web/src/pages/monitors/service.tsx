import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { TimeChart } from '../../ui/charts/time-chart.tsx';
import { number, roundTo } from '../../ui/format.ts';
import { Panel } from '../../ui/kit.tsx';
import { deploymentPath } from '../deployments/addresses.ts';
import { HealthTiles } from '../deployments/health-tiles.tsx';
import { minutesOf } from '../deployments/minutes.ts';

type Monitor = Output<'getMonitor'>;

/** As the API groups it: four hours in points of four minutes. */
const pointMinutes = 4;
const points = 60;

/** Requests, errors and latency of the channel over the last hours, with what counts as slow. */
export function Service({ monitor: one }: { monitor: Pick<Monitor, 'service' | 'projectSlug' | 'deploymentName' | 'channel'> }) {
  const { lastHour, series, slowMilliseconds } = one.service;
  const courses = minutesOf(
    series.map((point) => ({ ...point, minute: point.at ?? '' })),
    Date.now(),
    points,
    pointMinutes,
  );
  const times = courses.map((point) => point.time);
  return (
    <Panel
      title="Service"
      aside={<Link to={deploymentPath(one.projectSlug, one.deploymentName) as '/'}>Open the deployment</Link>}
    >
      <HealthTiles health={lastHour} />
      <div className="charts">
        <TimeChart
          title="Requests in 4 minutes"
          times={times}
          courses={[
            { name: 'requests', colour: 0, values: courses.map((point) => point.requests) },
            { name: 'errors', colour: 1, values: courses.map((point) => point.errors) },
          ]}
          fromZero
          group="service"
        />
        <TimeChart
          title="Latency, ms"
          times={times}
          courses={[
            { name: 'p50', colour: 0, values: courses.map((point) => point.p50) },
            { name: 'p95', colour: 1, values: courses.map((point) => point.p95) },
            ...(slowMilliseconds === null
              ? []
              : [
                  {
                    name: `slow from ${number(roundTo(slowMilliseconds, 3))} ms on`,
                    colour: 3,
                    values: courses.map(() => slowMilliseconds),
                  },
                ]),
          ]}
          fromZero
          group="service"
        />
      </div>
    </Panel>
  );
}
