import { sql } from 'kysely';
import { organizationId } from '../access/index.ts';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';

export interface Person {
  id: string;
  email: string;
  name: string;
  role: 'admin' | 'member' | 'auditor' | null;
  state: 'invited' | 'active' | 'disabled';
  defaultProjectId: string | null;
  createdAt: string;
  lastSeenAt: string | null;
  version: number;
}

const role = sql<
  Person['role']
>`(select role from grants where subject_id = people.id and scope_id = ${organizationId} order by array_position(array['admin','auditor','member'], role) limit 1)`;

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('people')
    .select(['id', 'email', 'name', 'state', 'defaultProjectId', 'createdAt', 'lastSeenAt', 'version'])
    .select(role.as('role'))
    .where('deletedAt', 'is', null);

export async function findPerson(ctx: Context, id: string): Promise<Person | null> {
  return (await select(ctx).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Two changes at once come one after the other, and the second sees the first. */
export async function lockPerson(tx: Context, id: string): Promise<Person | null> {
  await tx.db.selectFrom('people').select('id').where('id', '=', id).forUpdate().execute();
  return findPerson(tx, id);
}

export const personList = defineList({
  name: 'people',
  sort: 'createdAt',
  id: 'id',
  fields: {
    id: fields.text('people.id'),
    email: fields.text('people.email'),
    name: fields.text('people.name'),
    role: fields.text(role, { nullable: true }),
    state: fields.text('people.state'),
    createdAt: fields.time('people.createdAt'),
    lastSeenAt: fields.time('people.lastSeenAt', { nullable: true }),
  },
});

export async function listPeople(ctx: Context, query: ListQuery): Promise<Page<Person>> {
  return readPage(personList, select(ctx), query);
}

export async function updatePerson(
  tx: Context,
  id: string,
  change: Partial<{ name: string; state: 'active' | 'disabled'; passwordHash: string; defaultProjectId: string | null }>,
): Promise<void> {
  await tx.db
    .updateTable('people')
    .set({ ...change, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute();
}

export async function countAdministrators(tx: Context): Promise<number> {
  await sql`select pg_advisory_xact_lock(7546204)`.execute(tx.db);
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from grants g join people p on p.id = g.subject_id
    where g.scope_id = ${organizationId} and g.role = 'admin' and p.state = 'active' and p.deleted_at is null`.execute(tx.db);
  return rows[0]!.count;
}

export interface TokenRow {
  id: string;
  name: string;
  ownerId: string;
  projectId: string | null;
  actions: string[] | null;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

export const tokenList = defineList({
  name: 'tokens',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('tokens.id'),
    name: fields.text('tokens.name'),
    projectId: fields.text('tokens.projectId', { nullable: true }),
    createdAt: fields.time('tokens.createdAt'),
    expiresAt: fields.time('tokens.expiresAt', { nullable: true }),
    lastUsedAt: fields.time('tokens.lastUsedAt', { nullable: true }),
  },
});

export async function tokensOf(ctx: Context, ownerId: string, query: ListQuery): Promise<Page<TokenRow>> {
  const rows = ctx.db
    .selectFrom('tokens')
    .select(['id', 'name', 'ownerId', 'projectId', 'actions', 'createdAt', 'expiresAt', 'lastUsedAt'])
    .where('ownerId', '=', ownerId)
    .where('kind', 'in', ['personal', 'service-account', 'start'])
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', sql<string>`now()`)]));
  return readPage(tokenList, rows, query);
}

export async function revokeToken(tx: Context, id: string, ownerId: string): Promise<boolean> {
  const result = await tx.db
    .updateTable('tokens')
    .set({ revokedAt: sql<string>`now()` })
    .where('id', '=', id)
    .where('ownerId', '=', ownerId)
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** Counts tries within a quarter of an hour, this one included. */
export async function countAttempts(ctx: Context, keys: string[]): Promise<number> {
  await sql`insert into sign_in_attempts (key) select unnest(${keys}::text[])`.execute(ctx.db);
  const { rows } = await sql<{ most: number }>`select coalesce(max(n), 0)::int as most from (
    select count(*) as n from sign_in_attempts where key = any(${keys}::text[]) and at > now() - interval '15 minutes' group by key) counts`.execute(
    ctx.db,
  );
  return rows[0]!.most;
}

export async function forgetAttempts(ctx: Context, key: string): Promise<void> {
  await sql`delete from sign_in_attempts where key = ${key} or at < now() - interval '1 day'`.execute(ctx.db);
}

/** One try, that turned out to be none to count. */
export async function forgetAttempt(ctx: Context, key: string): Promise<void> {
  await sql`delete from sign_in_attempts where ctid = (select ctid from sign_in_attempts where key = ${key} order by at desc limit 1)`.execute(
    ctx.db,
  );
}

/** The people to whom addresses of mail belong; addresses in lower case. */
export async function idsOfAddresses(ctx: Context, addresses: readonly string[]): Promise<string[]> {
  if (addresses.length === 0) return [];
  const { rows } = await sql<{ id: string }>`select id from people where lower(email) = any(${[...addresses]}::text[])`.execute(
    ctx.db,
  );
  return rows.map((row) => row.id);
}
