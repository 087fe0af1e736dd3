import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../platform/index.ts';

const bodyLimitBytes = 64 * 1024 * 1024;

const tooLarge = () =>
  new Problem(413, 'body-too-large', `A request may have ${bodyLimitBytes / 1024 ** 2} MiB. Send the rows in several requests.`);

/** The bytes of a body as they came, up to the limit. */
export async function readBody(request: FastifyRequest): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) throw tooLarge();
  const stream = request.body as Readable | undefined | null;
  if (!stream) return Buffer.alloc(0);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > bodyLimitBytes) throw tooLarge();
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, size);
}
