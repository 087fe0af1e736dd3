import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { ServiceAccount } from './service-account.ts';

const state = sql<ServiceAccount['state']>`case when disabled_at is null then 'active' else 'disabled' end`;
const lastUsedAt = sql<string | null>`(select max(last_used_at) from tokens t where t.owner_id = service_accounts.id)`;

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('serviceAccounts')
    .select(['id', 'name', 'description', 'projectId', 'createdBy', 'createdAt', 'version'])
    .select([
      sql<string | null>`(select name from projects p where p.id = service_accounts.project_id)`.as('projectName'),
      state.as('state'),
      sql<number>`(select count(*)::int from tokens t where t.owner_id = service_accounts.id and t.kind = 'service-account'
        and t.revoked_at is null and (t.expires_at is null or t.expires_at > now()))`.as('tokenCount'),
      lastUsedAt.as('lastUsedAt'),
      sql<string>`coalesce((select name from people p where p.id = service_accounts.created_by), service_accounts.created_by)`.as(
        'createdByName',
      ),
    ])
    .where('deletedAt', 'is', null);

export async function findServiceAccount(ctx: Context, id: string): Promise<ServiceAccount | null> {
  return (await select(ctx).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Two changes at once come one after the other, and the second sees the first. */
export async function lockServiceAccount(tx: Context, id: string): Promise<ServiceAccount | null> {
  await tx.db.selectFrom('serviceAccounts').select('id').where('id', '=', id).forUpdate().execute();
  return findServiceAccount(tx, id);
}

export async function serviceAccountNamed(ctx: Context, name: string): Promise<ServiceAccount | null> {
  return (await select(ctx).where(sql`lower(name)`, '=', sql`lower(${name})`).executeTakeFirst()) ?? null;
}

export const serviceAccountList = defineList({
  name: 'service accounts',
  sort: 'name',
  id: 'id',
  fields: {
    id: fields.text('serviceAccounts.id'),
    name: fields.text('serviceAccounts.name'),
    projectId: fields.text('serviceAccounts.projectId', { nullable: true }),
    state: fields.text(state),
    createdBy: fields.text('serviceAccounts.createdBy'),
    createdAt: fields.time('serviceAccounts.createdAt'),
    lastUsedAt: fields.time(lastUsedAt, { nullable: true }),
  },
});

export async function listServiceAccounts(
  ctx: Context,
  readable: Expression<SqlBool>,
  query: ListQuery & { project?: string | undefined },
): Promise<Page<ServiceAccount>> {
  let rows = select(ctx).where(readable);
  if (query.project) rows = rows.where('projectId', '=', query.project);
  return readPage(serviceAccountList, rows, query);
}

export async function insertServiceAccount(
  tx: Context,
  account: { id: string; name: string; description: string; projectId: string | null },
): Promise<void> {
  await tx.db
    .insertInto('serviceAccounts')
    .values({ ...account, createdBy: tx.actor.id, disabledAt: null, deletedAt: null })
    .execute();
}

export async function updateServiceAccount(
  tx: Context,
  id: string,
  { state, ...change }: Partial<{ name: string; description: string; state: ServiceAccount['state'] }>,
): Promise<void> {
  const disabledAt = state === 'disabled' ? sql<string>`coalesce(disabled_at, now())` : null;
  await tx.db
    .updateTable('serviceAccounts')
    .set({ ...change, version: sql<number>`version + 1`, ...(state === undefined ? {} : { disabledAt }) })
    .where('id', '=', id)
    .execute();
}

/** The row stays, so that what it did keeps its name; its tokens end. */
export async function trashServiceAccount(tx: Context, id: string): Promise<void> {
  await sql`update service_accounts set deleted_at = now(), disabled_at = coalesce(disabled_at, now()) where id = ${id}`.execute(
    tx.db,
  );
  await sql`update tokens set revoked_at = now() where owner_id = ${id} and revoked_at is null`.execute(tx.db);
}
