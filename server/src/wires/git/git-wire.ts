import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { decide } from '../../access/index.ts';
import { type Context, notFound, Problem, route, type Wire } from '../../platform/index.ts';
import { asResource, openProject, type Project } from '../../projects/index.ts';
import { createRepository, GitError, type GitStream, gitStream } from '../../repos/index.ts';
import { limitBytes } from './limit-bytes.ts';
import { preparePush } from './push-journal.ts';

const services = ['git-upload-pack', 'git-receive-pack'] as const;
type Service = (typeof services)[number];

const actionOf = (service: Service): 'repo.read' | 'repo.write' => (service === 'git-receive-pack' ? 'repo.write' : 'repo.read');

/** What a clone or fetch asks for is text; nobody honest needs more. */
const maximumRequestBytes = 64 * 1024 * 1024;

/** `/git/my-project.git`, with its repository made if nobody touched it before. */
async function openRepository(ctx: Context, name: string, service: Service): Promise<{ project: Project; repository: string }> {
  const action = actionOf(service);
  if (!name.endsWith('.git')) {
    ctx.decided.add(action);
    throw notFound('repository', name);
  }
  const project = await openProject(ctx, name.slice(0, -'.git'.length), action, { forWork: action === 'repo.write' });
  return { project, repository: await createRepository(ctx, project.id) };
}

/** What the client asks for in its Git-Protocol header, if it is one that we pass on. */
const protocolOf = (request: FastifyRequest): Record<string, string> => {
  const version = request.headers['git-protocol'];
  return typeof version === 'string' && /^version=[0-2]$/.test(version) ? { GIT_PROTOCOL: version } : {};
};

async function advertise(
  ctx: Context,
  name: string,
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { repository } = await openRepository(ctx, name, service);
  const stream = gitStream(repository, [service.slice('git-'.length), '--stateless-rpc', '--advertise-refs', '.'], null, {
    environment: protocolOf(request),
  });
  const line = `# service=${service}\n`;
  const head = `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
  return answer(reply, `application/x-${service}-advertisement`, stream, { head });
}

async function fetchPack(ctx: Context, name: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { repository } = await openRepository(ctx, name, 'git-upload-pack');
  const input = bodyOf(request, 'git-upload-pack', maximumRequestBytes);
  const stream = gitStream(repository, ['upload-pack', '--stateless-rpc', '--timeout=900', '.'], input, {
    environment: protocolOf(request),
  });
  reply.raw.on('close', () => stream.kill());
  return answer(reply, 'application/x-git-upload-pack-result', stream);
}

async function receivePack(ctx: Context, name: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { project, repository } = await openRepository(ctx, name, 'git-receive-pack');
  const input = bodyOf(request, 'git-receive-pack');
  const push = await preparePush(ctx, project.id, repository);
  // Rewriting what others have is for owners.
  const { allowed } = await decide(ctx, 'project.update', asResource(project));
  const config = {
    ...push.config,
    'receive.denyNonFastForwards': allowed ? 'false' : 'true',
    'receive.denyDeletes': 'false',
    'receive.denyDeleteCurrent': 'refuse',
  };
  const stream = gitStream(repository, ['receive-pack', '--stateless-rpc', '.'], input, {
    config,
    environment: { ...protocolOf(request), ...push.environment },
  });
  return answer(reply, 'application/x-git-receive-pack-result', stream, { before: push.record });
}

/** The request's body, unpacked. @throws 415 for what git does not send */
function bodyOf(request: FastifyRequest, service: Service, maximumBytes?: number): Readable {
  if (request.headers['content-type'] !== `application/x-${service}-request` || !(request.body instanceof Readable)) {
    throw new Problem(415, 'unsupported-media-type', `This address takes application/x-${service}-request, as git sends it.`);
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && !['gzip', 'x-gzip', 'identity'].includes(encoding)) {
    throw new Problem(415, 'unsupported-media-type', `The body may be compressed by gzip, not by "${encoding.slice(0, 40)}".`);
  }
  const plain = encoding?.endsWith('gzip') ? follow(request.body, createGunzip()) : request.body;
  return maximumBytes === undefined ? plain : follow(plain, limitBytes(maximumBytes));
}

/** Joins streams so that a broken one breaks the next. */
function follow<T extends NodeJS.ReadWriteStream & Readable>(from: Readable, to: T): T {
  pipeline(from, to).catch(() => {});
  return to;
}

/**
 * Sends what git says as it comes. The status waits for its first words, so that nonsense is answered as such; `before` runs before the end is sent:
 * when a client hears that its push is done, the record says so too.
 */
async function answer(
  reply: FastifyReply,
  type: string,
  stream: GitStream,
  options: { head?: string; before?: () => Promise<void> } = {},
): Promise<unknown> {
  const parts = stream.output[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await parts.next();
  if (first.done) {
    await stream.done.catch((error: Error) => {
      throw error instanceof GitError
        ? new Problem(400, 'malformed-git-request', `Git does not understand the request: ${error.message.slice(0, 300)}`)
        : error;
    });
  }
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': reply.request.id,
  });
  async function* body(): AsyncGenerator<Buffer | string> {
    if (options.head) yield options.head;
    for (let part = first; !part.done; part = await parts.next()) yield part.value;
    // A push that ends in an error may have moved refs before.
    await stream.done.catch(() => {});
    await options.before?.();
  }
  try {
    await pipeline(body, raw);
  } catch (error) {
    // The client went away, or the record could not be written: it must not take the answer for whole.
    raw.destroy();
    reply.request.log.info({ error: (error as Error).message }, 'git answer broke off');
    // Git would wait for ever for somebody to read on, with a push half told.
    readToEnd(parts).catch(() => {});
    if (options.before) await stream.done.then(options.before, options.before).catch(() => {});
  }
  return reply;
}

async function readToEnd(parts: AsyncIterator<unknown>): Promise<void> {
  while (!(await parts.next()).done);
}

const params = Type.Object({ repository: Type.String({ maxLength: 120 }) });

const post = (service: Service, operationId: string, summary: string, handle: typeof fetchPack) =>
  route({
    method: 'POST',
    path: `/{repository}/${service}`,
    operationId,
    summary,
    permission: actionOf(service),
    params,
    bodyKind: 'stream',
    // Git itself counts the bytes of a pack; this is for those who say beforehand that they send more.
    bodyLimitBytes: 5 * 1024 ** 3,
    response: { 200: Type.String() },
    produces: [`application/x-${service}-result`],
    handler: async (ctx, { params: { repository }, request, reply }) => handle(ctx, repository, request, reply),
  });

export const gitWire: Wire = {
  name: 'git',
  prefixes: ['/git'],
  rawBody: true,
  presentProblem: (problem) => ({
    status: problem.status,
    body: `${problem.detail}\n`,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  }),
  routes: [
    route({
      method: 'GET',
      path: '/{repository}/info/refs',
      operationId: 'gitInfoRefs',
      summary: 'What the repository has',
      permission: 'repo.read',
      params,
      query: Type.Object({ service: Type.Optional(Type.String({ maxLength: 60 })) }),
      response: { 200: Type.String() },
      produces: services.map((service) => `application/x-${service}-advertisement`),
      handler: async (ctx, { params: { repository }, query, request, reply }) => {
        const service = services.find((one) => one === query.service);
        // A push asks here first: the right that it needs is that of pushing, which only those have who may read.
        if (!service) {
          await openRepository(ctx, repository, 'git-upload-pack');
          throw new Problem(
            403,
            'dumb-protocol',
            'Only the smart protocol of git is served here. Clone with git 1.6.6 or newer.',
          );
        }
        ctx.decided.add('repo.read');
        return advertise(ctx, repository, service, request, reply);
      },
    }),
    post('git-upload-pack', 'gitUploadPack', 'Clone and fetch', fetchPack),
    post('git-receive-pack', 'gitReceivePack', 'Push', receivePack),
  ],
};
