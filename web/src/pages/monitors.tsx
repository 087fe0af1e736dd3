import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useCall } from '../api.ts';
import { number } from '../ui/format.ts';
import { Empty, Loaded, StatusMark } from '../ui/kit.tsx';
import { ProjectFrame } from './project-frame.tsx';

type Monitor = Output<'listMonitors'>['items'][number];

/** What watches the deployments of a project. */
export function Monitors() {
  const { project } = useParams({ strict: false }) as { project: string };
  const monitors = useCall('listMonitors', { project, limit: 100 });
  return (
    <ProjectFrame code={{ path: `/monitors?project=${project}`, cli: `npx plinth monitor list -p ${project}` }}>
      <Loaded query={monitors} rows={4}>
        {({ items }) => <MonitorList monitors={items} project={project} />}
      </Loaded>
    </ProjectFrame>
  );
}

/** Monitors as rows with what they found. */
export const MonitorList = ({ monitors, project }: { monitors: readonly Monitor[]; project: string }) =>
  monitors.length === 0 ? (
    <Empty icon="activity" title="No monitor yet. Every channel of a deployment gets one by itself." />
  ) : (
    <ul className="rows" aria-label="Monitors">
      {monitors.map((one) => (
        <li key={one.id}>
          <StatusMark state={one.openAlerts.firing > 0 ? 'firing' : one.state} />
          <span className="grow">
            <Link to={`/projects/${project}/monitors/${one.id}` as '/'}>
              {one.deploymentName}, {one.channel}
            </Link>{' '}
            <span className="soft">
              {number(one.rowCount)} rows seen{one.stateReason && `; ${one.stateReason}`}
            </span>
          </span>
          {one.openAlerts.firing > 0 && <span>{one.openAlerts.firing} firing</span>}
        </li>
      ))}
    </ul>
  );
