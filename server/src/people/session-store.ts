import { sql } from 'kysely';
import type { Context, Database } from '../platform/index.ts';

export interface SessionRow {
  id: string;
  personId: string;
  address: string | null;
  agent: string | null;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
}

export async function insertSession(
  tx: Context,
  session: { id: string; hash: string; personId: string; address: string; agent: string },
): Promise<void> {
  await tx.db
    .insertInto('sessions')
    .values({ ...session, expiresAt: sql<string>`now() + interval '14 days'`, revokedAt: null })
    .execute();
  await tx.db.updateTable('people').set({ lastSeenAt: sql<string>`now()` }).where('id', '=', session.personId).execute();
}

/** Sessions that still are good, the last used first. */
export async function sessionsOf(ctx: Context, personId: string): Promise<SessionRow[]> {
  return ctx.db
    .selectFrom('sessions')
    .select(['id', 'personId', 'address', 'agent', 'createdAt', 'lastSeenAt', 'expiresAt'])
    .where('personId', '=', personId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<string>`now()`)
    .orderBy('lastSeenAt', 'desc')
    .orderBy('id')
    .limit(1_000)
    .execute();
}

/** @returns those that were good until now */
export async function revokeSessions(
  tx: Context,
  personId: string,
  which: { only?: string; except?: string | undefined },
): Promise<SessionRow[]> {
  let query = tx.db
    .updateTable('sessions')
    .set({ revokedAt: sql<string>`now()` })
    .where('personId', '=', personId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<string>`now()`);
  if (which.only) query = query.where('id', '=', which.only);
  if (which.except) query = query.where('id', '!=', which.except);
  return query.returning(['id', 'personId', 'address', 'agent', 'createdAt', 'lastSeenAt', 'expiresAt']).execute();
}

/** Notes that somebody is there, at most once a minute for each session. */
export async function touchSession(db: Database, id: string, address: string): Promise<void> {
  await sql`with seen as (update sessions set last_seen_at = now(), address = ${address}
      where id = ${id} and last_seen_at < now() - interval '1 minute' returning person_id)
    update people set last_seen_at = now() from seen where people.id = seen.person_id`.execute(db);
}
