import { sql } from 'kysely';
import type { Context, Database } from '../platform/index.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    contentSessions: {
      id: string;
      hash: string;
      kind: 'ticket' | 'cookie';
      objectRef: string;
      personId: string;
      sessionId: string | null;
      tokenId: string | null;
      createdAt: import('kysely').Generated<string>;
      expiresAt: string;
    };
  }
}

export interface ContentSession {
  id: string;
  objectRef: string;
  personId: string;
  personName: string;
  subjectIds: string[];
  sessionId: string | null;
  tokenId: string | null;
}

export async function insertContentSession(
  ctx: Context,
  session: {
    id: string;
    hash: string;
    kind: 'ticket' | 'cookie';
    objectRef: string;
    personId: string;
    sessionId: string | null;
    tokenId: string | null;
    seconds: number;
  },
): Promise<void> {
  const { seconds, ...row } = session;
  await ctx.db
    .insertInto('contentSessions')
    .values({ ...row, expiresAt: sql<string>`now() + make_interval(secs => ${seconds})` })
    .execute();
}

/** Good as long as its person is active and the session or token that it came from still is. */
export async function findContentSession(db: Database, kind: 'ticket' | 'cookie', hash: string): Promise<ContentSession | null> {
  const { rows } = await sql<ContentSession>`
    select c.id, c.object_ref as "objectRef", c.person_id as "personId", p.name as "personName", c.session_id as "sessionId", c.token_id as "tokenId",
      array_prepend(p.id, coalesce((select array_agg(group_id) from group_members where person_id = p.id), '{}')) as "subjectIds"
    from content_sessions c join people p on p.id = c.person_id and p.state = 'active' and p.deleted_at is null
    where c.hash = ${hash} and c.kind = ${kind} and c.expires_at > now()
      and (c.session_id is null or exists (select 1 from sessions s where s.id = c.session_id and s.revoked_at is null and s.expires_at > now()))
      and (c.token_id is null or exists (select 1 from tokens t where t.id = c.token_id and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())))`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** @returns false when somebody used it before */
export async function takeContentTicket(ctx: Context, id: string): Promise<boolean> {
  const result = await ctx.db.deleteFrom('contentSessions').where('id', '=', id).where('kind', '=', 'ticket').executeTakeFirst();
  await sql`delete from content_sessions where expires_at < now() - interval '1 day'`.execute(ctx.db);
  return Number(result.numDeletedRows) === 1;
}
