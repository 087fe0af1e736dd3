import type { Output } from '@plinth/sdk';
import { StatusMark } from '../../ui/kit.tsx';

/** Whether what a channel tells arrives. */
export function Health({ channel }: { channel: Pick<Output<'getNotificationChannel'>, 'state' | 'failures' | 'waiting'> }) {
  if (channel.state === 'paused') return <StatusMark state="paused" />;
  if (channel.failures === 0) return <StatusMark state="active" />;
  return (
    <span className="row tight">
      <StatusMark state="failing" />
      {channel.waiting > 0 && <span className="soft">{channel.waiting} waiting</span>}
    </span>
  );
}
