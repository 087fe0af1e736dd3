import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries, useMoving } from '../../api.ts';
import { Button, Dialog, Loaded, Problem, StatusMark, Time, toast } from '../../ui/kit.tsx';
import { Health } from './health.tsx';
import { kindWords, receiversOf, typesText } from './words.ts';

type Channel = Output<'getNotificationChannel'>;
type Delivery = Output<'listNotificationDeliveries'>['items'][number];

/** One channel: whether it gets through, what became of its messages, and what an owner can do about it. */
export function ChannelDialog({
  channel,
  reason,
  close,
  edit,
  show,
}: {
  channel: Channel;
  reason: string | null;
  close: () => void;
  edit: () => void;
  /** Shows a new secret, once. */
  show: (secret: string) => void;
}) {
  const deliveries = useMoving('listNotificationDeliveries', { notificationChannel: channel.id, limit: 20 }, (data) =>
    data.items.some((one) => one.state === 'waiting'),
  );
  const [error, setError] = useState<unknown>(null);
  const [tried, setTried] = useState<Delivery | null>(null);
  const [busy, setBusy] = useState(false);
  const act = (work: Promise<unknown>, said = ''): void => {
    setError(null);
    setBusy(true);
    work
      .then(() => {
        if (said) toast(said);
        void queries.invalidateQueries();
      }, setError)
      .finally(() => setBusy(false));
  };
  const paused = channel.state === 'paused';
  const turn = (state: Channel['state'], said: string): void =>
    act(call('changeNotificationChannel', { notificationChannel: channel.id, body: { state } }), said);
  return (
    <Dialog title={channel.name} open close={close} wide>
      <div className="stack form channel">
        <dl className="facts">
          <dt>State</dt>
          <dd>
            <Health channel={channel} />
          </dd>
          <dt>Tells</dt>
          <dd>
            {kindWords[channel.kind]}: {receiversOf(channel)}
          </dd>
          <dt>Of</dt>
          <dd title={channel.types.join('\n')}>{typesText(channel.types)}</dd>
          <dt>Made by</dt>
          <dd>
            {channel.createdByName}, <Time at={channel.createdAt} />
          </dd>
        </dl>
        {channel.failures > 0 && (
          <p className="told warn">
            {channel.lastError} {channel.failures === 1 ? 'It failed once' : `It failed ${channel.failures} times`} since{' '}
            <Time at={channel.failingSince} />
            {channel.nextAttemptAt && (
              <>
                ; the next try is <Time at={channel.nextAttemptAt} />
              </>
            )}
            .
          </p>
        )}
        {error !== null && <Problem error={error} />}
        {tried && (
          <p role="status" className={`told ${tried.state === 'delivered' ? 'ok' : 'bad'}`}>
            {tried.state === 'delivered'
              ? `It arrived${tried.address ? ` at ${tried.address}` : ''}.`
              : `It did not arrive. ${tried.error ?? ''}`}
          </p>
        )}
        <div className="channel-acts">
          <Button
            tone="primary"
            icon="play"
            reason={reason}
            disabled={busy}
            tip={channel.kind === 'email' ? 'Sends one mail to you' : 'Sends one message now'}
            onClick={() => act(call('testNotificationChannel', { notificationChannel: channel.id }).then(setTried))}
          >
            Try it
          </Button>
          <Button reason={reason} onClick={edit}>
            Change
          </Button>
          <Button
            reason={reason}
            onClick={() =>
              paused
                ? turn('active', `${channel.name} goes on.`)
                : turn('paused', `${channel.name} is paused; what waited is dropped.`)
            }
          >
            {paused ? 'Go on' : 'Pause'}
          </Button>
          {channel.kind === 'webhook' && (
            <Button
              icon="key"
              reason={reason}
              onClick={() =>
                act(call('renewNotificationSecret', { notificationChannel: channel.id }).then((made) => show(made.secret ?? '')))
              }
            >
              New secret
            </Button>
          )}
          <Button
            tone="quiet"
            icon="trash"
            reason={reason}
            onClick={() =>
              act(
                call('deleteNotificationChannel', { notificationChannel: channel.id }).then(close),
                `${channel.name} is deleted.`,
              )
            }
          >
            Delete
          </Button>
        </div>
        <h3>What was sent</h3>
        <Loaded query={deliveries} rows={3}>
          {(data) =>
            data.items.length === 0 ? (
              <p className="faint">Nothing yet.</p>
            ) : (
              <ul className="rows" aria-label="Deliveries">
                {data.items.map((delivery) => (
                  <DeliveryRow
                    key={delivery.id}
                    delivery={delivery}
                    reason={reason}
                    retry={() =>
                      act(
                        call('retryNotificationDelivery', { notificationChannel: channel.id, delivery: delivery.id }),
                        'It is sent again.',
                      )
                    }
                  />
                ))}
              </ul>
            )
          }
        </Loaded>
        <menu>
          <Button onClick={close}>Close</Button>
        </menu>
      </div>
    </Dialog>
  );
}

function DeliveryRow({ delivery, reason, retry }: { delivery: Delivery; reason: string | null; retry: () => void }) {
  const isTest = delivery.type === 'notification-channel.tested';
  return (
    <li>
      <StatusMark state={delivery.state} />
      <span className="grow clip" title={[delivery.title, delivery.error].filter(Boolean).join('\n')}>
        {delivery.title}
        {delivery.error && <span className="soft"> {delivery.error}</span>}
      </span>
      {delivery.address && <span className="faint clip">{delivery.address}</span>}
      <span className="faint">
        <Time at={delivery.createdAt} />
      </span>
      {delivery.state === 'failed' && !isTest && (
        <Button tone="quiet" reason={reason} aria-label={`Send again: ${delivery.title}`} onClick={retry}>
          Send again
        </Button>
      )}
    </li>
  );
}
