import { sql } from 'kysely';
import { Type } from 'typebox';
import { organization, require, visible } from '../access/index.ts';
import { projectIdOf } from '../people/index.ts';
import {
  type AnyRoute,
  type Context,
  defineList,
  fields,
  type ListQuery,
  pageOf,
  presentEvent,
  readPage,
  route,
  sealedColumns,
  verifyEvents,
} from '../platform/index.ts';
import { streamEvents } from './stream-events.ts';

export const eventSchema = Type.Object({
  sequence: Type.Integer(),
  time: Type.String({ format: 'date-time' }),
  actor: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String() }),
  verb: Type.String(),
  object: Type.Object({ type: Type.String(), id: Type.String(), projectId: Type.Union([Type.String(), Type.Null()]) }),
  requestId: Type.String(),
  data: Type.Unknown(),
});

const filters = {
  verb: Type.Optional(Type.String({ maxLength: 100 })),
  actor: Type.Optional(Type.String({ maxLength: 100 })),
  object: Type.Optional(Type.String({ maxLength: 250, description: 'type:id' })),
  project: Type.Optional(Type.String({ maxLength: 100, description: 'Id or slug.' })),
  from: Type.Optional(Type.String({ format: 'date-time' })),
  to: Type.Optional(Type.String({ format: 'date-time' })),
};

type Filters = { [K in keyof typeof filters]?: string };

export const eventList = defineList({
  name: 'events',
  sort: '-sequence',
  id: 'sequence',
  fields: {
    sequence: fields.integer('events.sequence'),
    time: fields.time('events.time'),
    verb: fields.text('events.verb'),
    'actor.kind': fields.text('events.actorKind'),
    'actor.id': fields.text('events.actorId'),
    'actor.name': fields.text('events.actorName'),
    'object.type': fields.text('events.objectType'),
    'object.id': fields.text('events.objectId'),
    'object.projectId': fields.text('events.projectId', { nullable: true }),
    requestId: fields.text('events.requestId', { sortable: false }),
  },
});

const { project: _everywhere, ...inOneProject } = filters;
/** Query of the activity of a project that the address names. */
export const activityQuery = Type.Object({ ...eventList.query, ...inOneProject });

/** Sealed events that fit, newest first unless asked otherwise. */
export async function listEvents(ctx: Context, filter: Filters & ListQuery, mine: 'all' | 'visible') {
  let rows = ctx.db.selectFrom('events').select(sealedColumns).where('sequence', 'is not', null);
  if (mine === 'visible') rows = rows.where(visible(ctx, 'project.read', sql.ref('events.project_id')));
  if (filter.verb) rows = rows.where('verb', '=', filter.verb);
  if (filter.actor) rows = rows.where('actorId', '=', filter.actor);
  if (filter.project) rows = rows.where('projectId', '=', await projectIdOf(ctx, filter.project));
  if (filter.from) rows = rows.where('time', '>=', filter.from);
  if (filter.to) rows = rows.where('time', '<', filter.to);
  if (filter.object) {
    const colon = filter.object.indexOf(':');
    rows = rows.where('objectType', '=', filter.object.slice(0, colon)).where('objectId', '=', filter.object.slice(colon + 1));
  }
  const page = await readPage(eventList, rows, filter);
  return { ...page, items: page.items.map(presentEvent) };
}

export const auditRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/audit',
    operationId: 'listAuditEvents',
    summary: 'Everything that happened, newest first',
    permission: 'audit.read',
    query: Type.Object({ ...eventList.query, ...filters }),
    response: { 200: pageOf(eventSchema) },
    handler: async (ctx, { query }) => {
      await require(ctx, 'audit.read', organization);
      return listEvents(ctx, query, 'all');
    },
  }),
  route({
    method: 'GET',
    path: '/audit/verify',
    operationId: 'verifyAudit',
    summary: 'Recompute the chain and name the first place where the record was changed',
    permission: 'audit.read',
    response: {
      200: Type.Object({
        valid: Type.Boolean(),
        checked: Type.Integer(),
        head: Type.String(),
        firstBadSequence: Type.Union([Type.Integer(), Type.Null()]),
      }),
    },
    handler: async (ctx) => {
      await require(ctx, 'audit.read', organization);
      return verifyEvents(ctx.platform.database.pool);
    },
  }),
  route({
    method: 'GET',
    path: '/activity',
    operationId: 'listActivity',
    summary: 'What happened in the projects that you may see, newest first',
    permission: 'project.read',
    query: Type.Object({ ...eventList.query, ...filters }),
    response: { 200: pageOf(eventSchema) },
    handler: async (ctx, { query }) => listEvents(ctx, query, 'visible'),
  }),
  route({
    method: 'GET',
    path: '/events',
    operationId: 'streamEvents',
    summary: 'Live stream of what you may see (server-sent events)',
    description:
      'The id of each message is the sealed sequence; send it back as Last-Event-ID to go on where you were. `after=0` begins with the first.',
    permission: 'project.read',
    query: Type.Object({
      after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
      project: Type.Optional(Type.String({ maxLength: 100, description: 'Id or slug.' })),
      timeoutSeconds: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 86_400,
          description: 'The stream ends after so long; 0: with what has happened by now.',
        }),
      ),
    }),
    produces: ['text/event-stream'],
    response: { 200: Type.String({ description: 'Messages with id, event (noun.verb) and data (the event).' }) },
    handler: async (ctx, { query, request, reply }) => streamEvents(ctx, request, reply, query),
  }),
];
