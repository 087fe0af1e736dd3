import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Where a tool listens on this machine, and the secret that it wants from its proxy. */
export interface Target {
  port: number;
  authorization: string;
}

/** Headers that belong to one hop, not to the message (RFC 9110, 7.6.1). */
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Our own credentials never reach what users run. */
function forwardHeaders(request: IncomingMessage, target: Target, upgrade: boolean): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || (hopHeaders.has(name) && !(upgrade && (name === 'connection' || name === 'upgrade')))) continue;
    headers[name] = value;
  }
  const cookies = (request.headers.cookie ?? '')
    .split(/;\s*/)
    .filter((cookie) => cookie && !/^(__Host-|__Secure-)?plinth_/.test(cookie));
  if (cookies.length > 0) headers.cookie = cookies.join('; ');
  else delete headers.cookie;
  headers.authorization = target.authorization;
  return headers;
}

/** Passes one request on and its answer back, both as streams. A tool that gives no answer that is one gives `onFault`. */
export function proxyRequest(request: IncomingMessage, response: ServerResponse, target: Target, onFault: () => void): void {
  const outgoing = httpRequest({
    host: '127.0.0.1',
    port: target.port,
    method: request.method,
    path: request.url,
    headers: {
      ...forwardHeaders(request, target, false),
      // A body of unknown length keeps its frame, or what is in it would be read as the next request.
      ...(request.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
    },
  });
  let told = false;
  const fault = (): void => {
    // What follows from the first fault is none of its own.
    if (told) return;
    told = true;
    if (response.headersSent) response.destroy();
    else if (!response.destroyed) onFault();
  };
  outgoing.on('response', (answer) => {
    const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !hopHeaders.has(name)));
    try {
      response.writeHead(answer.statusCode ?? 502, headers as Record<string, string>);
    } catch {
      // A status that is none, say: what a user's program says must not end ours.
      outgoing.destroy();
      return fault();
    }
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  outgoing.on('upgrade', (_answer, socket) => {
    socket.destroy();
    fault();
  });
  outgoing.on('error', fault);
  response.on('close', () => outgoing.destroy());
  request.pipe(outgoing);
}

/** Passes a WebSocket on, bytes both ways, after the caller has been let in. @returns the way to cut it */
export function proxyUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, target: Target): () => void {
  const upstream = connect(target.port, '127.0.0.1', () => {
    const headers = forwardHeaders(request, target, true);
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((one) => `${name}: ${one}`) : [`${name}: ${value}`],
    );
    upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    if (head.length > 0) upstream.write(head);
    upstream.pipe(socket);
    socket.pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
  socket.on('error', () => upstream.destroy());
  upstream.on('close', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
  return () => {
    socket.destroy();
    upstream.destroy();
  };
}
