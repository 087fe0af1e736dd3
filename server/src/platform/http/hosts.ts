import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { Problem } from '../problem.ts';

/**
 * Which of our two origins a request is for. Any other Host is refused, so that a page on a foreign name that resolves to this machine
 * (DNS rebinding) reaches nothing. Names are compared whole and parsed, never by prefix.
 */
export function hostKind(request: FastifyRequest, config: Config): 'main' | 'content' {
  const host = request.headers.host ?? '';
  const parsed = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : null;
  const name = parsed?.hostname.toLowerCase() ?? '';
  const contentName = new URL(config.contentUrl).hostname.toLowerCase();
  if (name && name === contentName) return 'content';
  const publicName = new URL(config.publicUrl).hostname.toLowerCase();
  const bound = config.host.includes(':') ? `[${config.host}]` : config.host;
  if (['localhost', '127.0.0.1', '[::1]', publicName, bound].includes(name)) return 'main';
  // A wildcard listener is reached by the machine's addresses: an address literal cannot be rebound, a name can.
  if ((config.host === '0.0.0.0' || config.host === '::') && /^(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+\])$/.test(name)) return 'main';
  throw new Problem(
    421,
    'host-not-served',
    `This Plinth does not serve the host "${host.slice(0, 200)}". Set PLINTH_PUBLIC_URL to the URL that people use.`,
  );
}

/** Whether a request that came with a session cookie was made by our own pages. */
export function sameOrigin(request: FastifyRequest, config: Config): boolean {
  const site = request.headers['sec-fetch-site'];
  if (typeof site === 'string' && site !== 'same-origin' && site !== 'none') return false;
  const writes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method) || request.headers.upgrade !== undefined;
  const origin = request.headers.origin;
  if (origin === undefined) return !writes || site === 'same-origin';
  if (!URL.canParse(origin)) return false;
  const host = new URL(origin).host.toLowerCase();
  return host === (request.headers.host ?? '').toLowerCase() || origin === new URL(config.publicUrl).origin;
}
