import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Context, invalidField, Problem } from '../platform/index.ts';
import { isFinished } from './workload.ts';
import { findWorkload, type KeptWorkload } from './workload-store.ts';

const pollMilliseconds = 150;
const chunkBytes = 256 * 1024;

/** The log as text, whole or a Range of it, or followed as server-sent events whose id is the byte offset after them. The right was asked for before. */
export async function sendLogs(
  ctx: Context,
  workload: KeptWorkload,
  request: FastifyRequest,
  reply: FastifyReply,
  follow: boolean,
): Promise<unknown> {
  if (follow) return followLogs(ctx, workload, request, reply);
  const size = await sizeOf(workload);
  reply.headers({ 'accept-ranges': 'bytes', 'cache-control': 'no-store' }).type('text/plain; charset=utf-8');
  const range = request.headers.range;
  if (range === undefined) {
    reply.header('content-length', size);
    return reply.send(size === 0 ? '' : await read(ctx, workload, 0, size - 1));
  }
  const { start, end } = parseRange(range, size);
  reply.code(206).headers({ 'content-range': `bytes ${start}-${end}/${size}`, 'content-length': end - start + 1 });
  return reply.send(await read(ctx, workload, start, end));
}

/** One range in bytes, as in RFC 9110. @throws 416 with the size when nothing of it is there */
export function parseRange(header: string, size: number): { start: number; end: number } {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  const outside = () =>
    new Problem(416, 'range-not-satisfiable', `The log has ${size} bytes; ask for a range within them.`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  if (!match || (match[1] === '' && match[2] === '')) throw outside();
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  if (start > end || start >= size) throw outside();
  return { start, end };
}

const fileOf = (workload: KeptWorkload): string | null => (workload.folder ? join(workload.folder, 'control/log') : null);

async function sizeOf(workload: KeptWorkload): Promise<number> {
  if (workload.logSha256) return workload.logBytes ?? 0;
  const file = fileOf(workload);
  return file ? ((await stat(file).catch(() => null))?.size ?? 0) : 0;
}

/** From the blob once it has ended, from its file before. */
async function read(ctx: Context, workload: KeptWorkload, start: number, end: number): Promise<Readable> {
  if (workload.logSha256) return ctx.platform.blobs.read(workload.logSha256, { start, end });
  return createReadStream(fileOf(workload)!, { start, end });
}

async function followLogs(
  ctx: Context,
  workload: KeptWorkload,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const last = request.headers['last-event-id'];
  if (last !== undefined && !/^\d{1,15}$/.test(String(last))) throw invalidField('header/Last-Event-ID', 'is not a byte offset');
  let offset = last === undefined ? 0 : Number(last);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  raw.write(': connected\n\n');
  let open = true;
  raw.on('close', () => {
    open = false;
  });
  let quiet = 0;
  let now = workload;
  while (open) {
    const finished = isFinished(now);
    const chunk = await readChunk(ctx, now, offset, finished);
    if (chunk.length > 0) {
      offset += chunk.length;
      quiet = 0;
      // A reader that does not keep up is waited for, not buffered for.
      if (!raw.write(message(offset, chunk.toString('utf8'))))
        await new Promise<void>((resolve) => raw.once('drain', resolve).once('close', resolve));
      continue;
    }
    if (finished) break;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    quiet += pollMilliseconds;
    if (quiet % 15_000 < pollMilliseconds) raw.write(': alive\n\n');
    now = (await findWorkload(ctx, workload.id)) ?? now;
  }
  if (open) raw.end(`event: end\ndata: ${now.state}\n\n`);
  return reply;
}

/** What is there from an offset on, cut so that no character is split; the rest of a finished log as it is. */
async function readChunk(ctx: Context, workload: KeptWorkload, offset: number, finished: boolean): Promise<Buffer> {
  const size = await sizeOf(workload);
  if (size <= offset) return Buffer.alloc(0);
  const end = Math.min(size, offset + chunkBytes) - 1;
  let bytes: Buffer;
  if (workload.logSha256) {
    const parts: Buffer[] = [];
    for await (const part of await read(ctx, workload, offset, end)) parts.push(part as Buffer);
    bytes = Buffer.concat(parts);
  } else {
    const file = await open(fileOf(workload)!, 'r').catch(() => null);
    if (!file) return Buffer.alloc(0);
    try {
      const buffer = Buffer.alloc(end - offset + 1);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      bytes = buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
  const whole = wholeCharacters(bytes);
  return finished && whole === 0 ? bytes : bytes.subarray(0, whole);
}

/** How many bytes of a UTF-8 text are whole characters. */
export function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

const message = (offset: number, text: string): string => {
  const lines = text.split(/\r\n|\n|\r/).map((line) => `data: ${line}`);
  return `id: ${offset}\n${lines.join('\n')}\n\n`;
};
