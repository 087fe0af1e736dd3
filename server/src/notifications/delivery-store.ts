import { sql } from 'kysely';
import { type Context, type Database, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Delivery, DeliveryState, Outcome } from './notification-delivery.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    notificationDeliveries: {
      id: string;
      sequence: Generated<number>;
      channelId: string;
      noticeKey: string;
      type: string;
      projectId: string | null;
      personId: string | null;
      address: string | null;
      title: string;
      body: string;
      path: string;
      payload: string | null;
      state: Generated<DeliveryState>;
      attempts: Generated<number>;
      statusCode: number | null;
      error: string | null;
      createdAt: Generated<string>;
      attemptedAt: string | null;
      deliveredAt: string | null;
    };
  }
}

/** What is sent. `payload` is an object by now. */
export interface Message {
  id: string;
  type: string;
  projectId: string | null;
  address: string | null;
  title: string;
  body: string;
  path: string;
  payload: unknown;
  attempts: number;
  createdAt: string;
}

export interface NewDelivery {
  id: string;
  channelId: string;
  noticeKey: string;
  type: string;
  projectId: string | null;
  personId: string | null;
  address: string | null;
  title: string;
  body: string;
  path: string;
  payload: unknown;
}

/** Of what was told already, nothing is added. */
export async function insertDeliveries(tx: Context, rows: readonly NewDelivery[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('notificationDeliveries')
    .values(
      rows.map((row) => ({
        ...row,
        payload: row.payload === null ? null : JSON.stringify(row.payload),
        statusCode: null,
        error: null,
        attemptedAt: null,
        deliveredAt: null,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

const columns = [
  'id',
  'channelId',
  'type',
  'projectId',
  'title',
  'address',
  'state',
  'attempts',
  'statusCode',
  'error',
  'createdAt',
  'attemptedAt',
  'deliveredAt',
] as const;

export async function findDelivery(ctx: Context, channelId: string, id: string): Promise<Delivery | null> {
  const row = await ctx.db
    .selectFrom('notificationDeliveries')
    .select(columns)
    .where('channelId', '=', channelId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export const deliveryList = defineList({
  name: 'notification-deliveries',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('notificationDeliveries.id'),
    type: fields.text('notificationDeliveries.type'),
    state: fields.text('notificationDeliveries.state'),
    address: fields.text('notificationDeliveries.address', { nullable: true }),
    createdAt: fields.time('notificationDeliveries.createdAt'),
    deliveredAt: fields.time('notificationDeliveries.deliveredAt', { nullable: true }),
  },
});

export async function listDeliveries(ctx: Context, channelId: string, query: ListQuery): Promise<Page<Delivery>> {
  const rows = ctx.db.selectFrom('notificationDeliveries').select(columns).where('channelId', '=', channelId);
  return (await readPage(deliveryList, rows, query)) as unknown as Page<Delivery>;
}

/**
 * The oldest message that waits, with others to the same address up to `together`; the try is counted before it is made, so that one that ends
 * the process does not go on for ever.
 */
export async function takeMessages(db: Database, channelId: string, together: number): Promise<Message[]> {
  const { rows } = await sql<Message & { sequence: number }>`
    with first as (
      select address from notification_deliveries where channel_id = ${channelId} and state = 'waiting' order by sequence limit 1),
    taken as (
      select d.id from notification_deliveries d, first
      where d.channel_id = ${channelId} and d.state = 'waiting' and d.address is not distinct from first.address
      order by d.sequence limit ${together} for update of d)
    update notification_deliveries d set attempts = attempts + 1, attempted_at = now() from taken where d.id = taken.id
    returning d.id, d.sequence, d.type, d.project_id as "projectId", d.address, d.title, d.body, d.path, d.payload, d.attempts,
      d.created_at as "createdAt"`.execute(db);
  return rows.sort((a, b) => a.sequence - b.sequence);
}

export async function takeMessage(ctx: Context, id: string): Promise<Message> {
  const { rows } =
    await sql<Message>`update notification_deliveries set attempts = attempts + 1, attempted_at = now() where id = ${id}
    returning id, type, project_id as "projectId", address, title, body, path, payload, attempts, created_at as "createdAt"`.execute(
      ctx.db,
    );
  return rows[0]!;
}

export async function noteOutcome(db: Database, ids: readonly string[], outcome: Outcome, state: DeliveryState): Promise<void> {
  await db
    .updateTable('notificationDeliveries')
    .set({
      state,
      statusCode: outcome.statusCode,
      error: outcome.ok ? null : outcome.error,
      deliveredAt: outcome.ok ? sql<string>`now()` : null,
    })
    .where('id', 'in', [...ids])
    .execute();
}

/** A failed one waits again, as new. */
export async function sendAgain(tx: Context, id: string): Promise<void> {
  await tx.db
    .updateTable('notificationDeliveries')
    .set({ state: 'waiting', attempts: 0, createdAt: sql<string>`now()` })
    .where('id', '=', id)
    .execute();
}

/** What a paused channel had not sent yet is of the past when it goes on. */
export async function dropWaiting(tx: Context, channelId: string): Promise<void> {
  await tx.db.deleteFrom('notificationDeliveries').where('channelId', '=', channelId).where('state', '=', 'waiting').execute();
}

const keptDays = 30;

export async function deleteOld(db: Database): Promise<void> {
  await sql`delete from notification_deliveries where created_at < now() - make_interval(days => ${keptDays}) and state <> 'waiting'`.execute(
    db,
  );
}
