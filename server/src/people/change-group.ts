import type { FastifyRequest } from 'fastify';
import { deleteGrantsOf, organization, refuseOnlyOwner, require } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { type Context, checkIfMatch, emit, notFound, transaction } from '../platform/index.ts';
import { type Group, groupExists, type NewGroup, oidcGroupTaken } from './group.ts';
import { deleteGroup, findGroup, findGroupBy, insertGroup, lockGroup, updateGroup } from './group-store.ts';

export async function createGroup(ctx: Context, input: NewGroup): Promise<Group> {
  await require(ctx, 'group.manage', organization);
  return transaction(ctx, async (tx) => {
    await refuseTaken(tx, null, input);
    const id = newId('grp');
    await insertGroup(tx, { id, name: input.name, oidcGroup: input.oidcGroup ?? null });
    const group = (await findGroup(tx, id))!;
    await emit(tx, { verb: 'group.created', object: { type: 'group', id }, data: group });
    return group;
  });
}

export async function changeGroup(ctx: Context, id: string, change: Partial<NewGroup>, request: FastifyRequest): Promise<Group> {
  await require(ctx, 'group.manage', organization);
  return transaction(ctx, async (tx) => {
    const before = await lockGroup(tx, id);
    if (!before) throw notFound('group', id);
    checkIfMatch(request, before.version);
    await refuseTaken(tx, id, change);
    await updateGroup(tx, id, change);
    const after = (await findGroup(tx, id))!;
    await emit(tx, { verb: 'group.changed', object: { type: 'group', id }, data: after });
    return after;
  });
}

/** Its members lose at once what they had by it. A group that alone owns a project stays. */
export async function dropGroup(ctx: Context, id: string): Promise<void> {
  await require(ctx, 'group.manage', organization);
  await transaction(ctx, async (tx) => {
    const group = await findGroup(tx, id);
    if (!group) throw notFound('group', id);
    await refuseOnlyOwner(tx, id);
    await deleteGrantsOf(tx, id);
    await deleteGroup(tx, id);
    await emit(tx, { verb: 'group.deleted', object: { type: 'group', id }, data: group });
  });
}

async function refuseTaken(tx: Context, own: string | null, input: Partial<NewGroup>): Promise<void> {
  if (input.name !== undefined) {
    const other = await findGroupBy(tx, { name: input.name });
    if (other && other.id !== own) throw groupExists(input.name);
  }
  if (input.oidcGroup) {
    const other = await findGroupBy(tx, { oidcGroup: input.oidcGroup });
    if (other && other.id !== own) throw oidcGroupTaken(input.oidcGroup);
  }
}
