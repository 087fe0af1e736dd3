import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorNow } from '../people/index.ts';
import { type Context, type EventStream, invalidField, openEventStream, Problem, parseRange } from '../platform/index.ts';
import { secretsOfAttempt } from './attempt-secrets.ts';
import { hideSecrets, logMask } from './log-mask.ts';
import { isFinished } from './workload.ts';
import { findWorkload, type KeptWorkload } from './workload-store.ts';

const pollMilliseconds = 150;
const chunkBytes = 256 * 1024;
/** A follower whose token, session or role is gone sees nothing more after this long. */
const askAgainMilliseconds = 3_000;
const keepAliveMilliseconds = 15_000;

/** Asks for the right to read the log, for whoever asks now. @throws when they have it no more */
type Ask = (now: Context) => Promise<unknown>;

/**
 * The log as text, whole or a Range of it, or followed as server-sent events whose id is the byte offset after them. Secrets are hidden in all
 * of them. The right was asked for before, by `ask`; while the log is followed it is asked for again.
 */
export async function sendLogs(
  ctx: Context,
  workload: KeptWorkload,
  { request, reply, follow }: { request: FastifyRequest; reply: FastifyReply; follow: boolean },
  ask: Ask,
): Promise<unknown> {
  if (follow) return followLogs(ctx, workload, request, reply, ask);
  const log = await openLog(ctx, workload);
  try {
    const size = log.sizeBytes;
    const range = request.headers.range;
    const { start, end } = range === undefined ? { start: 0, end: size - 1 } : parseRange(range, size);
    reply
      .headers({ 'accept-ranges': 'bytes', 'cache-control': 'no-store', 'content-length': end - start + 1 })
      .type('text/plain; charset=utf-8');
    if (range !== undefined) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
    if (size > 0) return reply.send(await log.read(start, end));
    await log.close();
    return reply.send('');
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** A log as it is now: a stored one, or the file of one that still grows. One `read`, or `close`. */
interface OpenLog {
  sizeBytes: number;
  read(start: number, end: number): Promise<Readable>;
  close(): Promise<void>;
}

const nothing: OpenLog = { sizeBytes: 0, read: async () => Readable.from([]), close: async () => {} };

/** From the blob once it has ended, whose secrets were hidden when it was stored; from its file before. */
async function openLog(ctx: Context, workload: KeptWorkload): Promise<OpenLog> {
  const stored = storedLog(ctx, workload);
  if (stored) return stored;
  if (!workload.folder) return nothing;
  const file = await open(join(workload.folder, 'control/log'), 'r').catch(() => null);
  if (file) return growingLog(file, workload.folder);
  // It may have ended since we looked, and its folder is gone.
  const now = await findWorkload(ctx, workload.id);
  return (now && storedLog(ctx, now)) ?? nothing;
}

function storedLog(ctx: Context, { logSha256, logBytes }: KeptWorkload): OpenLog | null {
  if (!logSha256) return null;
  return { ...nothing, sizeBytes: logBytes ?? 0, read: (start, end) => ctx.platform.blobs.read(logSha256, { start, end }) };
}

async function growingLog(file: FileHandle, folder: string): Promise<OpenLog> {
  const { size } = await file.stat();
  const mask = logMask(secretsOfAttempt(folder));
  return {
    sizeBytes: size,
    async read(start, end) {
      const from = Math.max(0, start - mask.reachBytes);
      const source = file.createReadStream({ start: from, end: Math.min(size - 1, end + mask.reachBytes) });
      return Readable.from(hideSecrets(source, mask, start - from, end - start + 1), { objectMode: false });
    },
    close: () => file.close(),
  };
}

async function followLogs(
  ctx: Context,
  workload: KeptWorkload,
  request: FastifyRequest,
  reply: FastifyReply,
  ask: Ask,
): Promise<FastifyReply> {
  const last = request.headers['last-event-id'];
  if (last !== undefined && !/^\d{1,15}$/.test(String(last))) throw invalidField('header/Last-Event-ID', 'is not a byte offset');
  const offset = last === undefined ? 0 : Number(last);
  const stream = openEventStream(request, reply);
  try {
    await follow(ctx, workload, stream, offset, ask);
  } catch (error) {
    // The answer has begun: what can be said is that it ends here. The client comes back with its offset.
    ctx.log.warn({ error: (error as Error).message }, 'a followed log ended');
    stream.cut();
  }
  return reply;
}

async function follow(ctx: Context, workload: KeptWorkload, stream: EventStream, from: number, ask: Ask): Promise<void> {
  let offset = from;
  let now = workload;
  let askedAt = performance.now();
  let wroteAt = askedAt;
  while (stream.open) {
    if (performance.now() - askedAt >= askAgainMilliseconds) {
      // No `end`: the log has not ended. Who comes back is told why they may not.
      if (!(await mayStill(ctx, ask))) return stream.end();
      askedAt = performance.now();
    }
    const finished = isFinished(now);
    const chunk = await readChunk(ctx, now, offset, finished);
    if (chunk.length > 0) {
      offset += chunk.length;
      wroteAt = performance.now();
      // A reader that does not keep up is waited for, not buffered for.
      if (!stream.write(message(offset, chunk.toString('utf8')))) await stream.room();
      continue;
    }
    if (finished) break;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    if (performance.now() - wroteAt >= keepAliveMilliseconds) {
      wroteAt = performance.now();
      stream.write(': alive\n\n');
    }
    now = (await findWorkload(ctx, workload.id)) ?? now;
  }
  stream.end(`event: end\ndata: ${now.state}\n\n`);
}

async function mayStill(ctx: Context, ask: Ask): Promise<boolean> {
  const actor = await actorNow(ctx.platform, ctx.actor);
  if (!actor) return false;
  return ask({ ...ctx, actor }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Problem) return false;
      throw error;
    },
  );
}

/** What is there from an offset on, cut so that no character is split; the rest of a finished log as it is. */
async function readChunk(ctx: Context, workload: KeptWorkload, offset: number, finished: boolean): Promise<Buffer> {
  const log = await openLog(ctx, workload);
  if (log.sizeBytes <= offset) {
    await log.close();
    return Buffer.alloc(0);
  }
  const parts: Buffer[] = [];
  for await (const part of await log.read(offset, Math.min(log.sizeBytes, offset + chunkBytes) - 1)) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
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
