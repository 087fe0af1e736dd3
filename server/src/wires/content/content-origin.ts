import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { makeContentAuthenticate, useContentTicket } from '../../people/index.ts';
import {
  type Actor,
  asProblem,
  type Context,
  hostKind,
  type Platform,
  Problem,
  route,
  systemContext,
  type Wire,
} from '../../platform/index.ts';
import { openOwnWorkspace, openTool, type ToolTarget } from '../../workspaces/index.ts';
import { messagePage } from './pages.ts';
import { proxyRequest, proxyUpgrade } from './proxy.ts';

export interface ContentOrigin {
  wire: Wire;
  /** Lets WebSockets in; call once the server is built. */
  attach(app: FastifyInstance): void;
}

const askAgainMilliseconds = 3_000;
/** While the database cannot be asked, what is open stays open for so long. */
const unaskedMilliseconds = 60_000;
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export function contentOrigin(platform: Platform): ContentOrigin {
  const authenticate = makeContentAuthenticate(platform);
  const secure = platform.config.contentUrl.startsWith('https:');
  const cookieOf = (id: string): string => `plinth_content_${id}`;

  /** Who asks, by the cookie of this very workspace. */
  const enter = (request: IncomingMessage, id: string, when?: 'now'): Promise<Actor | null> => {
    const cookies = new Map(
      (request.headers.cookie ?? '').split(/;\s*/).map((cookie) => cookie.split('=', 2) as [string, string]),
    );
    return authenticate(`workspace:${id}`, cookies.get(cookieOf(id)), when);
  };

  /** Whether who came in may be inside now. @throws when the database cannot be asked */
  async function mayStay(ctx: Context, request: IncomingMessage, id: string): Promise<boolean> {
    const actor = await enter(request, id, 'now');
    if (!actor) return false;
    try {
      await openOwnWorkspace({ ...ctx, actor }, id);
      return true;
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }

  /** What stays open, for days perhaps, is cut soon after its person signed out or lost the token, the role or the account. */
  function askAgain(ctx: Context, request: IncomingMessage, id: string, stream: Duplex | ServerResponse, cut: () => void): void {
    let askedAt = performance.now();
    let asking = false;
    const look = async (): Promise<void> => {
      if (asking) return;
      asking = true;
      try {
        if (!(await mayStay(ctx, request, id))) return cut();
        askedAt = performance.now();
      } catch (error) {
        const isAway = asProblem(error).status === 503;
        if (!isAway || performance.now() - askedAt > unaskedMilliseconds) cut();
      } finally {
        asking = false;
      }
    };
    // It may have gone while the right was asked for.
    if (stream.destroyed) return cut();
    const timer = setInterval(() => void look(), askAgainMilliseconds);
    stream.on('close', () => clearInterval(timer));
  }

  async function forward(ctx: Context, id: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const actor = await enter(request.raw, id);
    if (!actor)
      return messagePage(
        reply,
        401,
        'Open this workspace from its page',
        'Your entry has ended or you have none. Open it again from Plinth.',
        platform.config.publicUrl,
      );
    const found = await openTool({ ...ctx, actor }, id).catch((error: unknown) => {
      if (error instanceof Problem) return error;
      throw error;
    });
    if (found instanceof Problem)
      return messagePage(reply, found.status, 'You may not enter', found.detail, platform.config.publicUrl);
    if (!found.target) return stateMessage(reply, found, platform.config.publicUrl);
    const { target } = found;
    reply.hijack();
    proxyRequest(request.raw, reply.raw, target, () => {
      reply.raw.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' });
      reply.raw.end('The tool does not answer yet. Try again in a moment.');
    });
    askAgain(ctx, request.raw, id, reply.raw, () => reply.raw.destroy());
    return reply;
  }

  const wire: Wire = {
    name: 'content',
    origin: 'content',
    prefixes: [''],
    rawBody: true,
    presentProblem: (problem) => ({
      status: problem.status,
      body: `${problem.detail}\n`,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    }),
    routes: [
      route({
        method: 'GET',
        path: '/enter/workspaces/{workspace}',
        operationId: 'contentEnterWorkspace',
        summary: 'Exchange a ticket for the cookie of a workspace',
        permission: 'open',
        query: Type.Object({ ticket: Type.String({ maxLength: 100 }) }),
        response: { 200: Type.String() },
        produces: ['text/html'],
        handler: async (ctx, { params, query, reply }) => {
          const id = (params as { workspace: string }).workspace;
          const secret = await useContentTicket(ctx, `workspace:${id}`, query.ticket);
          reply.setCookie(cookieOf(id), secret, {
            path: `/w/${id}/`,
            httpOnly: true,
            sameSite: 'strict',
            secure,
            maxAge: 12 * 3_600,
          });
          // Not a redirect: the browser came from another site, and would not send a strict cookie along its chain.
          return reply
            .headers({
              'cache-control': 'no-store',
              'referrer-policy': 'no-referrer',
              refresh: `0; url=/w/${encodeURIComponent(id)}/`,
            })
            .type('text/html; charset=utf-8')
            .send('<!doctype html><title>Opening…</title>');
        },
      }),
      ...methods.map((method) =>
        route({
          method,
          path: '/w/{workspace}/{rest+}',
          operationId: `contentWorkspace${method}`,
          summary: 'The tool of a workspace',
          permission: 'workspace.use',
          response: { 200: Type.Unknown() },
          produces: ['text/html'],
          handler: async (ctx, { params, request, reply }) => {
            // The decision is taken for the one behind the cookie, in openTool; without a cookie nothing is decided and nothing is shown.
            ctx.decided.add('workspace.use');
            return forward(ctx, (params as { workspace: string }).workspace, request, reply);
          },
        }),
      ),
    ],
  };

  const open = new Set<Duplex>();

  function attach(app: FastifyInstance): void {
    // The server counts them among its connections and waits for them, but no longer knows them as requests that it could end.
    app.addHook('preClose', async () => {
      for (const socket of open) socket.destroy();
    });
    app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      upgrade(request, socket, head).catch((error: unknown) => refuse(socket, asProblem(error).status));
    });
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const id = /^\/w\/([\w-]{1,100})\//.exec(request.url ?? '')?.[1];
    const onContent = isContentHost(request, platform);
    if (!id || !onContent) return refuse(socket, 404);
    // A page of another origin must not speak through the cookie of this one.
    const { origin, host } = request.headers;
    if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)) return refuse(socket, 403);
    const actor = await enter(request, id);
    if (!actor) return refuse(socket, 401);
    const ctx: Context = { ...systemContext(platform, 'websocket'), actor };
    const found = await openTool(ctx, id).catch((error: unknown) => {
      if (error instanceof Problem) return error;
      throw error;
    });
    if (found instanceof Problem) return refuse(socket, found.status);
    if (!found.target) return refuse(socket, 503);
    const cut = proxyUpgrade(request, socket, head, found.target);
    askAgain(ctx, request, id, socket, cut);
  }

  return { wire, attach };
}

function isContentHost(request: IncomingMessage, platform: Platform): boolean {
  try {
    return hostKind(request as unknown as FastifyRequest, platform.config) === 'content';
  } catch {
    return false;
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function stateMessage(reply: FastifyReply, found: ToolTarget, publicUrl: string): unknown {
  const { workspace } = found;
  const starting = workspace.state === 'starting' || workspace.state === 'running';
  const title = starting ? `${workspace.name} is starting` : `${workspace.name} is ${workspace.state}`;
  const text = starting
    ? 'This page opens it as soon as it answers.'
    : (workspace.stateReason ?? 'Its files are kept. Start it from its page.');
  return messagePage(reply, 503, title, text, `${publicUrl}/workspaces/${workspace.id}`, starting ? 2 : undefined);
}
