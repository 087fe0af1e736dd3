import { sql } from 'kysely';
import { Type } from 'typebox';
import { organizationId, visible } from '../access/index.ts';
import { type AnyRoute, etag, oneOf, pageOf, pathId, route, timestamp } from '../platform/index.ts';
import { changeServiceAccount, createServiceAccount, dropServiceAccount, openServiceAccount } from './change-service-account.ts';
import { projectIdOf } from './own-project.ts';
import { tokenFields } from './people-routes.ts';
import { tokenList, tokensOf } from './person-store.ts';
import { serviceAccountRoles, serviceAccountSchema } from './service-account.ts';
import { listServiceAccounts, serviceAccountList } from './service-account-store.ts';
import { createServiceAccountToken, dropServiceAccountToken } from './service-account-tokens.ts';

const params = Type.Object({ serviceAccount: pathId('Id of the service account.') });
const name = Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' });
const description = Type.Optional(Type.String({ maxLength: 1_000 }));

export const serviceAccountRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/service-accounts',
    operationId: 'createServiceAccount',
    summary: 'Make an account for programs, of the organization or of a project',
    permission: 'service-account.manage',
    body: Type.Object({
      name,
      description,
      projectId: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Id or slug.' })),
      role: Type.Optional(oneOf(serviceAccountRoles)),
    }),
    response: { 201: serviceAccountSchema },
    handler: async (ctx, { body }) => createServiceAccount(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/service-accounts',
    operationId: 'listServiceAccounts',
    summary: 'Service accounts that you may see: those of your projects; administrators and auditors see all',
    permission: 'service-account.read',
    query: Type.Object({
      ...serviceAccountList.query,
      project: Type.Optional(Type.String({ maxLength: 100, description: 'Id or slug.' })),
    }),
    response: { 200: pageOf(serviceAccountSchema) },
    handler: async (ctx, { query }) => {
      const scope = sql`coalesce(service_accounts.project_id, ${organizationId})`;
      const project = query.project === undefined ? undefined : await projectIdOf(ctx, query.project);
      return listServiceAccounts(ctx, visible(ctx, 'service-account.read', scope), { ...query, project });
    },
  }),
  route({
    method: 'GET',
    path: '/service-accounts/{serviceAccount}',
    operationId: 'getServiceAccount',
    summary: 'One service account',
    permission: 'service-account.read',
    params,
    response: { 200: serviceAccountSchema },
    handler: async (ctx, { params: { serviceAccount }, reply }) => {
      const account = await openServiceAccount(ctx, serviceAccount, 'service-account.read');
      etag(reply, account.version);
      return account;
    },
  }),
  route({
    method: 'PATCH',
    path: '/service-accounts/{serviceAccount}',
    operationId: 'changeServiceAccount',
    summary: 'Rename, describe, disable or enable',
    permission: 'service-account.manage',
    params,
    body: Type.Object({
      name: Type.Optional(name),
      description,
      state: Type.Optional(serviceAccountSchema.properties.state),
    }),
    response: { 200: serviceAccountSchema },
    handler: async (ctx, { params: { serviceAccount }, body, request, reply }) => {
      const account = await changeServiceAccount(ctx, serviceAccount, body, request);
      etag(reply, account.version);
      return account;
    },
  }),
  route({
    method: 'DELETE',
    path: '/service-accounts/{serviceAccount}',
    operationId: 'deleteServiceAccount',
    summary: 'Delete it with its roles and tokens',
    permission: 'service-account.manage',
    params,
    response: { 204: Type.Null() },
    handler: async (ctx, { params: { serviceAccount } }) => dropServiceAccount(ctx, serviceAccount),
  }),
  route({
    method: 'POST',
    path: '/service-accounts/{serviceAccount}/tokens',
    operationId: 'createServiceAccountToken',
    summary: 'Make a token of a service account; it is shown once',
    permission: 'service-account.manage',
    idempotent: false,
    params,
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      actions: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 200 })),
      expiresAt: Type.Optional(timestamp),
    }),
    response: { 201: Type.Object({ ...tokenFields, token: Type.String() }) },
    handler: async (ctx, { params: { serviceAccount }, body }) => createServiceAccountToken(ctx, serviceAccount, body),
  }),
  route({
    method: 'GET',
    path: '/service-accounts/{serviceAccount}/tokens',
    operationId: 'listServiceAccountTokens',
    summary: 'Tokens of a service account with their last use',
    permission: 'service-account.read',
    params,
    query: Type.Object(tokenList.query),
    response: { 200: pageOf(Type.Object(tokenFields)) },
    handler: async (ctx, { params: { serviceAccount }, query }) => {
      const account = await openServiceAccount(ctx, serviceAccount, 'service-account.read');
      return tokensOf(ctx, account.id, query);
    },
  }),
  route({
    method: 'DELETE',
    path: '/service-accounts/{serviceAccount}/tokens/{token}',
    operationId: 'revokeServiceAccountToken',
    summary: 'Make a token of a service account worthless, in every server within five seconds',
    permission: 'service-account.manage',
    params: Type.Object({ ...params.properties, token: pathId('Id of the token.') }),
    response: { 204: Type.Null() },
    handler: async (ctx, { params: { serviceAccount, token } }) => dropServiceAccountToken(ctx, serviceAccount, token),
  }),
];
