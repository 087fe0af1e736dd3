import { sql } from 'kysely';
import type { Context } from '../platform/index.ts';

/** A sign-in link, good once within ten minutes. */
export async function insertTicket(ctx: Context, hash: string, personId: string): Promise<void> {
  await ctx.db
    .insertInto('signInTickets')
    .values({ hash, kind: 'link', personId, expiresAt: sql<string>`now() + interval '10 minutes'` })
    .execute();
}

/** Takes a one-time ticket. @returns its person, or null when it is unknown, old or used */
export async function takeTicket(tx: Context, hash: string): Promise<string | null> {
  const row = await tx.db
    .deleteFrom('signInTickets')
    .where('hash', '=', hash)
    .where('kind', '=', 'link')
    .where('expiresAt', '>', sql<string>`now()`)
    .returning('personId')
    .executeTakeFirst();
  return row?.personId ?? null;
}

/** What is kept of a way to the sign-in provider and back: by which browser, and where it wants to go then. */
export interface RoundTrip {
  browserSha256: string;
  next: string;
}

/** Good once within ten minutes, by whatever server it comes back to. */
export async function insertRoundTrip(ctx: Context, hash: string, trip: RoundTrip): Promise<void> {
  await sql`delete from sign_in_tickets where expires_at < now()`.execute(ctx.db);
  await ctx.db
    .insertInto('signInTickets')
    .values({
      hash,
      kind: 'oidc',
      personId: null,
      data: JSON.stringify(trip) as never,
      expiresAt: sql<string>`now() + interval '10 minutes'`,
    })
    .execute();
}

/** @returns null when it is unknown, old or used */
export async function takeRoundTrip(ctx: Context, hash: string): Promise<RoundTrip | null> {
  const row = await ctx.db
    .deleteFrom('signInTickets')
    .where('hash', '=', hash)
    .where('kind', '=', 'oidc')
    .where('expiresAt', '>', sql<string>`now()`)
    .returning('data')
    .executeTakeFirst();
  return (row?.data as unknown as RoundTrip | undefined) ?? null;
}
