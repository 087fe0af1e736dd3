import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** Pieces of a content in order, each good only until the next is asked for. */
export type Pieces = AsyncIterable<Uint8Array>;

/**
 * The pieces of a stream. What came from a socket belongs to nobody else: its memory is given back at once, not left to the collector, which would
 * mark the whole heap for every 64 MB that pass through.
 */
export async function* pieces(content: Readable | Pieces): Pieces {
  const ours = content instanceof IncomingMessage;
  for await (const chunk of content) {
    const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    yield bytes;
    if (ours) giveBack(bytes);
  }
}

/** Only for memory that nobody else has: its bytes are gone. */
export function giveBack(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (bytes.byteLength > 0 && buffer.byteLength === bytes.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
