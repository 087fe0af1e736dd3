import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/**
 * The pieces of a stream, each good until the next is asked for. What came from a socket belongs to nobody else: its memory is given back at once, not
 * left to the collector, which would mark the whole heap every 64 MB that pass through.
 */
export async function* pieces(content: Readable): AsyncGenerator<Uint8Array> {
  const ours = content instanceof IncomingMessage;
  for await (const chunk of content) {
    const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    yield bytes;
    if (ours && bytes.byteLength > 0 && bytes.buffer.byteLength === bytes.byteLength && bytes.buffer instanceof ArrayBuffer)
      bytes.buffer.transfer(0);
  }
}
