import type { FastifyReply, FastifyRequest } from 'fastify';
import { type SqlBool, sql } from 'kysely';
import { visible } from '../access/index.ts';
import { actorNow, projectIdOf } from '../people/index.ts';
import {
  type Context,
  invalidField,
  openEventStream,
  presentEvent,
  type SealedEvent,
  sealedChannel,
  sealedColumns,
} from '../platform/index.ts';

const batchSize = 500;
const keepAliveMilliseconds = 15_000;
const maximumBufferBytes = 1024 * 1024;

/**
 * Sends sealed events as they come, from where the client was. Rights are asked anew with every batch, so somebody who loses a role
 * or leaves a group stops seeing at once, and the stream of a revoked token or ended session ends. A client that does not read is left behind, not buffered for.
 */
export async function streamEvents(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  options: { after?: number; project?: string; timeoutSeconds?: number },
): Promise<FastifyReply> {
  visible(ctx, 'project.read', sql.ref('events.project_id'));
  const lastEventId = request.headers['last-event-id'];
  if (lastEventId !== undefined && !/^\d{1,15}$/.test(String(lastEventId)))
    throw invalidField('header/Last-Event-ID', 'is not a sequence number');
  const projectId = options.project === undefined ? null : await projectIdOf(ctx, options.project);
  let after = lastEventId !== undefined ? Number(lastEventId) : (options.after ?? (await head(ctx)));

  const stream = openEventStream(request, reply);
  let sending: Promise<void> | null = null;
  let again = false;
  const send = (): void => {
    if (sending) {
      again = true;
      return;
    }
    sending = (async () => {
      do {
        again = false;
        for (;;) {
          if (!stream.open || stream.bufferedBytes > maximumBufferBytes) return;
          const actor = await actorNow(ctx.platform, ctx.actor);
          if (!actor) return stream.end();
          const upTo = await head(ctx);
          if (upTo <= after) break;
          const readable = visible({ ...ctx, actor }, 'project.read', sql.ref('events.project_id'));
          let query = ctx.db
            .selectFrom('events')
            .select(sealedColumns)
            .where(sql<SqlBool>`sequence > ${after}::bigint and sequence <= ${upTo}::bigint`)
            .where(sql<SqlBool>`(${readable} or (events.project_id is null and events.actor_id = ${ctx.actor.id}))`);
          if (projectId) query = query.where('projectId', '=', projectId);
          const rows = await query.orderBy('sequence').limit(batchSize).execute();
          for (const row of rows) stream.write(message(presentEvent(row)));
          // With fewer than a batch everything up to the head was seen, also what this caller may not see.
          after = rows.length === batchSize ? rows.at(-1)!.sequence! : upTo;
        }
      } while (again);
    })()
      .catch((error: Error) => {
        ctx.log.warn({ error: error.message }, 'event stream ended');
        stream.end();
      })
      .finally(() => {
        sending = null;
      });
  };
  const unlisten = ctx.platform.signals.on(sealedChannel, send);
  const timer = setInterval(() => {
    stream.write(': alive\n\n');
    send();
  }, keepAliveMilliseconds);
  const deadline =
    options.timeoutSeconds === undefined
      ? undefined
      : setTimeout(async () => {
          // What has happened by now still goes out.
          send();
          while (sending) await sending;
          stream.end();
        }, options.timeoutSeconds * 1000);
  stream.onClose(() => {
    clearInterval(timer);
    clearTimeout(deadline);
    unlisten();
  });
  send();
  return reply;
}

async function head(ctx: Context): Promise<number> {
  const row = await ctx.db
    .selectFrom('events')
    .select(sql<number>`coalesce(max(sequence), 0)`.as('head'))
    .executeTakeFirstOrThrow();
  return Number(row.head);
}

const message = (event: SealedEvent): string => `id: ${event.sequence}\nevent: ${event.verb}\ndata: ${JSON.stringify(event)}\n\n`;
