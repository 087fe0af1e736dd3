import { type Static, Type } from 'typebox';
import type { projectRoles } from '../access/index.ts';
import { conflict, invalidField, nullable, nullableTimestamp, oneOf, timestamp } from '../platform/index.ts';

/** How a channel tells. */
export const channelKinds = {
  /** A program: each notice as signed JSON. */
  webhook: { needsUrl: true, signs: true },
  /** The incoming webhook of a chat: `{text}`, as Slack, Mattermost and others take it. */
  chat: { needsUrl: true, signs: false },
  /** Mail to people with a role in the project, or to chosen ones. */
  email: { needsUrl: false, signs: false },
} as const satisfies Record<string, { needsUrl: boolean; signs: boolean }>;
export type ChannelKind = keyof typeof channelKinds;

export const channelStates = {
  active: { sends: true },
  /** By a person: nothing is sent, and nothing is kept for later. */
  paused: { sends: false },
} as const satisfies Record<string, { sends: boolean }>;
export type ChannelState = keyof typeof channelStates;

export const rolesToTell = [
  'owner',
  'contributor',
  'validator',
  'viewer',
] as const satisfies readonly (keyof typeof projectRoles)[];
export type RoleToTell = (typeof rolesToTell)[number];

export const channelSchema = Type.Object(
  {
    id: Type.String(),
    projectId: nullable(Type.String({ description: 'Null: of all projects.' })),
    projectSlug: nullable(Type.String()),
    name: Type.String(),
    kind: oneOf(Object.keys(channelKinds) as readonly ChannelKind[]),
    url: nullable(Type.String({ description: 'Its beginning; the rest is a secret and never shown again.' })),
    types: Type.Array(Type.String(), { description: 'Of what it tells.' }),
    roles: Type.Array(oneOf(rolesToTell), { description: 'Of mail: who has one of these roles in the project.' }),
    people: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), { description: 'Of mail: these besides.' }),
    state: oneOf(Object.keys(channelStates) as readonly ChannelState[]),
    waiting: Type.Integer({ description: 'Messages that are not delivered yet.' }),
    failures: Type.Integer({ description: 'Since its last success.' }),
    failingSince: nullableTimestamp,
    lastError: nullable(Type.String()),
    lastDeliveredAt: nullableTimestamp,
    nextAttemptAt: nullableTimestamp,
    createdBy: Type.String(),
    createdByName: Type.String(),
    createdAt: timestamp,
    updatedAt: timestamp,
    version: Type.Integer(),
  },
  { description: 'Where people or programs are told of events.' },
);
export type NotificationChannel = Static<typeof channelSchema>;

export const channelWithSecretSchema = Type.Object({
  ...channelSchema.properties,
  secret: nullable(Type.String({ description: 'Of a webhook: proves that a message is from here. Shown once.' })),
});

export const urlNeeded = (kind: ChannelKind) => invalidField('/url', `is required for a channel of kind ${kind}`);
export const urlOfMail = () => invalidField('/url', 'is not for mail; say who gets it by roles or personIds');
export const receiversOfUrl = (pointer: string) =>
  invalidField(pointer, 'is for mail; this kind tells whoever its address belongs to');
export const receiverNeeded = () => invalidField('/roles', 'name a role or, in personIds, a person who gets the mail');
export const unknownType = (index: number, type: string, known: readonly string[]) =>
  invalidField(`/types/${index}`, `"${type}" is nothing one can be told of; there are ${known.join(', ')}`);
export const unknownPerson = (index: number, id: string) =>
  invalidField(`/personIds/${index}`, `"${id}" is no person who may be told about this project`);
export const mailNotConfigured = () =>
  conflict(
    'mail-not-configured',
    'This installation has no mail server. An administrator sets PLINTH_SMTP_URL, or choose a webhook.',
  );
export const noSecret = (name: string) =>
  conflict('channel-without-secret', `Channel "${name}" is no webhook, so nothing it sends is signed.`);
export const deliveryNotFailed = (id: string) =>
  conflict('delivery-not-failed', `Delivery ${id} has not failed, so there is nothing to send again.`);
