import { type AddressInfo, connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { type EventStream, openEventStream } from './event-stream.ts';

let app: FastifyInstance;
afterEach(() => app?.close());

/** A server that opens a stream for each request, and a reader of one. */
async function opened(readerDoes: 'read' | 'stall') {
  app = Fastify({ forceCloseConnections: true });
  const streams: EventStream[] = [];
  app.get('/', async (request, reply) => {
    streams.push(openEventStream(request, reply));
    return reply;
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  let text = '';
  const reader = connect((app.server.address() as AddressInfo).port, '127.0.0.1', () =>
    reader.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'),
  );
  reader.on('error', () => {});
  if (readerDoes === 'read') reader.on('data', (part) => (text += part));
  else reader.pause();
  await expect.poll(() => streams.length).toBe(1);
  return { stream: streams[0]!, reader, text: () => text };
}

const closed = (stream: EventStream) => new Promise<void>((resolve) => stream.onClose(resolve));

it('sends what is written until it ends, and nothing after', async () => {
  const { stream, text } = await opened('read');
  expect(stream.write('data: one\n\n')).toBe(true);
  stream.end('event: end\n\n');
  expect(stream.open).toBe(false);
  expect(stream.write('data: late\n\n')).toBe(false);
  stream.end('event: again\n\n');
  await closed(stream);
  await expect.poll(text).toMatch(/data: one[\s\S]*event: end/);
  expect(text()).not.toMatch(/late|again/);
});

it('of a reader that never reads is cut off some time after its end, however often something is still written', async () => {
  const { stream, reader } = await opened('stall');
  while (stream.write(`data: ${'x'.repeat(1_000_000)}\n\n`) || stream.bufferedBytes < 20_000_000);
  stream.end();
  const writing = setInterval(() => stream.write(': alive\n\n'), 50);
  await closed(stream);
  clearInterval(writing);
  expect(stream.bufferedBytes).toBe(0);
  reader.destroy();
}, 30_000);

it('of a reader that has gone is over: nobody waits for room, and who asks for its end hears at once', async () => {
  const { stream, reader } = await opened('stall');
  while (stream.write(`data: ${'x'.repeat(1_000_000)}\n\n`) || stream.bufferedBytes < 20_000_000);
  const waiting = stream.room();
  reader.destroy();
  await waiting;
  await closed(stream);
  await closed(stream);
  expect([stream.open, stream.write('data: late\n\n')]).toEqual([false, false]);
});
