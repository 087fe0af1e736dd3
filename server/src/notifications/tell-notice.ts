import { rolesWith } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { peopleReaching } from '../people/index.ts';
import type { Listener, SealedEvent } from '../platform/index.ts';
import { channelsFor } from './channel-store.ts';
import { insertDeliveries, type NewDelivery } from './delivery-store.ts';
import type { Notice, NoticeKind } from './notice-kind.ts';

/** Turns events into messages that wait to be sent. Nobody is told of what they may not read. */
export const tellNotices = (kinds: readonly NoticeKind[]): Listener => ({
  name: 'notifications',
  verbs: kinds.map((kind) => kind.type),
  async handle(ctx, event) {
    const { projectId } = event.object;
    if (!projectId || event.data === null) return;
    const channels = await channelsFor(ctx, { type: event.verb, projectId, time: event.time });
    if (channels.length === 0) return;
    const kind = kinds.find((one) => one.type === event.verb)!;
    const notice = await kind.tell(ctx, event);
    if (!notice) return;
    const readers = await peopleReaching(ctx.db, projectId, rolesWith(kind.permission));
    for (const channel of channels) {
      const told =
        channel.kind === 'email'
          ? readers.filter(
              ({ id, roles }) => channel.personIds.includes(id) || roles.some((role) => channel.roles.includes(role)),
            )
          : [null];
      await insertDeliveries(
        ctx,
        told.map((person) => ({
          ...asDelivery(event, notice),
          channelId: channel.id,
          personId: person?.id ?? null,
          address: person?.email ?? null,
          payload: channel.kind === 'webhook' ? event : null,
        })),
      );
    }
  },
});

const asDelivery = (event: SealedEvent, notice: Notice): Omit<NewDelivery, 'channelId' | 'personId' | 'address' | 'payload'> => ({
  id: newId('ntd'),
  noticeKey: notice.key,
  type: event.verb,
  projectId: event.object.projectId,
  title: oneLine(notice.title),
  body: notice.text,
  path: notice.path,
});

const longestTitle = 200;

/** Titles become subjects of mail. */
const oneLine = (text: string): string => {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length > longestTitle ? `${plain.slice(0, longestTitle - 1)}…` : plain;
};

/** What a channel tells when somebody tries it. */
export const testNotice = (name: string): Notice => ({
  title: `Plinth reaches "${name}"`,
  text: 'Somebody tried this channel. What it is chosen to tell of will come here.',
  path: '/',
  key: newId('try'),
});
