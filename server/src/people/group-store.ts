import { sql } from 'kysely';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Group, GroupMember } from './group.ts';

const memberCount = sql<number>`(select count(*)::int from group_members m join people p on p.id = m.person_id and p.deleted_at is null
  where m.group_id = groups.id)`;

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('groups')
    .select(['groups.id', 'groups.name', 'oidcGroup', 'groups.createdAt', 'groups.version'])
    .select(memberCount.as('memberCount'));

export async function findGroup(ctx: Context, id: string): Promise<Group | null> {
  return (await select(ctx).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Two changes at once come one after the other, and the second sees the first. */
export async function lockGroup(tx: Context, id: string): Promise<Group | null> {
  await tx.db.selectFrom('groups').select('id').where('id', '=', id).forUpdate().execute();
  return findGroup(tx, id);
}

/** The group that has this name (in any case), or this value of the provider. */
export async function findGroupBy(ctx: Context, by: { name: string } | { oidcGroup: string }): Promise<Group | null> {
  const query =
    'name' in by
      ? select(ctx).where(sql`lower(name)`, '=', sql`lower(${by.name})`)
      : select(ctx).where('oidcGroup', '=', by.oidcGroup);
  return (await query.executeTakeFirst()) ?? null;
}

export const groupList = defineList({
  name: 'groups',
  sort: 'name',
  id: 'id',
  fields: {
    id: fields.text('groups.id'),
    name: fields.text('groups.name'),
    oidcGroup: fields.text('groups.oidcGroup', { nullable: true }),
    memberCount: fields.integer(memberCount),
    createdAt: fields.time('groups.createdAt'),
  },
});

export const listGroups = (ctx: Context, query: ListQuery): Promise<Page<Group>> => readPage(groupList, select(ctx), query);

export async function insertGroup(tx: Context, group: { id: string; name: string; oidcGroup: string | null }): Promise<void> {
  await tx.db.insertInto('groups').values(group).execute();
}

export async function updateGroup(
  tx: Context,
  id: string,
  change: Partial<{ name: string; oidcGroup: string | null }>,
): Promise<void> {
  await tx.db
    .updateTable('groups')
    .set({ ...change, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute();
}

/** With its memberships. */
export async function deleteGroup(tx: Context, id: string): Promise<void> {
  await tx.db.deleteFrom('groups').where('id', '=', id).execute();
}

const selectMembers = (ctx: Context, groupId: string) =>
  ctx.db
    .selectFrom('groupMembers')
    .innerJoin('people', 'people.id', 'groupMembers.personId')
    .select(['people.id as personId', 'people.name', 'people.email', 'people.state', 'groupMembers.source'])
    .where('groupMembers.groupId', '=', groupId)
    .where('people.deletedAt', 'is', null);

export async function findGroupMember(ctx: Context, groupId: string, personId: string): Promise<GroupMember | null> {
  return (await selectMembers(ctx, groupId).where('people.id', '=', personId).executeTakeFirst()) ?? null;
}

export const groupMemberList = defineList({
  name: 'members of a group',
  sort: 'name',
  id: 'personId',
  fields: {
    personId: fields.text('people.id'),
    name: fields.text('people.name'),
    email: fields.text('people.email'),
    state: fields.text('people.state'),
    source: fields.text('groupMembers.source'),
  },
});

export const groupMembersOf = (ctx: Context, groupId: string, query: ListQuery): Promise<Page<GroupMember>> =>
  readPage(groupMemberList, selectMembers(ctx, groupId), query);

/** By hand; whom the provider had put in stays from now on whatever the provider says. */
export async function insertGroupMember(tx: Context, groupId: string, personId: string): Promise<void> {
  await tx.db
    .insertInto('groupMembers')
    .values({ groupId, personId, source: 'manual' })
    .onConflict((conflict) => conflict.columns(['groupId', 'personId']).doUpdateSet({ source: 'manual' }))
    .execute();
}

export async function deleteGroupMember(tx: Context, groupId: string, personId: string): Promise<void> {
  await tx.db.deleteFrom('groupMembers').where('groupId', '=', groupId).where('personId', '=', personId).execute();
}

/** Makes the memberships that came from the provider what it says now. @returns the groups entered and left */
export async function syncProviderGroups(
  tx: Context,
  personId: string,
  values: readonly string[],
): Promise<{ entered: string[]; left: string[] }> {
  const left = await sql<{ id: string }>`delete from group_members where person_id = ${personId} and source = 'oidc'
    and group_id not in (select id from groups where oidc_group = any(${[...values]}::text[])) returning group_id as id`.execute(
    tx.db,
  );
  const entered = await sql<{ id: string }>`insert into group_members (group_id, person_id, source)
    select id, ${personId}, 'oidc' from groups where oidc_group = any(${[...values]}::text[])
    on conflict do nothing returning group_id as id`.execute(tx.db);
  return { entered: entered.rows.map((row) => row.id), left: left.rows.map((row) => row.id) };
}
