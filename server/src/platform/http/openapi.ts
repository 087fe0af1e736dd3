import type { TSchema } from 'typebox';
import { itemOfPage } from '../lists/csv.ts';
import { type AnyRoute, emptiable, mayOmitBody } from './route.ts';

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'errors'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; listed in the docs.' },
    detail: { type: 'string', description: 'What is wrong and what to do next.' },
    instance: { type: 'string', description: 'The request id.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};

/** The OpenAPI 3.1 document of our own API, from the same schemas that check it. */
export function openApiDocument(routes: readonly AnyRoute[], version: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  const sorted = [...routes].sort((a, b) => (a.path === b.path ? a.method.localeCompare(b.method) : a.path < b.path ? -1 : 1));
  for (const definition of sorted) {
    const path = `/api/v1${definition.path.replaceAll(/\{(\w+)\+\}/g, '{$1}')}`;
    paths[path] ??= {};
    paths[path][definition.method.toLowerCase()] = operation(definition);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plinth',
      version,
      description: 'Everything that the web UI and the command line do, they do by these routes.',
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { basic: [] }, { session: [] }],
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token, pln_…' },
        basic: { type: 'http', scheme: 'basic', description: 'Any user name, the token as password.' },
        session: { type: 'apiKey', in: 'cookie', name: 'plinth_session' },
      },
    },
  };
}

function operation(definition: AnyRoute): object {
  const parameters = [
    ...parametersOf(
      definition.params,
      'path',
      [...definition.path.matchAll(/\{(\w+)\+?\}/g)].map((match) => match[1]!),
    ),
    ...parametersOf(definition.query, 'query', []),
  ];
  const creates = definition.method === 'POST' && definition.idempotent !== false;
  if (creates) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]+$' },
    });
  }
  return {
    operationId: definition.operationId,
    summary: definition.summary,
    ...(definition.description ? { description: definition.description } : {}),
    tags: [
      definition.path
        .split('/')
        .filter((segment: string) => segment && !segment.startsWith('{'))
        .at(definition.path.startsWith('/projects/{project}/') ? 1 : 0) ?? 'platform',
    ],
    'x-permission': definition.permission,
    ...(definition.permission === 'open' ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(definition.body
      ? {
          requestBody: {
            required: !mayOmitBody(definition),
            content: { [bodyType(definition)]: { schema: bodySchema(definition) } },
          },
        }
      : definition.bodyKind === 'stream'
        ? {
            requestBody: {
              required: true,
              content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
            },
          }
        : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(definition.response as Record<string, TSchema>).map(([status, schema]) => [
          status,
          answer(definition, status, schema),
        ]),
      ),
      default: {
        description: 'A problem.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function answer(definition: AnyRoute, status: string, schema: TSchema): object {
  const description = (schema as { description?: string }).description ?? definition.summary;
  if (status === '204') return { description };
  if (definition.produces)
    return { description, content: Object.fromEntries(definition.produces.map((type) => [type, { schema }])) };
  const table = status === '200' && itemOfPage(definition) ? { 'text/csv': { schema: { type: 'string' } } } : {};
  return { description, content: { 'application/json': { schema }, ...table } };
}

function bodySchema(definition: AnyRoute): object {
  const names = emptiable(definition);
  if (names.length === 0) return definition.body;
  const { properties } = definition.body;
  const nulls = Object.fromEntries(names.map((name) => [name, { anyOf: [properties[name], { type: 'null' }] }]));
  return { ...definition.body, properties: { ...properties, ...nulls } };
}

function bodyType(definition: AnyRoute): string {
  if (definition.bodyKind === 'multipart') return 'multipart/form-data';
  return definition.bodyKind === 'stream' ? 'application/octet-stream' : 'application/json';
}

function parametersOf(
  schema: { properties?: Record<string, TSchema>; required?: string[] } | undefined,
  place: string,
  names: string[],
): object[] {
  const properties = schema?.properties ?? {};
  const all = new Set([...names, ...Object.keys(properties)]);
  return [...all].map((name) => ({
    name,
    in: place,
    required: place === 'path' || (schema?.required ?? []).includes(name),
    ...(properties[name] && 'description' in properties[name] ? { description: properties[name].description } : {}),
    schema: properties[name] ?? { type: 'string' },
  }));
}
