import { Type } from 'typebox';
import { type AnyRoute, defineShortList, pageOf, pathId, readShortList, route } from '../platform/index.ts';
import { endOwnSessions, endSessionsOf, listOwnSessions, listSessionsOf, sessionSchema } from './sessions.ts';

const ofPerson = Type.Object({ user: pathId('Id of the person.') });
const sessionList = defineShortList('sessions', sessionSchema, { sort: '-lastSeenAt', id: ['id'] });

export const sessionRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/sessions',
    operationId: 'listSessions',
    summary: 'Where you are signed in',
    permission: 'self',
    query: Type.Object(sessionList.query),
    response: { 200: pageOf(sessionSchema) },
    handler: async (ctx, { query }) => readShortList(sessionList, await listOwnSessions(ctx), query),
  }),
  route({
    method: 'DELETE',
    path: '/sessions',
    operationId: 'endOtherSessions',
    summary: 'Sign out everywhere else',
    permission: 'self',
    response: { 204: Type.Null() },
    handler: async (ctx) => endOwnSessions(ctx),
  }),
  route({
    method: 'DELETE',
    path: '/sessions/{session}',
    operationId: 'endSession',
    summary: 'Sign out on one device',
    permission: 'self',
    params: Type.Object({ session: pathId('Id of the session.') }),
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => endOwnSessions(ctx, params.session),
  }),
  route({
    method: 'GET',
    path: '/users/{user}/sessions',
    operationId: 'listSessionsOfPerson',
    summary: 'Where a person is signed in',
    permission: 'person.manage',
    params: ofPerson,
    query: Type.Object(sessionList.query),
    response: { 200: pageOf(sessionSchema) },
    handler: async (ctx, { params, query }) => readShortList(sessionList, await listSessionsOf(ctx, params.user), query),
  }),
  route({
    method: 'DELETE',
    path: '/users/{user}/sessions',
    operationId: 'endSessionsOfPerson',
    summary: 'Sign a person out everywhere; their tokens stay',
    permission: 'person.manage',
    params: ofPerson,
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => endSessionsOf(ctx, params.user),
  }),
  route({
    method: 'DELETE',
    path: '/users/{user}/sessions/{session}',
    operationId: 'endSessionOfPerson',
    summary: 'Sign a person out on one device',
    permission: 'person.manage',
    params: Type.Object({ ...ofPerson.properties, session: pathId('Id of the session.') }),
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => endSessionsOf(ctx, params.user, params.session),
  }),
];
