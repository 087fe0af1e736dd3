import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { number } from '../../ui/format.ts';
import { Empty, Panel, StatusMark } from '../../ui/kit.tsx';
import { Paged } from '../../ui/paged.tsx';
import { usePages } from '../../ui/pages.ts';

type Monitor = Output<'listMonitors'>['items'][number];

export const monitorPath = (one: Pick<Monitor, 'projectSlug' | 'id'>): string =>
  `/projects/${one.projectSlug}/monitors/${one.id}`;

/** What a monitor has to say for itself: an alert before all else. */
export const stateOf = (one: Pick<Monitor, 'state' | 'openAlerts'>): string => (one.openAlerts.firing > 0 ? 'firing' : one.state);

/** Monitors of one deployment, one a channel, with what they found. */
export function DeploymentMonitors({ deployment }: { deployment: string }) {
  const pages = usePages('listMonitors', { deployment }, { size: 20, every: 5_000 });
  return (
    <Panel title="Monitors">
      <Paged pages={pages} rows={2} empty={<Empty icon="activity" title="No monitor yet. Every channel gets one by itself." />}>
        {(items) => (
          <ul className="rows" aria-label="Monitors">
            {items.map((one) => (
              <li key={one.id}>
                <span className="grow">
                  <Link to={monitorPath(one) as '/'}>{one.channel}</Link>{' '}
                  <span className="soft">
                    {number(one.rowCount)} {one.rowCount === 1 ? 'row' : 'rows'} seen{one.stateReason && `; ${one.stateReason}`}
                  </span>
                </span>
                {one.openAlerts.firing > 0 && <span className="soft">{one.openAlerts.firing} firing</span>}
                <StatusMark state={stateOf(one)} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </Panel>
  );
}
