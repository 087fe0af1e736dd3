import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a reader may take for what is still on its way when a stream has ended; after that it is cut off. */
const lastMilliseconds = 10_000;

/** An answer of server-sent events (`text/event-stream`). What is written after its end goes nowhere, and who does not read is never waited for for ever. */
export interface EventStream {
  /** False once nothing more can be sent. */
  readonly open: boolean;
  /** What the reader has not taken yet. */
  readonly bufferedBytes: number;
  /** @returns false when the reader does not keep up; `room` waits for it */
  write(text: string): boolean;
  /** Until more can be written, or the stream is over. */
  room(): Promise<void>;
  end(text?: string): void;
  /** Ends it without a word, as a connection breaks. */
  cut(): void;
  /** Called once, when the reader has gone or everything was sent; at once where that is so already. */
  onClose(callback: () => void): void;
}

/** Takes the answer out of the framework's hands and begins the stream. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  // The reader's connection may break at any time; `close` says so.
  raw.on('error', () => {});
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  let ended = false;
  const stream: EventStream = {
    get open() {
      return !ended && !raw.destroyed;
    },
    get bufferedBytes() {
      return raw.writableLength;
    },
    write: (text) => stream.open && raw.write(text),
    room() {
      return new Promise((resolve) => {
        const done = (): void => {
          raw.off('drain', done).off('close', done);
          resolve();
        };
        raw.on('drain', done).on('close', done);
        if (!stream.open) done();
      });
    },
    end(text) {
      if (!stream.open) return;
      ended = true;
      raw.end(text);
      const cutting = setTimeout(() => raw.destroy(), lastMilliseconds).unref();
      raw.on('close', () => clearTimeout(cutting));
    },
    cut: () => void raw.destroy(),
    onClose(callback) {
      if (raw.destroyed) callback();
      else raw.once('close', callback);
    },
  };
  stream.write(': connected\n\n');
  return stream;
}
