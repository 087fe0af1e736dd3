import { sql } from 'kysely';
import { Type } from 'typebox';
import { type Action, inProject, organization, require, visible } from '../access/index.ts';
import {
  type AnyRoute,
  type Context,
  defineShortList,
  etag,
  notFound,
  oneOf,
  pageOf,
  pathId,
  readShortList,
  route,
} from '../platform/index.ts';
import { changeChannel, createChannel, dropChannel, openChannel, renewSecret } from './change-channel.ts';
import { channelList, listChannels, scopeOfChannel } from './channel-store.ts';
import { deliveryList, listDeliveries } from './delivery-store.ts';
import type { NoticeKind } from './notice-kind.ts';
import {
  type ChannelKind,
  type ChannelState,
  channelKinds,
  channelSchema,
  channelStates,
  channelWithSecretSchema,
  rolesToTell,
} from './notification-channel.ts';
import { deliverySchema } from './notification-delivery.ts';
import { retryDelivery, tryChannel } from './try-channel.ts';

/** The id of a project by id or slug, null when there is none: projects stand above, so main hands this down. */
export type FindProjectId = (ctx: Context, idOrSlug: string) => Promise<string | null>;

const typeSchema = Type.Object({ type: Type.String(), summary: Type.String() });
const typeList = defineShortList('notification types', typeSchema, { sort: 'type', id: ['type'] });

const params = Type.Object({ notificationChannel: pathId('Id of the notification channel.') });
const projectParams = Type.Object({ project: pathId('Id or slug of the project.') });

const fields = {
  name: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' }),
  url: Type.String({
    minLength: 1,
    maxLength: 2_000,
    description: 'Where a webhook or chat listens. Kept sealed; shown is its host.',
  }),
  types: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
    minItems: 1,
    maxItems: 100,
    description: 'Of what it tells: types of `GET /notification-types`.',
  }),
  roles: Type.Array(oneOf(rolesToTell), { maxItems: 10, description: 'Of mail: who has one of these roles in the project.' }),
  personIds: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
    maxItems: 200,
    description: 'Of mail: these people besides, as far as they may read what is told.',
  }),
};
const newChannel = Type.Object({
  name: fields.name,
  kind: oneOf(Object.keys(channelKinds) as readonly ChannelKind[]),
  types: fields.types,
  url: Type.Optional(fields.url),
  roles: Type.Optional(fields.roles),
  personIds: Type.Optional(fields.personIds),
});

export function notificationRoutes(kinds: readonly NoticeKind[], findProjectId: FindProjectId): AnyRoute[] {
  async function openProjectId(ctx: Context, name: string, action: Action): Promise<string> {
    const id = await findProjectId(ctx, name);
    if (!id) {
      ctx.decided.add(action);
      throw notFound('project', name);
    }
    await require(ctx, action, inProject('project', id, id, name));
    return id;
  }

  return [
    route({
      method: 'GET',
      path: '/notification-types',
      operationId: 'listNotificationTypes',
      summary: 'Of what people and programs can be told',
      permission: 'self',
      query: Type.Object(typeList.query),
      response: { 200: pageOf(typeSchema) },
      handler: async (_ctx, { query }) => readShortList(typeList, kinds, query),
    }),
    route({
      method: 'GET',
      path: '/notification-channels',
      operationId: 'listNotificationChannels',
      summary:
        'Notification channels that you may see: of your projects; administrators and auditors see those of all projects too',
      permission: 'notification.read',
      query: Type.Object(channelList.query),
      response: { 200: pageOf(channelSchema) },
      handler: async (ctx, { query }) =>
        listChannels(ctx, { readable: visible(ctx, 'notification.read', scopeOfChannel), projectId: null }, query),
    }),
    route({
      method: 'POST',
      path: '/notification-channels',
      operationId: 'createNotificationChannel',
      summary: 'Tell people or a program of events of all projects',
      permission: 'notification.manage',
      idempotent: false,
      body: newChannel,
      response: { 201: channelWithSecretSchema },
      handler: async (ctx, { body }) => {
        await require(ctx, 'notification.manage', organization);
        return createChannel(ctx, kinds, null, body);
      },
    }),
    route({
      method: 'GET',
      path: '/projects/{project}/notification-channels',
      operationId: 'listProjectNotificationChannels',
      summary: 'Notification channels of a project',
      permission: 'notification.read',
      params: projectParams,
      query: Type.Object(channelList.query),
      response: { 200: pageOf(channelSchema) },
      handler: async (ctx, { params, query }) => {
        const projectId = await openProjectId(ctx, params.project, 'notification.read');
        return listChannels(ctx, { readable: sql`true`, projectId }, query);
      },
    }),
    route({
      method: 'POST',
      path: '/projects/{project}/notification-channels',
      operationId: 'createProjectNotificationChannel',
      summary: 'Tell people or a program of events of a project',
      description: 'A webhook is given a secret that signs what it is sent; it is shown in this answer alone.',
      permission: 'notification.manage',
      idempotent: false,
      params: projectParams,
      body: newChannel,
      response: { 201: channelWithSecretSchema },
      handler: async (ctx, { params, body }) =>
        createChannel(ctx, kinds, await openProjectId(ctx, params.project, 'notification.manage'), body),
    }),
    route({
      method: 'GET',
      path: '/notification-channels/{notificationChannel}',
      operationId: 'getNotificationChannel',
      summary: 'One notification channel, and whether it gets through',
      permission: 'notification.read',
      params,
      response: { 200: channelSchema },
      handler: async (ctx, { params, reply }) => {
        const channel = await openChannel(ctx, params.notificationChannel, 'notification.read');
        etag(reply, channel.version);
        return channel;
      },
    }),
    route({
      method: 'PATCH',
      path: '/notification-channels/{notificationChannel}',
      operationId: 'changeNotificationChannel',
      summary: 'Change what it tells, whom or where; pause it or let it go on',
      description: 'Pausing throws away what was not sent yet.',
      permission: 'notification.manage',
      params,
      body: Type.Object({
        ...Type.Partial(Type.Object(fields)).properties,
        state: Type.Optional(oneOf(Object.keys(channelStates) as readonly ChannelState[])),
      }),
      response: { 200: channelSchema },
      handler: async (ctx, { params, body, request, reply }) => {
        const channel = await changeChannel(ctx, kinds, params.notificationChannel, body, request);
        etag(reply, channel.version);
        return channel;
      },
    }),
    route({
      method: 'DELETE',
      path: '/notification-channels/{notificationChannel}',
      operationId: 'deleteNotificationChannel',
      summary: 'Delete it, and what it had not sent yet',
      permission: 'notification.manage',
      params,
      response: { 204: Type.Null() },
      handler: async (ctx, { params }) => dropChannel(ctx, params.notificationChannel),
    }),
    route({
      method: 'POST',
      path: '/notification-channels/{notificationChannel}/secret',
      operationId: 'renewNotificationSecret',
      summary: 'Give a webhook a new secret; the one before signs nothing from now on',
      permission: 'notification.manage',
      idempotent: false,
      params,
      response: { 200: channelWithSecretSchema },
      handler: async (ctx, { params }) => renewSecret(ctx, params.notificationChannel),
    }),
    route({
      method: 'POST',
      path: '/notification-channels/{notificationChannel}/test',
      operationId: 'testNotificationChannel',
      summary: 'Send one message now and say what became of it; mail goes to you',
      permission: 'notification.manage',
      params,
      response: { 200: deliverySchema },
      handler: async (ctx, { params }) => tryChannel(ctx, params.notificationChannel),
    }),
    route({
      method: 'GET',
      path: '/notification-channels/{notificationChannel}/deliveries',
      operationId: 'listNotificationDeliveries',
      summary: 'What was sent, what waits, and what could not be delivered; kept for 30 days',
      permission: 'notification.read',
      params,
      query: Type.Object(deliveryList.query),
      response: { 200: pageOf(deliverySchema) },
      handler: async (ctx, { params, query }) => {
        const channel = await openChannel(ctx, params.notificationChannel, 'notification.read');
        return listDeliveries(ctx, channel.id, query);
      },
    }),
    route({
      method: 'POST',
      path: '/notification-channels/{notificationChannel}/deliveries/{delivery}/retry',
      operationId: 'retryNotificationDelivery',
      summary: 'Send what failed once more',
      permission: 'notification.manage',
      params: Type.Object({ ...params.properties, delivery: pathId('Id of the delivery.') }),
      response: { 200: deliverySchema },
      handler: async (ctx, { params }) => retryDelivery(ctx, params.notificationChannel, params.delivery),
    }),
  ];
}
