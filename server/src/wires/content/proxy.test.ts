import { createServer as createHttpServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { proxyRequest } from './proxy.ts';

/** A tool is a program of a user: whatever it answers, and whatever it is sent, our server goes on. */
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(server: Server | ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** Our side in front of a tool. */
async function inFrontOf(port: number): Promise<number> {
  return listen(
    createHttpServer((incoming, response) =>
      proxyRequest(incoming, response, { port, authorization: 'token of-the-tool' }, () => {
        response.writeHead(503);
        response.end('fault');
      }),
    ),
  );
}

/** A tool that says these bytes to whoever asks. */
async function saying(text: string): Promise<number> {
  const sockets = new Set<Socket>();
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listen(
    createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('data', () => socket.write(text));
    }),
  );
}

async function statusOf(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    });
    asking.on('error', reject);
    asking.end();
  });
}

describe('a tool', () => {
  it.each([
    ['a status that is none', 'HTTP/1.1 099 X\r\ncontent-length: 0\r\n\r\n'],
    ['a status of zero', 'HTTP/1.1 000 X\r\ncontent-length: 0\r\n\r\n'],
    ['another protocol that nobody asked for', 'HTTP/1.1 101 X\r\nupgrade: h2\r\nconnection: upgrade\r\n\r\nabc'],
    ['a header with a control character', 'HTTP/1.1 200 OK\r\nx-a: \x01\r\ncontent-length: 0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
    ['no HTTP', 'hello\r\n\r\n'],
  ])('that answers with %s is told to be at fault', async (_what, text) => {
    expect(await statusOf(await inFrontOf(await saying(text)))).toBe(503);
  });

  it('is sent no credential of ours, and its own secret', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const tool = await listen(
      createHttpServer((incoming, response) => {
        seen.push(incoming.headers);
        response.end('ok');
      }),
    );
    const front = await inFrontOf(tool);
    const cookie = 'plinth_content_wsp_1=ours; theirs=1; plinth_session=ours; __Host-plinth_session=ours';
    const answer = await fetch(`http://127.0.0.1:${front}/w/wsp_1/`, { headers: { cookie, authorization: 'Bearer pln_ours' } });
    expect(await answer.text()).toBe('ok');
    expect(seen).toEqual([expect.objectContaining({ cookie: 'theirs=1', authorization: 'token of-the-tool' })]);
    expect(JSON.stringify(seen)).not.toContain('ours');
  });

  it('gets one request for one, also when what looks like another is in its body', async () => {
    const seen: string[] = [];
    const tool = await listen(
      createHttpServer(async (incoming, response) => {
        let body = '';
        for await (const part of incoming) body += part;
        seen.push(`${incoming.method} ${incoming.url} ${body.length}`);
        response.end();
      }),
    );
    const front = await inFrontOf(tool);
    const inner = 'GET /inner HTTP/1.1\r\nhost: x\r\n\r\n';
    for (const method of ['GET', 'DELETE', 'POST']) {
      const socket = connect(front, '127.0.0.1');
      const answered = new Promise((resolve) => socket.once('data', resolve));
      socket.write(
        `${method} /outer HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
      );
      await answered;
      socket.destroy();
    }
    expect(seen).toEqual(['GET', 'DELETE', 'POST'].map((method) => `${method} /outer ${inner.length}`));
  });
});
