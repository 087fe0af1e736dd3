import type { Output } from '@plinth/sdk';
import { Time } from '../../ui/kit.tsx';
import { InboxItem, InboxList } from '../inbox.tsx';
import { sayVersion } from '../models/addresses.ts';
import { sayAmount, titleOf } from './words.ts';

type AlertRow = Output<'listAlerts'>['items'][number];

/** Alerts to be read at a glance: what happened, how much, where, since when, and who has it in hand. */
export const AlertCards = ({ alerts, label }: { alerts: readonly AlertRow[]; label: string }) => (
  <InboxList label={label}>
    {alerts.map((alert) => (
      <InboxItem
        key={alert.id}
        state={alert.state}
        to={`/alerts/${alert.id}`}
        title={titleOf(alert)}
        when={<Time at={alert.startEstimate ?? alert.createdAt} />}
      >
        <span>{sayAmount(alert)}</span>
        <span className="soft">
          {alert.deploymentName}, {alert.channel}
          {alert.versionName && `, ${sayVersion(alert.versionName)}`}
          {handledBy(alert)}
        </span>
      </InboxItem>
    ))}
  </InboxList>
);

function handledBy(alert: AlertRow): string {
  if (alert.state === 'resolved') return alert.resolution ? `; ${alert.resolution.replaceAll('-', ' ')}` : '';
  if (alert.investigatedByName) return `; ${alert.investigatedByName} looks into it`;
  return alert.acknowledgedByName ? `; seen by ${alert.acknowledgedByName}` : '; nobody has answered yet';
}
