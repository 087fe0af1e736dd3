import { sql } from 'kysely';
import type { Context, Database } from '../platform/index.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    people: {
      id: string;
      email: string;
      name: string;
      passwordHash: string | null;
      oidcIssuer: string | null;
      oidcSubject: string | null;
      defaultProjectId: string | null;
      preferences: Generated<Record<string, unknown>>;
      state: Generated<'invited' | 'active' | 'disabled'>;
      createdAt: Generated<string>;
      lastSeenAt: string | null;
      version: Generated<number>;
      deletedAt: string | null;
    };
    groups: { id: string; name: string; oidcGroup: string | null; createdAt: Generated<string>; version: Generated<number> };
    groupMembers: { groupId: string; personId: string; source: Generated<'manual' | 'oidc'> };
    serviceAccounts: {
      id: string;
      name: string;
      description: Generated<string>;
      projectId: string | null;
      createdBy: string;
      createdAt: Generated<string>;
      disabledAt: string | null;
      deletedAt: string | null;
      version: Generated<number>;
    };
    tokens: {
      id: string;
      name: string;
      ownerId: string;
      hash: string;
      kind: 'personal' | 'service-account' | 'workload' | 'start';
      projectId: string | null;
      actions: string[] | null;
      workloadId: string | null;
      createdAt: Generated<string>;
      expiresAt: string | null;
      lastUsedAt: string | null;
      lastUsedAddress: string | null;
      revokedAt: string | null;
    };
    sessions: {
      id: string;
      hash: string;
      personId: string;
      createdAt: Generated<string>;
      expiresAt: string;
      lastSeenAt: Generated<string>;
      address: string | null;
      agent: string | null;
      revokedAt: string | null;
    };
    signInTickets: {
      hash: string;
      kind: 'link' | 'oidc';
      personId: string | null;
      data: Generated<Record<string, unknown>>;
      createdAt: Generated<string>;
      expiresAt: string;
    };
    signInAttempts: { key: string; at: Generated<string> };
  }
}

/** What a credential stands for, with the subjects whose grants count. */
export interface Principal {
  id: string;
  kind: 'person' | 'service-account';
  name: string;
  defaultProjectId: string | null;
  subjectIds: string[];
  tokenId?: string;
  tokenKind?: string;
  projectId?: string | null;
  actions?: string[] | null;
  workloadId?: string | null;
  sessionId?: string;
}

/** A credential as it comes (by its hash), or as it was found before (by its id). */
type Credential = { hash: string } | { id: string };

/** The owner of a token that is neither revoked nor expired, nor of a disabled account; null otherwise. */
export async function principalOfToken(db: Database, credential: Credential): Promise<Principal | null> {
  const { rows } = await sql<Principal>`
    select t.id as "tokenId", t.kind as "tokenKind", t.project_id as "projectId", t.actions, t.workload_id as "workloadId",
      t.owner_id as id, case when p.id is not null then 'person' else 'service-account' end as kind,
      coalesce(p.name, s.name) as name, p.default_project_id as "defaultProjectId",
      array_prepend(t.owner_id, coalesce((select array_agg(group_id) from group_members where person_id = t.owner_id), '{}')) as "subjectIds"
    from tokens t
      left join people p on p.id = t.owner_id and p.state = 'active' and p.deleted_at is null
      left join service_accounts s on s.id = t.owner_id and s.disabled_at is null
    where ${is('t', credential)} and t.revoked_at is null and (t.expires_at is null or t.expires_at > now()) and (p.id is not null or s.id is not null)`.execute(
    db,
  );
  return rows[0] ?? null;
}

export async function principalOfSession(db: Database, credential: Credential): Promise<Principal | null> {
  const { rows } = await sql<Principal>`
    select s.id as "sessionId", p.id, 'person' as kind, p.name, p.default_project_id as "defaultProjectId",
      array_prepend(p.id, coalesce((select array_agg(group_id) from group_members where person_id = p.id), '{}')) as "subjectIds"
    from sessions s join people p on p.id = s.person_id and p.state = 'active' and p.deleted_at is null
    where ${is('s', credential)} and s.revoked_at is null and s.expires_at > now()`.execute(db);
  return rows[0] ?? null;
}

const is = (table: 's' | 't', credential: Credential) =>
  'hash' in credential
    ? sql`${sql.ref(`${table}.hash`)} = ${credential.hash}`
    : sql`${sql.ref(`${table}.id`)} = ${credential.id}`;

/** Notes the last use, at most once a minute for each token. */
export async function touchToken(db: Database, id: string, address: string): Promise<void> {
  await sql`update tokens set last_used_at = now(), last_used_address = ${address}
    where id = ${id} and (last_used_at is null or last_used_at < now() - interval '1 minute')`.execute(db);
}

export async function insertPerson(
  ctx: Context,
  person: { id: string; email: string; name: string; passwordHash: string | null; state: 'invited' | 'active' },
): Promise<void> {
  await ctx.db
    .insertInto('people')
    .values({ ...person, oidcIssuer: null, oidcSubject: null, defaultProjectId: null, lastSeenAt: null, deletedAt: null })
    .execute();
}

export async function insertToken(
  ctx: Context,
  token: {
    id: string;
    name: string;
    ownerId: string;
    hash: string;
    kind: 'personal' | 'service-account' | 'workload' | 'start';
    projectId: string | null;
    actions: string[] | null;
    workloadId: string | null;
    expiresAt: string | null;
  },
): Promise<void> {
  await ctx.db
    .insertInto('tokens')
    .values({ ...token, lastUsedAt: null, lastUsedAddress: null, revokedAt: null })
    .execute();
}

export async function revokeTokensOfWorkload(ctx: Context, workloadId: string): Promise<void> {
  await sql`update tokens set revoked_at = now() where workload_id = ${workloadId} and revoked_at is null`.execute(ctx.db);
}

export async function setDefaultProject(ctx: Context, personId: string, projectId: string | null): Promise<void> {
  await ctx.db.updateTable('people').set({ defaultProjectId: projectId }).where('id', '=', personId).execute();
}

export async function countPeople(db: Database): Promise<number> {
  return Number((await db.selectFrom('people').select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow()).count);
}

export async function findPersonByEmail(db: Database, email: string) {
  return db
    .selectFrom('people')
    .selectAll()
    .where(sql`lower(email)`, '=', email.toLowerCase())
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
}

export async function findPersonOfProvider(db: Database, issuer: string, subject: string) {
  return db
    .selectFrom('people')
    .select(['id', 'state'])
    .where('oidcIssuer', '=', issuer)
    .where('oidcSubject', '=', subject)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
}

/** From now on the provider's subject stands for this person. */
export async function linkPerson(tx: Context, id: string, provider: { issuer: string; subject: string }): Promise<void> {
  await tx.db
    .updateTable('people')
    .set({ oidcIssuer: provider.issuer, oidcSubject: provider.subject, state: 'active', version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute();
}

/** Two first sign-ins of one person wait for each other, so that the second finds what the first made. */
export async function lockSignIn(tx: Context, key: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`sign-in ${key.toLowerCase()}`}, 0))`.execute(tx.db);
}
