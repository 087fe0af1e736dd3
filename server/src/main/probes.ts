import { sql } from 'kysely';
import { Type } from 'typebox';
import { organization, require } from '../access/index.ts';
import { type AnyRoute, metrics, openApiDocument, presentProblem, route, type Wire } from '../platform/index.ts';
import { version } from './version.ts';

const text = Type.String();

/** Probes and metrics at the root. `parts` tells whether the process has finished starting. */
export function probes(ready: () => boolean): Wire {
  const state = Type.Object({ status: Type.String(), parts: Type.Record(Type.String(), Type.String()) });
  return {
    name: 'probes',
    prefixes: [''],
    routes: [
      route({
        method: 'GET',
        path: '/livez',
        operationId: 'livez',
        summary: 'The process runs',
        permission: 'open',
        response: { 200: text },
        produces: ['text/plain'],
        handler: async (_ctx, { reply }) => plain(reply, 'ok'),
      }),
      route({
        method: 'GET',
        path: '/health',
        operationId: 'health',
        summary: 'For MLflow clients',
        permission: 'open',
        response: { 200: text },
        produces: ['text/plain'],
        handler: async (_ctx, { reply }) => plain(reply, 'OK'),
      }),
      route({
        method: 'GET',
        path: '/readyz',
        operationId: 'readyz',
        summary: 'Requests are served',
        permission: 'open',
        response: { 200: state },
        handler: async (ctx, { reply }) => {
          const parts: Record<string, string> = { process: ready() ? 'ready' : 'starting' };
          parts.database = await sql`select 1`.execute(ctx.db).then(
            () => 'ready',
            () => 'unavailable',
          );
          const status = Object.values(parts).every((part) => part === 'ready') ? 'ready' : 'not-ready';
          if (status !== 'ready') reply.code(503);
          return { status, parts };
        },
      }),
      route({
        method: 'GET',
        path: '/metrics',
        operationId: 'metrics',
        summary: 'Prometheus metrics of this process',
        permission: 'organization.read',
        response: { 200: text },
        produces: ['text/plain'],
        handler: async (ctx, { reply }) => {
          await require(ctx, 'organization.read', organization);
          return reply.type(metrics.contentType).send(await metrics.metrics());
        },
      }),
    ],
    presentProblem: (problem, request) => ({
      status: problem.status,
      body: presentProblem(problem, request.id),
      headers: { 'content-type': 'application/problem+json' },
    }),
  };
}

const plain = (reply: { type(value: string): { send(body: string): unknown } }, body: string) =>
  reply.type('text/plain; charset=utf-8').send(body);

/** The document of the API, open to all so that clients can be made from it. */
export function documentRoute(routes: () => readonly AnyRoute[]): AnyRoute {
  return route({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    permission: 'open',
    response: { 200: Type.Unknown() },
    handler: async () => openApiDocument(routes(), version),
  });
}
