import { sql } from 'kysely';
import { canonicalJson } from '../../kit/canonical-json.ts';
import { sha256 } from '../../kit/digest.ts';
import type { Context } from '../context.ts';

declare module '../database/tables.ts' {
  interface Tables {
    events: EventTable;
    eventListeners: { name: string; sequence: number; failures: number; lastError: string | null; updatedAt: string };
  }
}

export interface EventTable {
  id: import('kysely').Generated<number>;
  sequence: number | null;
  time: import('kysely').Generated<string>;
  actorKind: string;
  actorId: string;
  actorName: string;
  verb: string;
  objectType: string;
  objectId: string;
  projectId: string | null;
  requestId: string;
  payload: string | null;
  payloadSha256: string;
  previousSha256: string | null;
  sha256: string | null;
}

/** A fact to record: `verb` is noun.past-verb (`job.finished`), `data` the whole after-image of the object. */
export interface NewEvent {
  verb: string;
  object: { type: string; id: string; projectId?: string | null };
  data: unknown;
}

/** An event in its sealed place. */
export interface SealedEvent {
  sequence: number;
  time: string;
  actor: { kind: string; id: string; name: string };
  verb: string;
  object: { type: string; id: string; projectId: string | null };
  requestId: string;
  data: unknown;
}

export const eventsChannel = 'plinth_events';
export const sealedChannel = 'plinth_sealed';

/**
 * Writes an event in the transaction of the change. Outside a transaction it throws: an event without its change, or a change without its
 * event, must not be possible.
 */
export async function emit(ctx: Context, event: NewEvent): Promise<void> {
  if (!ctx.inTransaction) throw new Error(`Event ${event.verb} was emitted outside a transaction`);
  const payload = canonicalJson(event.data);
  await ctx.db
    .insertInto('events')
    .values({
      sequence: null,
      actorKind: ctx.actor.kind,
      actorId: ctx.actor.id,
      actorName: ctx.actor.name,
      verb: event.verb,
      objectType: event.object.type,
      objectId: event.object.id,
      projectId: event.object.projectId ?? null,
      requestId: ctx.requestId,
      payload,
      payloadSha256: sha256(payload),
      previousSha256: null,
      sha256: null,
    })
    .execute();
  await sql`select pg_notify(${eventsChannel}, '')`.execute(ctx.db);
}
