import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Gateway, Route } from '../../deployments/index.ts';
import { type AnyRoute, type Context, invalidField, notFound, Problem, route, type Wire } from '../../platform/index.ts';
import { type Channel, channelNames } from '../../policies/index.ts';
import { readBody } from '../read-body.ts';
import { presentProblem } from './errors.ts';

const bodyLimitBytes = 64 * 1024 * 1024;
const defaultTimeoutSeconds = 60;
const longestTimeoutSeconds = 600;
const permission = 'deployment.call';
const anything = { 200: Type.Unknown() };

interface Asked {
  name: string;
  channel?: Channel;
  model?: string;
  version?: string;
}

/** `gateway` is asked for at each request: it is opened after the routes are built. */
export function servingWire(gateway: () => Gateway): Wire {
  const open = async (ctx: Context, params: unknown): Promise<{ found: Route; asked: Asked }> => {
    const asked = params as Asked;
    const found = await gateway().open(ctx, asked.name);
    if (asked.channel !== undefined && !channelNames.includes(asked.channel)) throw notFound('channel', asked.channel);
    return { found, asked };
  };

  async function predict(
    ctx: Context,
    params: unknown,
    form: 'mlflow' | 'v2',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { found, asked } = await open(ctx, params);
    if (form === 'v2') checkModel(asked, gateway().channel(found, asked.channel ?? null, stickyKeyOf(request)));
    const gone = new AbortController();
    reply.raw.on('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const stickyKey = stickyKeyOf(request);
    const answer = await gateway().call(ctx, found, {
      channel: asked.channel ?? null,
      form,
      contentType: request.headers['content-type'] ?? '',
      body: await readBody(request, bodyLimitBytes, 'Send the rows in several requests.'),
      timeoutSeconds: timeoutOf(request),
      signal: gone.signal,
      ...(stickyKey === undefined ? {} : { stickyKey }),
    });
    return reply
      .code(answer.status)
      .headers({
        'content-type': 'application/json',
        'x-plinth-prediction-id': answer.predictionId,
        'x-plinth-model': `${answer.modelName}/${answer.modelVersion}`,
        'x-plinth-model-version': String(answer.modelVersion),
        'x-plinth-revision-id': answer.revisionId,
        'x-plinth-channel': answer.channel,
        'cache-control': 'no-store',
      })
      .send(answer.body);
  }

  const get = (
    path: string,
    operationId: string,
    summary: string,
    answer: (found: Route, asked: Asked, reply: FastifyReply) => unknown,
  ) =>
    route({
      method: 'GET',
      path,
      operationId,
      summary,
      permission,
      response: anything,
      produces: ['application/json'],
      handler: async (ctx, { params, reply }) => {
        const { found, asked } = await open(ctx, params);
        return answer(found, asked, reply);
      },
    });
  const post = (path: string, operationId: string, summary: string, form: 'mlflow' | 'v2') =>
    route({
      method: 'POST',
      path,
      operationId,
      summary,
      permission,
      response: anything,
      produces: ['application/json'],
      handler: async (ctx, { params, request, reply }) => predict(ctx, params, form, request, reply),
    });
  const serving = (found: Route, asked: Asked) => {
    const channel = gateway().channel(found, asked.channel ?? null);
    checkModel(asked, channel);
    return channel;
  };

  /** Ready only with a replica that takes requests. */
  const ready = (found: Route, asked: Asked, reply: FastifyReply): FastifyReply => {
    const { replicas } = serving(found, asked);
    if (replicas.length === 0)
      throw new Problem(503, 'deployment-unavailable', `Deployment "${found.name}" has no replica that answers.`);
    return reply.send({ ready: true });
  };
  const ping = (found: Route, asked: Asked, reply: FastifyReply): FastifyReply => {
    ready(found, asked, { send: () => reply } as unknown as FastifyReply);
    return reply.type('application/json').send('\n');
  };

  const metadata = (found: Route, asked: Asked) => {
    const { revision } = serving(found, asked);
    return {
      name: revision.modelName,
      versions: [String(revision.modelVersion)],
      platform: 'mlflow',
      inputs: revision.description?.v2.inputs ?? [],
      outputs: revision.description?.v2.outputs ?? [],
    };
  };
  const ofModel = (prefix: string, name: string): AnyRoute[] => [
    get(prefix, `v2Model${name}`, 'Name, versions, inputs and outputs of the model', (found, asked, reply) =>
      reply.send(metadata(found, asked)),
    ),
    get(`${prefix}/ready`, `v2Model${name}Ready`, 'Whether the model answers', ready),
    post(`${prefix}/infer`, `v2Infer${name}`, 'Predict tensors', 'v2'),
  ];

  const routes: AnyRoute[] = [
    post('/invocations', 'invocations', 'Predict rows, in any form of MLflow’s scoring protocol', 'mlflow'),
    get('/ping', 'servingPing', 'Whether it answers', ping),
    get('/health', 'servingHealth', 'Whether it answers', ping),
    get('/version', 'servingVersion', 'Version of MLflow that serves', (found, asked, reply) =>
      reply.type('application/json').send(serving(found, asked).revision.description?.mlflowVersion ?? ''),
    ),
    get('/v2', 'v2Server', 'Name, version and extensions of the server', (_found, _asked, reply) =>
      reply.send({ name: 'plinth', version: '0.1.0', extensions: [] }),
    ),
    get('/v2/health/live', 'v2Live', 'Whether the gateway answers', (_found, _asked, reply) => reply.send({ live: true })),
    get('/v2/health/ready', 'v2Ready', 'Whether the model answers', ready),
    post('/v2/infer', 'v2InferDefault', 'Predict tensors with the model that serves', 'v2'),
    ...ofModel('/v2/models/{model}', ''),
    ...ofModel('/v2/models/{model}/versions/{version}', 'Version'),
  ];
  return {
    name: 'serving',
    prefixes: ['/deployments/{name}', '/deployments/{name}/channels/{channel}'],
    rawBody: true,
    presentProblem,
    routes,
  };
}

/** The model may be called by its own name or that of the deployment; a version must be the one that serves. */
function checkModel(asked: Asked, { revision }: { revision: { modelName: string; modelVersion: number } }): void {
  if (asked.model !== undefined && asked.model !== revision.modelName && asked.model !== asked.name)
    throw notFound('model', asked.model);
  if (asked.version !== undefined && asked.version !== String(revision.modelVersion))
    throw notFound('version', `${asked.version} of ${revision.modelName} here; version ${revision.modelVersion} serves`);
}

function timeoutOf(request: FastifyRequest): number {
  const text = request.headers['x-plinth-timeout-seconds'];
  if (text === undefined) return defaultTimeoutSeconds;
  const seconds = typeof text === 'string' && /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds <= 0 || seconds > longestTimeoutSeconds)
    throw invalidField('header/X-Plinth-Timeout-Seconds', `must be a number of seconds up to ${longestTimeoutSeconds}`);
  return seconds;
}

function stickyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['x-plinth-sticky-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}
