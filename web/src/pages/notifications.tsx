import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { ownReason, useMay } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import { Button, Empty, Loaded, PageHead, Table, Time, toast } from '../ui/kit.tsx';
import { ChannelDialog } from './notifications/channel-dialog.tsx';
import { ChannelForm } from './notifications/channel-form.tsx';
import { Health } from './notifications/health.tsx';
import { Secret } from './notifications/secret.tsx';
import { kindWords, receiversOf, typesText } from './notifications/words.ts';
import './notifications/notifications.css';
import { ProjectFrame, useSlug } from './project-frame.tsx';

type Channel = Output<'getNotificationChannel'>;
type Page = Output<'listNotificationChannels'>;

const about = 'Who is told when something happens: a chat, people by mail, or a program of yours.';

/** Channels of one project. */
export function ProjectNotifications() {
  const slug = useSlug();
  const [, change] = useAddress();
  const project = useCall('getProject', { project: slug });
  const channels = useCall('listProjectNotificationChannels', { project: slug, limit: 1000 });
  const reason = ownReason(project.data?.myRole);
  return (
    <ProjectFrame
      about={about}
      code={{ path: `/projects/${slug}/notification-channels`, cli: `npx plinth notification list -p ${slug}` }}
      action={<NewButton reason={reason} />}
    >
      <Channels query={channels} reason={reason} make={() => change({ new: 'channel' })} slug={slug} />
    </ProjectFrame>
  );
}

/** Channels of all projects, and those of single projects beside them. */
export function AllNotifications() {
  const may = useMay();
  const [, change] = useAddress();
  const channels = useCall('listNotificationChannels', { limit: 1000 });
  const reason = may('notification.manage') ? null : 'Administrators may do this; owners for their project, on its own page';
  return (
    <>
      <PageHead
        title="Notifications"
        about={`${about} What is made here tells of all projects.`}
        code={{ path: '/notification-channels', cli: 'npx plinth notification list' }}
      >
        <NewButton reason={reason} />
      </PageHead>
      <Channels query={channels} reason={reason} make={() => change({ new: 'channel' })} />
    </>
  );
}

function NewButton({ reason }: { reason: string | null }) {
  const [, change] = useAddress();
  return (
    <Button tone="primary" icon="add" reason={reason} onClick={() => change({ new: 'channel' })}>
      New channel
    </Button>
  );
}

function Channels({
  query,
  reason,
  make,
  slug,
}: {
  query: Parameters<typeof Loaded<Page>>[0]['query'];
  reason: string | null;
  make: () => void;
  slug?: string;
}) {
  const [address, change] = useAddress();
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  const [edited, setEdited] = useState<Channel | null>(null);
  return (
    <>
      {made && <Secret {...made} close={() => setMade(null)} />}
      <Loaded query={query} rows={4}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              icon="alerts"
              title="Nobody is told of anything yet. Alerts, questions and failures wait on their pages until somebody looks."
              code={`npx plinth notification create "Team" --email --role owner --type alert.fired${slug ? ` -p ${slug}` : ' --everywhere'}`}
            >
              <Button icon="add" reason={reason} onClick={make}>
                Make the first channel
              </Button>
            </Empty>
          ) : (
            <>
              <Table
                label="Notification channels"
                rows={data.items}
                open={(channel) => change({ channel: channel.id })}
                columns={[
                  { title: 'Name', cell: (channel) => <strong>{channel.name}</strong> },
                  ...(slug
                    ? []
                    : [
                        {
                          title: 'Of',
                          cell: (channel: Channel) => channel.projectSlug ?? <span className="soft">all projects</span>,
                        },
                      ]),
                  { title: 'State', cell: (channel) => <Health channel={channel} /> },
                  { title: 'Tells', cell: (channel) => <span className="soft">{kindWords[channel.kind]}</span> },
                  { title: 'Whom', cell: (channel) => <span className="clip">{receiversOf(channel)}</span> },
                  {
                    title: 'Of what',
                    cell: (channel) => <span title={channel.types.join('\n')}>{typesText(channel.types)}</span>,
                  },
                  {
                    title: 'Last reached',
                    cell: (channel) =>
                      channel.lastDeliveredAt ? <Time at={channel.lastDeliveredAt} /> : <span className="faint">never</span>,
                  },
                ]}
              />
              {data.items
                .filter((channel) => channel.id === address.channel)
                .map((channel) => (
                  <ChannelDialog
                    key={channel.id}
                    channel={channel}
                    reason={reason}
                    close={() => change({ channel: null }, 'replace')}
                    edit={() => {
                      setEdited(channel);
                      change({ channel: null }, 'replace');
                    }}
                    show={(secret) => {
                      setMade({ name: channel.name, secret });
                      change({ channel: null }, 'replace');
                    }}
                  />
                ))}
            </>
          )
        }
      </Loaded>
      <ChannelForm
        open={address.new === 'channel'}
        close={() => change({ new: null }, 'replace')}
        slug={slug}
        save={async (body) => {
          const channel = slug
            ? await call('createProjectNotificationChannel', { project: slug, body })
            : await call('createNotificationChannel', { body });
          if (channel.secret) setMade({ name: channel.name, secret: channel.secret });
          void queries.invalidateQueries();
        }}
      />
      {edited && (
        <ChannelForm
          open
          before={edited}
          close={() => setEdited(null)}
          slug={slug}
          save={async ({ kind: _kind, ...body }) => {
            await call('changeNotificationChannel', { notificationChannel: edited.id, body });
            toast(`${body.name} is changed.`);
            void queries.invalidateQueries();
          }}
        />
      )}
    </>
  );
}
