import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { type Config, findCheckout, hostKind } from '../platform/index.ts';

/** First words of paths that belong to wires and never to a page of the UI. */
const wireWords = [
  'api',
  'ajax-api',
  'mlflow',
  'deployments',
  'git',
  'w',
  'v1',
  'v2',
  'graphql',
  'openlineage',
  'push',
  'get-online-features',
  'docs',
  'get-artifact',
  'model-versions',
  'metrics',
];

const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self' http: https:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

/** The built web UI: hashed assets for ever, the page for every address of the UI. Open to all; the data behind it is not. */
export async function serveWeb(app: FastifyInstance, config: Config): Promise<void> {
  const folder = join(findCheckout() ?? join(import.meta.dirname, '../../..'), 'web/dist');
  if (!existsSync(join(folder, 'index.html'))) return;
  const prefix = new URL(config.publicUrl).pathname.replace(/\/+$/, '');
  await app.register(fastifyStatic, { root: folder, serve: false, etag: true, lastModified: false });
  app.route({
    method: 'GET',
    url: '/*',
    exposeHeadRoute: true,
    handler: async (request, reply) => {
      const path = (request.params as { '*': string })['*'];
      if (hostKind(request, config) !== 'main' || wireWords.includes(path.split('/')[0]!)) return reply.callNotFound();
      reply.headers(securityHeaders);
      if (/^assets\/[\w.-]+$/.test(path) || /^[\w-]+\.(svg|png|ico|webmanifest|txt)$/.test(path)) {
        if (!existsSync(join(folder, path))) return reply.callNotFound();
        reply.header(
          'cache-control',
          path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
        );
        return reply.sendFile(path, { cacheControl: false });
      }
      return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page(folder, prefix));
    },
  });
}

/** The page with the path that a proxy puts before everything: its files are named from there, and the UI reads it. Built anew, it is read anew. */
function page(folder: string, prefix: string): string {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const placed = html.replaceAll(/\b(src|href)="\.\//g, `$1="${escaped(prefix)}/`);
  return prefix ? placed.replace('<head>', `<head>\n    <meta name="plinth-base" content="${escaped(prefix)}" />`) : placed;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
