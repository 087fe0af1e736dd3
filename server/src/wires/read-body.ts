import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../platform/index.ts';

/** @param hint what to do instead, as a sentence */
export const bodyTooLarge = (limitBytes: number, hint: string): Problem =>
  new Problem(413, 'body-too-large', `A request may have ${limitBytes / 1024 ** 2} MiB. ${hint}`);

/** The bytes of a body as they came, up to a limit. */
export async function readBody(request: FastifyRequest, limitBytes: number, hint: string): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw bodyTooLarge(limitBytes, hint);
  const stream = request.body as Readable | undefined | null;
  if (!stream) return Buffer.alloc(0);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > limitBytes) throw bodyTooLarge(limitBytes, hint);
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, size);
}
