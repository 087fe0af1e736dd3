import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type Action, inProject, organization, require, rolesWith } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { peopleReaching } from '../people/index.ts';
import { type Context, checkIfMatch, checkTarget, emit, notFound, seal, transaction } from '../platform/index.ts';
import { deleteChannel, findChannel, insertChannel, updateChannel } from './channel-store.ts';
import { secretPurpose, urlPurpose } from './deliver.ts';
import { dropWaiting } from './delivery-store.ts';
import type { NoticeKind } from './notice-kind.ts';
import {
  type ChannelKind,
  type ChannelState,
  channelKinds,
  mailNotConfigured,
  type NotificationChannel,
  noSecret,
  type RoleToTell,
  receiverNeeded,
  receiversOfUrl,
  unknownPerson,
  unknownType,
  urlNeeded,
  urlOfMail,
} from './notification-channel.ts';
import { secretPrefix } from './send-webhook.ts';

interface Receivers {
  url?: string;
  types?: string[];
  roles?: RoleToTell[];
  personIds?: string[];
}
export type NewChannel = Receivers & { name: string; kind: ChannelKind; types: string[] };
export type ChannelChange = Receivers & { name?: string; state?: ChannelState };

/** @param projectId of a project, or null for all: the right was asked for */
export async function createChannel(
  ctx: Context,
  kinds: readonly NoticeKind[],
  projectId: string | null,
  input: NewChannel,
): Promise<NotificationChannel & { secret: string | null }> {
  const { kind, name, types } = input;
  const id = newId('ntc');
  if (channelKinds[kind].needsUrl && input.url === undefined) throw urlNeeded(kind);
  if (kind === 'email' && !ctx.platform.config.smtpUrl) throw mailNotConfigured();
  const receivers = await checked(ctx, kinds, { id, kind, projectId }, input);
  if (kind === 'email' && !input.roles?.length && !input.personIds?.length) throw receiverNeeded();
  const secret = channelKinds[kind].signs ? newWebhookSecret() : null;
  return transaction(ctx, async (tx) => {
    await insertChannel(tx, {
      id,
      projectId,
      name,
      kind,
      sealedUrl: null,
      shownUrl: null,
      roles: [],
      personIds: [],
      ...receivers,
      types: [...new Set(types)],
      sealedSecret: secret && seal(ctx.platform.config, secretPurpose(id), secret),
    });
    const channel = (await findChannel(tx, id))!;
    await told(tx, 'created', channel);
    return { ...channel, secret };
  });
}

export async function changeChannel(
  ctx: Context,
  kinds: readonly NoticeKind[],
  id: string,
  change: ChannelChange,
  request: FastifyRequest,
): Promise<NotificationChannel> {
  const before = await openChannel(ctx, id, 'notification.manage');
  checkIfMatch(request, before.version);
  const { kind, projectId } = before;
  const receivers = await checked(ctx, kinds, { id, kind, projectId }, change);
  const roles = change.roles ?? before.roles;
  const people = change.personIds ?? before.people;
  if (kind === 'email' && roles.length === 0 && people.length === 0) throw receiverNeeded();
  return transaction(ctx, async (tx) => {
    await updateChannel(tx, id, {
      ...receivers,
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.state === undefined ? {} : { state: change.state }),
    });
    if (change.state === 'paused') await dropWaiting(tx, id);
    const channel = await stillThere(tx, id);
    await told(tx, 'changed', channel);
    return channel;
  });
}

/** Gives a webhook another secret; the one before signs nothing from now on. */
export async function renewSecret(ctx: Context, id: string): Promise<NotificationChannel & { secret: string }> {
  const { kind, name } = await openChannel(ctx, id, 'notification.manage');
  if (!channelKinds[kind].signs) throw noSecret(name);
  const secret = newWebhookSecret();
  return transaction(ctx, async (tx) => {
    await updateChannel(tx, id, { sealedSecret: seal(ctx.platform.config, secretPurpose(id), secret) });
    const channel = await stillThere(tx, id);
    await told(tx, 'secret-renewed', channel);
    return { ...channel, secret };
  });
}

export async function dropChannel(ctx: Context, id: string): Promise<void> {
  const channel = await openChannel(ctx, id, 'notification.manage');
  await transaction(ctx, async (tx) => {
    await deleteChannel(tx, id);
    await told(tx, 'deleted', channel);
  });
}

/** A channel after asking for a right in its project, or in the organization. */
export async function openChannel(ctx: Context, id: string, action: Action): Promise<NotificationChannel> {
  const channel = await findChannel(ctx, id);
  if (!channel) {
    ctx.decided.add(action);
    throw notFound('notification channel', id);
  }
  const { projectId, name } = channel;
  await require(ctx, action, projectId
    ? inProject('notification-channel', id, projectId, name)
    : { ...organization, kind: 'notification-channel', id, name });
  return channel;
}

/** The given parts of a channel as they are stored. */
async function checked(
  ctx: Context,
  kinds: readonly NoticeKind[],
  { id, kind, projectId }: Pick<NotificationChannel, 'id' | 'kind' | 'projectId'>,
  { url, types, roles, personIds }: Receivers,
) {
  const known = kinds.map((one) => one.type);
  for (const [index, type] of types?.entries() ?? []) if (!known.includes(type)) throw unknownType(index, type, known);
  const isMail = kind === 'email';
  if (isMail && url !== undefined) throw urlOfMail();
  if (!isMail && roles?.length) throw receiversOfUrl('/roles');
  if (!isMail && personIds?.length) throw receiversOfUrl('/personIds');
  const { config } = ctx.platform;
  if (url !== undefined) await checkTarget(config, url, { pointer: '/url' });
  if (personIds?.length) await refuseUnknown(ctx, kinds, projectId, personIds);
  return {
    ...(url === undefined ? {} : { sealedUrl: seal(config, urlPurpose(id), url), shownUrl: shownOf(url) }),
    ...(types === undefined ? {} : { types: [...new Set(types)] }),
    ...(roles === undefined ? {} : { roles: [...new Set(roles)] }),
    ...(personIds === undefined ? {} : { personIds: [...new Set(personIds)] }),
  };
}

/** People who may read nothing here would never be told; of all projects, everybody may read some. */
async function refuseUnknown(ctx: Context, kinds: readonly NoticeKind[], projectId: string | null, personIds: readonly string[]) {
  const roles = projectId ? [...new Set(kinds.flatMap((kind) => rolesWith(kind.permission)))] : ['admin', 'member', 'auditor'];
  const known = new Set((await peopleReaching(ctx.db, projectId ?? organization.id, roles)).map((person) => person.id));
  const index = personIds.findIndex((id) => !known.has(id));
  if (index >= 0) throw unknownPerson(index, personIds[index]!);
}

/** `https://hooks.example.org/…`: what follows the host is the key of a chat. */
function shownOf(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return pathname === '/' && search === '' ? `${origin}/` : `${origin}/…`;
}

const newWebhookSecret = (): string => `${secretPrefix}${randomBytes(32).toString('base64')}`;

async function stillThere(tx: Context, id: string): Promise<NotificationChannel> {
  const channel = await findChannel(tx, id);
  if (!channel) throw notFound('notification channel', id);
  return channel;
}

export async function told(tx: Context, what: string, channel: NotificationChannel): Promise<void> {
  // How the sending goes is of the moment and in no record.
  const { waiting: _, failures: __, failingSince: ___, lastError: ____, nextAttemptAt: _____, ...data } = channel;
  const object = { type: 'notification-channel', id: channel.id, projectId: channel.projectId };
  await emit(tx, { verb: `notification-channel.${what}`, object, data });
}
