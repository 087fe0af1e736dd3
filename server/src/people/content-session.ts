import { sha256 } from '../kit/digest.ts';
import { newId, newSecret } from '../kit/ids.ts';
import { LRUCache } from '../kit/lru-cache.ts';
import { type Actor, type Context, type Platform, Problem, transaction } from '../platform/index.ts';
import { type ContentSession, findContentSession, insertContentSession, takeContentTicket } from './content-session-store.ts';

const ticketSeconds = 60;
const cookieSeconds = 12 * 3_600;

/** A single-use ticket, good for a minute, with which a browser enters one object on the content origin. The right was asked for by the caller. */
export async function makeContentTicket(ctx: Context, objectRef: string): Promise<string> {
  const ticket = newSecret('');
  await insertContentSession(ctx, {
    id: newId('cts'),
    hash: sha256(ticket),
    kind: 'ticket',
    objectRef,
    personId: ctx.actor.id,
    sessionId: ctx.actor.sessionId ?? null,
    tokenId: ctx.actor.tokenId ?? null,
    seconds: ticketSeconds,
  });
  return ticket;
}

/** Exchanges a ticket for the secret of a cookie. @throws 401 when it is unknown, old, used, or for something else */
export async function useContentTicket(ctx: Context, objectRef: string, ticket: string): Promise<string> {
  return transaction(ctx, async (tx) => {
    const found = await findContentSession(tx.db, 'ticket', sha256(ticket));
    if (!found || found.objectRef !== objectRef || !(await takeContentTicket(tx, found.id))) {
      throw new Problem(
        401,
        'bad-ticket',
        'This link was used before or is older than a minute. Open it again from its page in Plinth.',
      );
    }
    const secret = newSecret('');
    await insertContentSession(tx, {
      id: newId('cts'),
      hash: sha256(secret),
      kind: 'cookie',
      objectRef,
      personId: found.personId,
      sessionId: found.sessionId,
      tokenId: found.tokenId,
      seconds: cookieSeconds,
    });
    return secret;
  });
}

/** Who is behind a cookie of the content origin, for one object; null when it is not, or no longer, good. */
export type ContentAuthenticate = (objectRef: string, secret: string | undefined, when?: 'now') => Promise<Actor | null>;

/** One that is good is remembered for three seconds, from when it was looked up; `now` looks it up. */
export function makeContentAuthenticate(platform: Platform): ContentAuthenticate {
  const remembered = new LRUCache<ContentSession>(2_000, 3_000);
  return async (objectRef, secret, when) => {
    if (!secret) return null;
    const hash = sha256(secret);
    let session: ContentSession | null = (when === 'now' ? undefined : remembered.get(hash)) ?? null;
    if (!session) {
      session = await findContentSession(platform.database.db, 'cookie', hash);
      if (session) remembered.set(hash, session);
      else remembered.delete(hash);
    }
    if (session?.objectRef !== objectRef) return null;
    return { kind: 'person', id: session.personId, name: session.personName, subjectIds: session.subjectIds };
  };
}
