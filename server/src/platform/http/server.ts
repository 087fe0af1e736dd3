import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { newId } from '../../kit/ids.ts';
import { type Actor, anonymousActor, type Context, type Platform } from '../context.ts';
import { exportLimit, itemOfPage, sendCsv, wantsCsv } from '../lists/csv.ts';
import type { Page } from '../lists/list.ts';
import { Problem, presentProblem } from '../problem.ts';
import { countRefusal } from '../refusals.ts';
import { observeRequest } from '../telemetry.ts';
import { checkUrl, parseJson } from './edge.ts';
import { hostKind, sameOrigin } from './hosts.ts';
import { once } from './idempotency.ts';
import { OutgoingBlob } from './outgoing-blob.ts';
import { asProblem } from './problems.ts';
import { type AnyRoute, emptyTexts, mayOmitBody, type Wire } from './route.ts';

/** Finds out who asks. Null: no credentials were given. Throws 401 for credentials that are not, or no longer, good. */
export type Authenticate = (request: FastifyRequest) => Promise<{ actor: Actor; byCookie: boolean } | null>;

export interface HttpParts {
  platform: Platform;
  routes: AnyRoute[];
  wires: Wire[];
  authenticate: Authenticate;
  /** Adds what is not a route of ours: the static UI. */
  extend?: (app: FastifyInstance) => Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

const apiPrefix = '/api/v1';
const defaultBodyLimitBytes = 2 * 1024 * 1024;
const addStandardFormats = addFormatsModule as unknown as (ajv: Ajv) => Ajv;

/** A leap second is a time by the letter of RFC 3339; no clock of ours can say it. */
function addFormats(ajv: Ajv): Ajv {
  const { validate } = addStandardFormats(ajv).formats['date-time'] as { validate: (text: string) => boolean };
  return ajv.addFormat('date-time', { validate: (text: string) => validate(text) && !Number.isNaN(Date.parse(text)) });
}

/** Bodies are taken as sent; only what comes as text anyway (query, path) is turned into numbers and booleans. */
const validators = {
  body: addFormats(
    new Ajv({
      strict: false,
      coerceTypes: false,
      removeAdditional: false,
      useDefaults: true,
      allErrors: false,
      strictNumbers: true,
    }),
  ),
  text: addFormats(new Ajv({ strict: false, coerceTypes: true, removeAdditional: false, useDefaults: true, allErrors: false })),
};

/** Builds the one HTTP listener: edge limits, who asks, routes with schemas, wires, problem+json, metrics. */
export async function buildServer(parts: HttpParts): Promise<FastifyInstance> {
  const { platform } = parts;
  const prefix = new URL(platform.config.publicUrl).pathname.replace(/\/+$/, '');
  const app = Fastify({
    loggerInstance: platform.log as never,
    bodyLimit: defaultBodyLimitBytes,
    genReqId: () => newId('req'),
    trustProxy: 'loopback',
    routerOptions: { maxParamLength: 1_000 },
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 0,
    keepAliveTimeout: 75_000,
    return503OnClosing: true,
    forceCloseConnections: true,
    // A proxy may keep the path prefix of the public URL or strip it: both arrive at the same route.
    rewriteUrl: (request: { url?: string }) => {
      const url = request.url ?? '/';
      return prefix && (url === prefix || url.startsWith(`${prefix}/`)) ? url.slice(prefix.length) || '/' : url;
    },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  } as never) as unknown as FastifyInstance;

  app.setValidatorCompiler(
    ({ schema, httpPart }) => validators[httpPart === 'body' ? 'body' : 'text'].compile(schema as object) as never,
  );
  await app.register(cookie);
  useJsonBodies(app);
  await app.register(multipart, {
    limits: { fileSize: 64 * 1024 ** 3, files: 10_000, fields: 100, fieldSize: 1024 * 1024, parts: 10_100 },
  });
  app.decorateRequest('actor', null);

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    checkUrl(request.raw.url ?? '/');
  });
  app.addHook('onResponse', async (request, reply) => {
    const pattern = request.routeOptions.url ?? 'unknown';
    observeRequest(request.method, pattern, reply.statusCode, reply.elapsedTime / 1000);
    const line = {
      requestId: request.id,
      method: request.method,
      route: pattern,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      actor: request.actor?.id,
    };
    if (reply.statusCode >= 500) platform.log.error(line, 'request failed');
    else platform.log.debug(line, 'request');
  });
  app.setErrorHandler((error, request, reply) => sendProblem(platform, error, request, reply));

  const table: { method: string; pattern: RegExp }[] = [];
  const streams = parts.routes.filter((definition) => definition.bodyKind === 'stream');
  for (const definition of parts.routes)
    if (!streams.includes(definition)) addRoute(app, parts, definition, apiPrefix, null, table);
  await app.register(async (scope) => {
    takeAnyBody(scope);
    for (const definition of streams) addRoute(scope, parts, definition, apiPrefix, null, table);
  });
  for (const wire of parts.wires) {
    await app.register(async (scope) => {
      if (wire.rawBody) takeAnyBody(scope);
      scope.setErrorHandler((error, request, reply) => {
        const problem = asProblem(error);
        if (problem.status >= 500)
          platform.log.error({ requestId: request.id, error: (error as Error).stack }, 'wire request failed');
        const answer = wire.presentProblem(problem, request);
        return reply
          .code(answer.status)
          .headers({ ...problem.headers, ...answer.headers })
          .send(answer.body);
      });
      for (const definition of wire.routes)
        for (const wirePrefix of wire.prefixes) addRoute(scope, parts, definition, wirePrefix, wire, table);
    });
  }
  await parts.extend?.(app);
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0]!;
    const identity = hostKind(request, platform.config) === 'content' ? null : await identify(parts, request);
    if (!identity) throw unauthenticated(platform, request);
    const allowed = [...new Set(table.filter((entry) => entry.pattern.test(path)).map((entry) => entry.method))];
    if (allowed.length > 0) {
      reply.header('allow', allowed.join(', '));
      throw new Problem(405, 'method-not-allowed', `${path} takes ${allowed.join(', ')}, not ${request.method}.`);
    }
    throw new Problem(
      404,
      'no-such-route',
      `There is no ${request.method} ${path}. The routes are listed at ${apiPrefix}/openapi.json.`,
    );
  });
  return app;
}

function useJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/(?:[\w.+-]+\+)?json(?:;|$)/, { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as string));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Bytes are bytes, whatever the client calls them: the handler reads them as they come. */
function takeAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

function addRoute(
  app: FastifyInstance,
  parts: HttpParts,
  definition: AnyRoute,
  prefix: string,
  wire: Wire | null,
  table: { method: string; pattern: RegExp }[],
): void {
  if (!definition.permission) throw new Error(`Route ${definition.method} ${definition.path} has no permission`);
  if (!definition.response || !definition.operationId)
    throw new Error(`Route ${definition.method} ${definition.path} has no schemas or no operationId`);
  const url = (prefix + definition.path).replaceAll(/\{(\w+)\+\}/g, '*').replaceAll(/\{(\w+)\}/g, ':$1');
  table.push({ method: definition.method, pattern: patternOf(prefix + definition.path) });
  const success = Number(Object.keys(definition.response).find((status) => status.startsWith('2')) ?? 200);
  const rest = /\{(\w+)\+\}/.exec(definition.path)?.[1];
  const item = wire ? null : itemOfPage(definition);
  app.route({
    method: definition.method,
    url,
    bodyLimit: definition.bodyLimitBytes ?? defaultBodyLimitBytes,
    // HEAD of a GET would run the handler for nothing on streams.
    exposeHeadRoute: false,
    schema: {
      ...(definition.params && !rest ? { params: definition.params } : {}),
      ...(definition.query
        ? { querystring: wire ? definition.query : { ...definition.query, additionalProperties: false } }
        : {}),
      ...(definition.body && (definition.bodyKind ?? 'json') === 'json'
        ? { body: wire?.lenientBody ? definition.body : strict(definition.body) }
        : {}),
      ...(definition.produces ? {} : { response: jsonResponses(definition.response) }),
    },
    onRequest: async (request) => {
      const kind = hostKind(request, parts.platform.config);
      const elsewhere = kind !== (wire?.origin ?? 'main');
      // Who is unknown learns nothing of what is where.
      if (elsewhere && kind === 'main' && !(await identify(parts, request))) throw unauthenticated(parts.platform, request);
      if (elsewhere)
        throw new Problem(404, 'no-such-route', `There is no ${request.method} ${request.url.split('?')[0]} on this host.`);
      if (definition.permission === 'open' || wire?.origin === 'content') return;
      const identity = await identify(parts, request);
      if (!identity) throw unauthenticated(parts.platform, request);
    },
    preValidation: async (request) => {
      if (request.body === undefined && !wire && mayOmitBody(definition)) request.body = {};
      if (!wire) emptyTexts(definition, request.body);
    },
    handler: async (request, reply) => {
      const params = request.params as Record<string, string>;
      if (rest) params[rest] = params['*'] ?? '';
      const ctx = contextOf(parts.platform, request, wire ? params.project : undefined);
      reply.code(success);
      const input = { params, query: request.query, body: request.body, request, reply };
      const run = async (context: Context) => {
        const body = await definition.handler(context, input);
        requireDecision(definition, context);
        return body;
      };
      const key = request.headers['idempotency-key'];
      if (!wire && definition.method === 'POST' && definition.idempotent !== false && typeof key === 'string') {
        const result = await once(
          ctx,
          key,
          { method: request.method, url: request.url, body: request.body ?? null },
          () => reply.statusCode,
          run,
        );
        if (result.replayed) reply.header('idempotent-replayed', 'true').code(result.status);
        return reply.send(result.body);
      }
      if (item && wantsCsv(request)) {
        const read = (cursor: object) => {
          input.query = { ...(request.query as object), limit: exportLimit, ...cursor };
          return run(ctx) as Promise<Page<object>>;
        };
        return sendCsv(reply, item, await read({}), (cursor) => read({ cursor }));
      }
      const result = await run(ctx);
      if (result instanceof OutgoingBlob) return result.sendTo(reply);
      if (reply.sent || reply.raw.headersSent) return reply;
      return reply.send(result ?? null);
    },
  });
}

/** An operation that took no decision on its route's action must not answer: a missing check is a fault of ours, never an open door. */
function requireDecision(definition: AnyRoute, ctx: Context): void {
  if (definition.permission === 'open' || definition.permission === 'self' || ctx.decided.has(definition.permission)) return;
  throw new Error(`${definition.method} ${definition.path} answered without a decision on ${definition.permission}`);
}

export function contextOf(platform: Platform, request: FastifyRequest, addressedProject?: string): Context {
  return {
    platform,
    actor: request.actor ?? anonymousActor,
    db: platform.database.db,
    requestId: request.id,
    log: platform.log.child({ requestId: request.id }),
    inTransaction: false,
    decided: new Set(),
    ...(addressedProject === undefined ? {} : { addressedProject }),
  };
}

async function identify(parts: HttpParts, request: FastifyRequest): Promise<Actor | null> {
  const identity = await parts.authenticate(request);
  if (!identity) return null;
  if (identity.byCookie && !sameOrigin(request, parts.platform.config)) {
    throw new Problem(403, 'cross-origin', 'A page of another origin may not use your session. Use a token for programs.');
  }
  request.actor = identity.actor;
  return identity.actor;
}

/** Only git waits to be asked for a password; a browser that is asked would open a dialog of its own over our page. */
function unauthenticated(platform: Platform, request: FastifyRequest): Problem {
  countRefusal(platform, 'no-credentials');
  return new Problem(
    401,
    'unauthenticated',
    'Sign in, or send a token as "Authorization: Bearer pln_…" (make one under Account, Tokens).',
    {
      headers: { 'www-authenticate': request.url.startsWith('/git/') ? 'Basic realm="Plinth"' : 'Bearer realm="Plinth"' },
    },
  );
}

function sendProblem(platform: Platform, error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const problem = asProblem(error);
  if (problem.status >= 500) platform.log.error({ requestId: request.id, error: (error as Error).stack }, 'request failed');
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(presentProblem(problem, request.id));
}

/** Unknown members of a body are refused, at every level that does not say otherwise. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    copy[key] =
      key === 'properties'
        ? Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, strict(inner)]))
        : key === 'default' || key === 'enum' || key === 'examples' || key === 'required'
          ? value
          : strict(value);
  }
  if (copy.type === 'object' && (copy.properties || copy.patternProperties) && copy.additionalProperties === undefined)
    copy.additionalProperties = false;
  return copy;
}

function jsonResponses(response: Record<number, unknown>): Record<number, unknown> {
  return Object.fromEntries(Object.entries(response).filter(([status]) => status !== '204'));
}

function patternOf(path: string): RegExp {
  const escaped = path
    .replaceAll(/[.*?^$()|[\]\\]/g, '\\$&')
    .replaceAll(/\{\w+\+\}/g, '.*')
    .replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${escaped}$`);
}
