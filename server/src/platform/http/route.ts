import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import type { Context } from '../context.ts';
import type { Problem } from '../problem.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a handler is given besides the context: checked input, and the raw exchange for streams. */
export interface Input<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  request: FastifyRequest;
  reply: FastifyReply;
}

export interface RouteDefinition<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends TSchema = TSchema,
  R extends Record<number, TSchema> = Record<number, TSchema>,
> {
  method: Method;
  /** Under `/api/v1` unless a wire says otherwise; parameters as `{name}`, a rest as `{name+}`. */
  path: string;
  /** Stable name in openapi.json and the SDK, camelCase verb and noun: `startJob`. */
  operationId: string;
  summary: string;
  description?: string;
  /** The action that the operation decides on. `open`: no credentials. `self`: any signed-in caller, about themselves only. */
  permission: string;
  params?: P;
  query?: Q;
  body?: B;
  /** How the body comes: JSON unless said otherwise. `stream` and `multipart` are read by the handler. */
  bodyKind?: 'json' | 'stream' | 'multipart' | 'form';
  bodyLimitBytes?: number;
  /** Status and schema of each answer; a body's unknown columns are dropped. Empty for 204. */
  response: R;
  /** Content types of an answer that is not JSON; the handler then sends by itself or returns a stream or text. */
  produces?: string[];
  /** Creates are repeatable under an `Idempotency-Key` unless the handler streams. */
  idempotent?: false;
  handler(ctx: Context, input: Input<Static<P>, Static<Q>, Static<B>>): Promise<unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of routes mixes all input types
export type AnyRoute = RouteDefinition<any, any, any, any>;

/** Fixes the types of a route's handler from its schemas. */
export function route<
  P extends TObject = TObject<Record<never, never>>,
  Q extends TObject = TObject<Record<never, never>>,
  B extends TSchema = TSchema,
  R extends Record<number, TSchema> = Record<number, TSchema>,
>(definition: RouteDefinition<P, Q, B, R>): AnyRoute {
  return definition;
}

/** Whether nothing in the body has to be said: then a POST without any body is one with an empty object. */
export const mayOmitBody = ({ method, body, bodyKind = 'json' }: AnyRoute): boolean =>
  method === 'POST' && bodyKind === 'json' && body?.type === 'object' && (body.required ?? []).length === 0;

/** Texts of a merge patch that may be empty: for them null, which takes a value away (RFC 7396), is the empty text. */
export const emptiable = ({ method, body }: AnyRoute): string[] =>
  method === 'PATCH' && body?.type === 'object'
    ? Object.entries(body.properties as Record<string, { type?: string; minLength?: number; format?: string; enum?: unknown }>)
        .filter(([, one]) => one.type === 'string' && !one.minLength && !one.format && !one.enum)
        .map(([name]) => name)
    : [];

/** In place. */
export function emptyTexts(definition: AnyRoute, body: unknown): void {
  if (body === null || typeof body !== 'object') return;
  for (const name of emptiable(definition))
    if (Object.hasOwn(body, name) && (body as Record<string, unknown>)[name] === null)
      (body as Record<string, unknown>)[name] = '';
}

/**
 * A foreign protocol at the root: its own prefixes and its own form of errors. Its routes carry permissions like all others.
 * `presentProblem` turns one of our errors into the wire's answer.
 */
export interface Wire {
  name: string;
  /** The wire answers each of its routes under each prefix; `{project}` in a prefix sets `ctx.addressedProject`. */
  prefixes: string[];
  /** Which host answers it: the main one, or the content origin for what users made. */
  origin?: 'main' | 'content';
  routes: AnyRoute[];
  presentProblem(problem: Problem, request: FastifyRequest): { status: number; body: unknown; headers?: Record<string, string> };
  /** Looser body parsing than our API's (unknown members pass): foreign clients send what they like. */
  lenientBody?: boolean;
  /** Bodies of any content type are handed over as they come. */
  rawBody?: boolean;
}
