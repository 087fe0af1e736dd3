import { Type } from 'typebox';
import {
  actionsInOrganization,
  type OrganizationRole,
  organization,
  organizationRoles,
  projectRoles,
  require,
} from '../access/index.ts';
import {
  type AnyRoute,
  etag,
  notFound,
  nullable,
  nullableTimestamp,
  oneOf,
  pageOf,
  pathId,
  route,
  timestamp,
} from '../platform/index.ts';
import { requireOwn } from './own-affairs.ts';
import { changeMe, changePerson, createPerson } from './people-operations.ts';
import { findPerson, listPeople, personList, tokenList, tokensOf } from './person-store.ts';
import { findServiceAccount } from './service-account-store.ts';
import { signIn, signInByTicket, signOut } from './sign-in.ts';
import { createToken, dropToken } from './tokens.ts';

const roleSchema = oneOf(Object.keys(organizationRoles) as readonly OrganizationRole[]);

export const personSchema = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: nullable(roleSchema),
  state: oneOf(['invited', 'active', 'disabled']),
  defaultProjectId: nullable(Type.String()),
  createdAt: timestamp,
  lastSeenAt: nullableTimestamp,
});

export const tokenFields = {
  id: Type.String(),
  name: Type.String(),
  projectId: nullable(Type.String()),
  actions: nullable(Type.Array(Type.String())),
  createdAt: timestamp,
  expiresAt: nullableTimestamp,
  lastUsedAt: nullableTimestamp,
};

const password = Type.String({ minLength: 10, maxLength: 1_000 });

export const peopleRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/session/options',
    operationId: 'getSessionOptions',
    summary: 'How one can sign in here',
    permission: 'open',
    response: { 200: Type.Object({ password: Type.Boolean(), oidc: nullable(Type.Object({ name: Type.String() })) }) },
    handler: async (ctx) => {
      const { oidc } = ctx.platform.config;
      return { password: true, oidc: oidc ? { name: new URL(oidc.issuer).hostname } : null };
    },
  }),
  route({
    method: 'POST',
    path: '/session',
    operationId: 'signIn',
    summary: 'Sign in with a password; sets the session cookie',
    permission: 'open',
    idempotent: false,
    body: Type.Object({
      email: Type.String({ minLength: 1, maxLength: 320 }),
      password: Type.String({ minLength: 1, maxLength: 1_000 }),
    }),
    response: { 201: personSchema },
    handler: async (ctx, { body, request, reply }) => signIn(ctx, body, request, reply),
  }),
  route({
    method: 'POST',
    path: '/session/ticket',
    operationId: 'signInByTicket',
    summary: 'Sign in with a one-time link; sets the session cookie',
    permission: 'open',
    idempotent: false,
    body: Type.Object({ ticket: Type.String({ minLength: 1, maxLength: 200 }) }),
    response: { 201: personSchema },
    handler: async (ctx, { body, request, reply }) => signInByTicket(ctx, body.ticket, request, reply),
  }),
  route({
    method: 'DELETE',
    path: '/session',
    operationId: 'signOut',
    summary: 'End the session of the cookie',
    permission: 'self',
    response: { 204: Type.Null() },
    handler: async (ctx, { reply }) => signOut(ctx, reply),
  }),
  route({
    method: 'GET',
    path: '/me',
    operationId: 'getMe',
    summary: 'Who you are',
    permission: 'self',
    response: {
      200: Type.Object({
        ...personSchema.properties,
        kind: Type.String(),
        actions: Type.Array(Type.String(), {
          description: 'What your roles in the organization carry, those of your groups included.',
        }),
      }),
    },
    handler: async (ctx, { reply }) => {
      const person = await findPerson(ctx, ctx.actor.id);
      const actions = await actionsInOrganization(ctx);
      if (person) etag(reply, person.version);
      if (person) return { ...person, kind: ctx.actor.kind, actions };
      const account = (await findServiceAccount(ctx, ctx.actor.id))!;
      return {
        ...account,
        email: '',
        role: null,
        defaultProjectId: ctx.actor.defaultProjectId ?? null,
        lastSeenAt: account.lastUsedAt,
        kind: ctx.actor.kind,
        actions,
      };
    },
  }),
  route({
    method: 'PATCH',
    path: '/me',
    operationId: 'changeMe',
    summary: 'Change your name, default project or password',
    permission: 'self',
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
      defaultProject: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 100 }))),
      currentPassword: Type.Optional(Type.String({ maxLength: 1_000 })),
      password: Type.Optional(password),
    }),
    response: { 200: personSchema },
    handler: async (ctx, { body, request, reply }) => {
      const person = await changeMe(ctx, body, request);
      etag(reply, person.version);
      return person;
    },
  }),
  route({
    method: 'POST',
    path: '/users',
    operationId: 'createPerson',
    summary: 'Add a person',
    permission: 'person.manage',
    body: Type.Object({
      email: Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 320 }),
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
      password: Type.Optional(password),
      role: Type.Optional(roleSchema),
    }),
    response: { 201: personSchema },
    handler: async (ctx, { body }) => createPerson(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/users',
    operationId: 'listPeople',
    summary: 'People of the organization',
    permission: 'person.read',
    query: Type.Object(personList.query),
    response: { 200: pageOf(personSchema) },
    handler: async (ctx, { query }) => {
      await require(ctx, 'person.read', organization);
      return listPeople(ctx, query);
    },
  }),
  route({
    method: 'GET',
    path: '/users/{user}',
    operationId: 'getPerson',
    summary: 'One person',
    permission: 'person.read',
    params: Type.Object({ user: pathId('Id of the person.') }),
    response: { 200: personSchema },
    handler: async (ctx, { params, reply }) => {
      await require(ctx, 'person.read', organization);
      const person = await findPerson(ctx, params.user);
      if (!person) throw notFound('person', params.user);
      etag(reply, person.version);
      return person;
    },
  }),
  route({
    method: 'PATCH',
    path: '/users/{user}',
    operationId: 'changePerson',
    summary: 'Rename, change the role, disable or enable',
    permission: 'person.manage',
    params: Type.Object({ user: pathId('Id of the person.') }),
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
      role: Type.Optional(roleSchema),
      state: Type.Optional(oneOf(['active', 'disabled'])),
    }),
    response: { 200: personSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      const person = await changePerson(ctx, params.user, body, request);
      etag(reply, person.version);
      return person;
    },
  }),
  route({
    method: 'POST',
    path: '/tokens',
    operationId: 'createToken',
    summary: 'Make a token of your own; it is shown once',
    permission: 'self',
    idempotent: false,
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      projectId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      actions: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 200 })),
      expiresAt: Type.Optional(timestamp),
    }),
    response: { 201: Type.Object({ ...tokenFields, token: Type.String() }) },
    handler: async (ctx, { body }) => createToken(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/tokens',
    operationId: 'listTokens',
    summary: 'Your tokens with their last use',
    permission: 'self',
    query: Type.Object(tokenList.query),
    response: { 200: pageOf(Type.Object(tokenFields)) },
    handler: async (ctx, { query }) => {
      requireOwn(ctx, 'self.read');
      return tokensOf(ctx, ctx.actor.id, query);
    },
  }),
  route({
    method: 'DELETE',
    path: '/tokens/{token}',
    operationId: 'revokeToken',
    summary: 'Make a token worthless, in every server within five seconds',
    permission: 'self',
    params: Type.Object({ token: pathId('Id of the token.') }),
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => dropToken(ctx, params.token),
  }),
  route({
    method: 'GET',
    path: '/access/roles',
    operationId: 'listRoles',
    summary: 'Roles as sets of actions',
    permission: 'self',
    response: {
      200: Type.Object({
        project: Type.Record(Type.String(), Type.Array(Type.String())),
        organization: Type.Record(Type.String(), Type.Array(Type.String())),
      }),
    },
    handler: async () => ({ project: projectRoles, organization: organizationRoles }),
  }),
];
