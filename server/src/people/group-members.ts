import { organization, require } from '../access/index.ts';
import { type Context, emit, invalidField, notFound, transaction } from '../platform/index.ts';
import type { Group, GroupMember } from './group.ts';
import { deleteGroupMember, findGroup, findGroupMember, insertGroupMember, syncProviderGroups } from './group-store.ts';
import { findPersonByEmail } from './people-store.ts';
import { findPerson } from './person-store.ts';

/** Puts a person (by id or e-mail) into a group; what the group may do, they may do at once. */
export async function addGroupMember(
  ctx: Context,
  groupId: string,
  input: { personId?: string; email?: string },
): Promise<GroupMember> {
  await require(ctx, 'group.manage', organization);
  return transaction(ctx, async (tx) => {
    const group = await openGroup(tx, groupId);
    const personId = await namedPerson(tx, input);
    await insertGroupMember(tx, group.id, personId);
    const member = (await findGroupMember(tx, group.id, personId))!;
    await emitMember(tx, 'group.member-added', group, member);
    return member;
  });
}

export async function removeGroupMember(ctx: Context, groupId: string, personId: string): Promise<void> {
  await require(ctx, 'group.manage', organization);
  await transaction(ctx, async (tx) => {
    const group = await openGroup(tx, groupId);
    const member = await findGroupMember(tx, group.id, personId);
    if (!member) throw notFound('member', personId);
    await deleteGroupMember(tx, group.id, personId);
    await emitMember(tx, 'group.member-removed', group, member);
  });
}

/** Puts a person into the groups that the provider names now, and takes them out of those it no longer names. */
export async function followProviderGroups(tx: Context, personId: string, values: readonly string[]): Promise<void> {
  const { entered, left } = await syncProviderGroups(tx, personId, values);
  const { name, email, state } = (await findPerson(tx, personId))!;
  for (const [verb, ids] of [
    ['group.member-removed', left],
    ['group.member-added', entered],
  ] as const) {
    for (const id of ids) await emitMember(tx, verb, await openGroup(tx, id), { personId, name, email, state, source: 'oidc' });
  }
}

export async function openGroup(ctx: Context, id: string): Promise<Group> {
  const group = await findGroup(ctx, id);
  if (!group) throw notFound('group', id);
  return group;
}

const emitMember = (tx: Context, verb: string, group: Group, member: GroupMember): Promise<void> =>
  emit(tx, { verb, object: { type: 'group', id: group.id }, data: { ...member, groupId: group.id, groupName: group.name } });

async function namedPerson(tx: Context, input: { personId?: string; email?: string }): Promise<string> {
  if (input.email !== undefined) {
    const person = await findPersonByEmail(tx.db, input.email);
    if (!person) throw invalidField('/email', `nobody here has the address ${input.email}; an administrator can add them`);
    return person.id;
  }
  if (input.personId === undefined) throw invalidField('/personId', 'give a personId or an email');
  const person = await findPerson(tx, input.personId);
  if (!person) throw invalidField('/personId', `there is no person "${input.personId}"`);
  return person.id;
}
