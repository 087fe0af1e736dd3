import { type Static, Type } from 'typebox';
import { deleteGrants, insertGrant, lockScope, type ProjectRole, projectRoles, type Role } from '../access/index.ts';
import {
  type Context,
  conflict,
  defineShortList,
  emit,
  invalidField,
  notFound,
  nullable,
  nullableTimestamp,
  oneOf,
  timestamp,
} from '../platform/index.ts';
import { membersOfScope } from './scope-member-store.ts';
import { findSubject, subjectKinds } from './subject-store.ts';

export const projectRoleSchema = oneOf(Object.keys(projectRoles) as readonly ProjectRole[]);

const memberFields = {
  subjectId: Type.String(),
  kind: oneOf(subjectKinds),
  name: Type.String(),
  email: nullable(Type.String()),
  memberCount: Type.Union([Type.Integer(), Type.Null()], { description: 'People in it, for a group.' }),
  createdAt: timestamp,
  expiresAt: nullableTimestamp,
};
/** Somebody with a role directly on a project or folder. */
export const memberSchema = Type.Object({ ...memberFields, role: projectRoleSchema });
export type Member = Static<typeof memberSchema>;
export const memberList = defineShortList('members', memberSchema, { sort: 'createdAt', id: ['subjectId'] });

/** Body of the routes that give somebody a role. */
export const newMemberFields = {
  subjectId: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Id of a person, group or service account.' }),
  ),
  email: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
  expiresAt: Type.Optional(nullable(timestamp)),
};
export interface NewMember {
  subjectId?: string;
  email?: string;
  expiresAt?: string | null;
}

/** Where a role is given: the scope, and how its events name the thing. */
export interface MemberScope {
  id: string;
  object: { type: string; id: string; projectId: string | null };
  /** A project keeps an owner whose role does not run out. */
  keepsOwner?: true;
}

/** Gives a person (by id or e-mail), group or service account one role on a scope, in place of the one they had. The right was asked for. */
export async function putScopeMember<R extends Role>(
  tx: Context,
  scope: MemberScope,
  input: NewMember & { role: R },
): Promise<Omit<Member, 'role'> & { role: R }> {
  const { id: subjectId } = await findSubject(tx, input);
  const expiresAt = input.expiresAt ?? null;
  if (expiresAt !== null && Date.parse(expiresAt) <= tx.platform.clock.now().getTime())
    throw invalidField('/expiresAt', 'is in the past');
  await lockScope(tx, scope.id);
  if (scope.keepsOwner && (input.role !== 'owner' || expiresAt !== null)) await refuseLastOwner(tx, scope.id, subjectId);
  await deleteGrants(tx, subjectId, scope.id);
  await insertGrant(tx, { subjectId, scopeId: scope.id, role: input.role, expiresAt });
  const member = (await membersOfScope(tx.db, scope.id)).find((row) => row.subjectId === subjectId)!;
  await emit(tx, { verb: 'member.added', object: scope.object, data: member });
  return member as Omit<Member, 'role'> & { role: R };
}

export async function removeScopeMember(tx: Context, scope: MemberScope, subjectId: string): Promise<void> {
  await lockScope(tx, scope.id);
  const member = (await membersOfScope(tx.db, scope.id)).find((row) => row.subjectId === subjectId);
  if (!member) throw notFound('member', subjectId);
  if (scope.keepsOwner) await refuseLastOwner(tx, scope.id, subjectId);
  await deleteGrants(tx, subjectId, scope.id);
  await emit(tx, { verb: 'member.removed', object: scope.object, data: member });
}

async function refuseLastOwner(tx: Context, scopeId: string, subjectId: string): Promise<void> {
  const members = await membersOfScope(tx.db, scopeId);
  const owners = members.filter((member) => member.role === 'owner' && member.expiresAt === null);
  if (owners.length === 1 && owners[0]!.subjectId === subjectId) {
    throw conflict('last-owner', 'A project needs an owner. Make somebody else owner first.');
  }
}
