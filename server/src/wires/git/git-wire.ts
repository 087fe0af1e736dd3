import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Context, emit, Problem, route, transaction, type Wire } from '../../platform/index.ts';
import { openProject, type Project } from '../../projects/index.ts';
import { createRepository, git, gitStream, repositoryPath } from '../../repos/index.ts';

const services = ['git-upload-pack', 'git-receive-pack'] as const;
type Service = (typeof services)[number];

const actionOf = (service: Service): 'repo.read' | 'repo.write' => (service === 'git-receive-pack' ? 'repo.write' : 'repo.read');

/** `/git/my-project.git` → my-project. */
async function openRepository(ctx: Context, name: string, service: Service): Promise<{ project: Project; folder: string }> {
  if (!name.endsWith('.git')) throw new Problem(404, 'not-found', 'The address of a repository ends in .git');
  const action = actionOf(service);
  const project = await openProject(ctx, name.slice(0, -4), action, { forWork: action === 'repo.write' });
  await createRepository(ctx, project.id);
  return { project, folder: repositoryPath(ctx.platform.config, project.id) };
}

/** What the client asks for in its Git-Protocol header, if it is one that we pass on. */
const protocolOf = (request: FastifyRequest): Record<string, string> => {
  const version = request.headers['git-protocol'];
  return typeof version === 'string' && /^version=[0-2]$/.test(version) ? { GIT_PROTOCOL: version } : {};
};

async function advertise(ctx: Context, name: string, service: Service, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { folder } = await openRepository(ctx, name, service);
  const { output, done } = gitStream(folder, [service.slice(4), '--stateless-rpc', '--advertise-refs', '.'], null, protocolOf(request));
  done.catch((error: Error) => output.destroy(error));
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': `application/x-${service}-advertisement`, 'cache-control': 'no-store' });
  const line = `# service=${service}\n`;
  reply.raw.write(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`);
  output.pipe(reply.raw);
  output.on('error', () => reply.raw.destroy());
  return reply;
}

async function exchange(ctx: Context, name: string, service: Service, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { project, folder } = await openRepository(ctx, name, service);
  const before = service === 'git-receive-pack' ? await refsOf(folder) : null;
  const body = request.body as Readable;
  const input = request.headers['content-encoding'] === 'gzip' ? body.pipe(createGunzip()) : body;
  const { output, done, kill } = gitStream(folder, [service.slice(4), '--stateless-rpc', '.'], input, protocolOf(request));
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': `application/x-${service}-result`, 'cache-control': 'no-store' });
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished && service === 'git-upload-pack') kill();
  });
  if (before) {
    // The end of the answer comes after the event: when git says that it was pushed, the record says so too.
    for await (const chunk of output) reply.raw.write(chunk);
    await done.catch((error: Error) => ctx.log.info({ error: error.message }, 'push ended with an error'));
    await recordPush(ctx, project, before, await refsOf(folder));
    reply.raw.end();
  } else {
    output.pipe(reply.raw);
    done.catch(() => reply.raw.destroy());
  }
  return reply;
}

async function refsOf(folder: string): Promise<Map<string, string>> {
  const output = (await git(folder, ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags'])).toString();
  return new Map(output.split('\n').filter(Boolean).map((line) => line.split(' ', 2) as [string, string]));
}

async function recordPush(ctx: Context, project: Project, before: Map<string, string>, after: Map<string, string>): Promise<void> {
  const moved = [...new Set([...before.keys(), ...after.keys()])].filter((ref) => before.get(ref) !== after.get(ref));
  if (moved.length === 0) return;
  await transaction(ctx, async (tx) => {
    for (const ref of moved) {
      await emit(tx, {
        verb: 'repo.pushed',
        object: { type: 'repo', id: project.id, projectId: project.id },
        data: { ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null },
      });
    }
  });
}

const params = Type.Object({ repository: Type.String({ maxLength: 120 }) });

export const gitWire: Wire = {
  name: 'git',
  prefixes: ['/git'],
  rawBody: true,
  presentProblem: (problem) => ({ status: problem.status, body: `${problem.detail}\n`, headers: { 'content-type': 'text/plain; charset=utf-8' } }),
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
      produces: ['application/x-git-upload-pack-advertisement'],
      handler: async (ctx, { params: { repository }, query, request, reply }) => {
        const service = services.find((one) => one === query.service);
        if (!service) throw new Problem(403, 'dumb-protocol', 'Only the smart protocol is served; update git.');
        // A push asks here first: the right it needs is that of pushing.
        ctx.decided.add('repo.read');
        return advertise(ctx, repository, service, request, reply);
      },
    }),
    ...services.map((service) =>
      route({
        method: 'POST',
        path: `/{repository}/${service}`,
        operationId: service === 'git-upload-pack' ? 'gitUploadPack' : 'gitReceivePack',
        summary: service === 'git-upload-pack' ? 'Clone and fetch' : 'Push',
        permission: actionOf(service),
        params,
        bodyKind: 'stream',
        bodyLimitBytes: 4 * 1024 ** 3,
        response: { 200: Type.String() },
        produces: [`application/x-${service}-result`],
        handler: async (ctx, { params: { repository }, request, reply }) => exchange(ctx, repository, service, request, reply),
      }),
    ),
  ],
};
