import { Type } from 'typebox';
import { type AnyRoute, type Context, type Problem, route, type Wire } from '../../platform/index.ts';
import { artifactEndpoints } from './artifact-endpoints.ts';
import { artifactUploadEndpoints, signedEndpoints } from './artifact-upload-endpoints.ts';
import { assessmentEndpoints } from './assessment-endpoints.ts';
import { type Endpoint, trackingEndpoints } from './endpoints.ts';
import type { Message } from './messages.ts';
import { protocolVersion } from './messages.ts';
import { metricEndpoints } from './metric-endpoints.ts';
import { modelEndpoints } from './model-endpoints.ts';
import { otlpEndpoints } from './otlp-endpoint.ts';
import { registeredModelEndpoints } from './registered-model-endpoints.ts';
import { traceEndpoints } from './trace-endpoints.ts';
import { versionEndpoints } from './version-endpoints.ts';

const errorCodes: Record<string, string> = {
  'not-found': 'RESOURCE_DOES_NOT_EXIST',
  'experiment-exists': 'RESOURCE_ALREADY_EXISTS',
  'already-exists': 'RESOURCE_ALREADY_EXISTS',
  'model-exists': 'RESOURCE_ALREADY_EXISTS',
  forbidden: 'PERMISSION_DENIED',
  'approval-required': 'PERMISSION_DENIED',
  'approval-rejected': 'PERMISSION_DENIED',
  unauthenticated: 'UNAUTHENTICATED',
  'bad-token': 'UNAUTHENTICATED',
  'not-implemented': 'NOT_IMPLEMENTED',
  unavailable: 'TEMPORARILY_UNAVAILABLE',
  internal: 'INTERNAL_ERROR',
};

/** Our problems in the client's form. What exists already is a 400 there. */
function presentProblem(problem: Problem) {
  const code =
    errorCodes[problem.code] ??
    (problem.status >= 500
      ? 'TEMPORARILY_UNAVAILABLE'
      : problem.status === 429
        ? 'REQUEST_LIMIT_EXCEEDED'
        : 'INVALID_PARAMETER_VALUE');
  const status = code === 'PERMISSION_DENIED' ? 403 : problem.status === 409 ? 400 : problem.status;
  return { status, body: { error_code: code, message: problem.detail }, headers: { 'content-type': 'application/json' } };
}

/** A body that is no object counts as an empty message, as the clients' server has it; the first missing field is then named. */
const asMessage = (value: unknown): Message =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Message) : {};

/** Query strings carry numbers as text and lists by repetition; both read alike here. */
function endpointRoutes(endpoints: Endpoint[]): AnyRoute[] {
  return endpoints.flatMap(({ method, path, only, permission, handle }) =>
    (only ? [only] : ['2.0', '3.0']).map((version) =>
      route({
        method,
        path: `/${version}/mlflow/${path}`,
        operationId: `mlflow ${method} ${version} ${path}`,
        summary: path,
        permission,
        response: { 200: Type.Unknown() },
        bodyLimitBytes: 16 * 1024 * 1024,
        handler: async (ctx: Context, { params, query, body }) => {
          const message = { ...asMessage(query), ...asMessage(body) };
          return (await handle(ctx, message, params as Record<string, string>)) ?? {};
        },
      }),
    ),
  );
}

const endpoints = [
  ...trackingEndpoints,
  ...metricEndpoints,
  ...modelEndpoints,
  ...registeredModelEndpoints,
  ...versionEndpoints,
  ...traceEndpoints,
  ...assessmentEndpoints,
];

/** Everything else under the prefixes: told as not offered, in the client's form. */
const notOffered: AnyRoute[] = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).flatMap((method) =>
  ['2.0', '3.0'].map((version) =>
    route({
      method,
      path: `/${version}/mlflow/{rest+}`,
      operationId: `mlflow ${method} ${version} other`,
      summary: 'Not offered',
      permission: 'self',
      response: { 200: Type.Unknown() },
      handler: async (_ctx, { params, reply }) =>
        reply.code(501).send({
          error_code: 'NOT_IMPLEMENTED',
          message: `Plinth does not offer ${method} ${(params as { rest: string }).rest} on this wire.`,
        }),
    }),
  ),
);

/** What no client of the artifact proxy asks for: told in its form as well. */
const noSuchArtifactPath: AnyRoute[] = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) =>
  route({
    method,
    path: '/2.0/mlflow-artifacts/{rest+}',
    operationId: `mlflow artifacts ${method} other`,
    summary: 'No such path',
    permission: 'self',
    response: { 200: Type.Unknown() },
    handler: async (_ctx, { params, reply }) =>
      reply.code(404).send({
        error_code: 'ENDPOINT_NOT_FOUND',
        message: `The artifact proxy has no ${method} of "${(params as { rest: string }).rest}".`,
      }),
  }),
);

export function mlflowWire(): Wire[] {
  const prefixes = ['/api', '/ajax-api', '/mlflow/{project}/api', '/mlflow/{project}/ajax-api'];
  const version = route({
    method: 'GET',
    path: '/version',
    operationId: 'version',
    summary: 'Version of the protocol',
    permission: 'open',
    response: { 200: Type.String() },
    produces: ['text/plain'],
    handler: async (_ctx, { reply }) => reply.type('text/plain; charset=utf-8').send(protocolVersion),
  });
  const health = route({
    method: 'GET',
    path: '/health',
    operationId: 'projectHealth',
    summary: 'For clients that look at the tracking URI',
    permission: 'open',
    response: { 200: Type.String() },
    produces: ['text/plain'],
    handler: async (_ctx, { reply }) => reply.type('text/plain; charset=utf-8').send('OK'),
  });
  return [
    { name: 'mlflow', prefixes, lenientBody: true, presentProblem, routes: [...endpointRoutes(endpoints), ...notOffered] },
    {
      name: 'mlflow-artifacts',
      prefixes,
      rawBody: true,
      presentProblem,
      routes: [...artifactEndpoints, ...signedEndpoints, ...noSuchArtifactPath],
    },
    { name: 'mlflow-uploads', prefixes, lenientBody: true, presentProblem, routes: artifactUploadEndpoints },
    { name: 'mlflow-otlp', prefixes: ['', '/mlflow/{project}'], rawBody: true, presentProblem, routes: otlpEndpoints },
    { name: 'mlflow-root', prefixes: ['', '/mlflow/{project}'], presentProblem, routes: [version] },
    { name: 'mlflow-health', prefixes: ['/mlflow/{project}'], presentProblem, routes: [health] },
  ];
}
