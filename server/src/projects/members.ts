import { sql } from 'kysely';
import { type Static, Type } from 'typebox';
import { deleteGrants, insertGrant, type ProjectRole, projectRoles } from '../access/index.ts';
import {
  type Context,
  conflict,
  emit,
  invalidField,
  notFound,
  nullable,
  oneOf,
  timestamp,
  transaction,
} from '../platform/index.ts';
import { openProject } from './open-project.ts';
import { membersOf } from './project-store.ts';

export const roleSchema = oneOf(Object.keys(projectRoles) as readonly ProjectRole[]);

export const memberSchema = Type.Object({
  subjectId: Type.String(),
  kind: oneOf(['person', 'group', 'service-account']),
  name: Type.String(),
  email: nullable(Type.String()),
  role: roleSchema,
  createdAt: timestamp,
});
export type Member = Static<typeof memberSchema>;

/** Gives a person (by id or e-mail), group or service account one role in the project, in place of the one they had. */
export async function putMember(
  ctx: Context,
  idOrSlug: string,
  input: { subjectId?: string; email?: string; role: ProjectRole },
): Promise<Member> {
  const project = await openProject(ctx, idOrSlug, 'member.manage');
  return addMember(ctx, project.id, input);
}

/** For callers who asked for the right themselves. */
export async function addMember(
  ctx: Context,
  projectId: string,
  input: { subjectId?: string; email?: string; role: ProjectRole },
): Promise<Member> {
  const project = { id: projectId };
  return transaction(ctx, async (tx) => {
    const subjectId = await findSubject(tx, input);
    await lockMembers(tx, project.id);
    if (input.role !== 'owner') await refuseLastOwner(tx, project.id, subjectId);
    await deleteGrants(tx, subjectId, project.id);
    await insertGrant(tx, { subjectId, scopeId: project.id, role: input.role });
    const member = (await membersOf(tx.db, project.id)).find((row) => row.subjectId === subjectId) as Member;
    await emit(tx, { verb: 'member.added', object: { type: 'project', id: project.id, projectId: project.id }, data: member });
    return member;
  });
}

export async function removeMember(ctx: Context, idOrSlug: string, subjectId: string): Promise<void> {
  const project = await openProject(ctx, idOrSlug, 'member.manage');
  await transaction(ctx, async (tx) => {
    await lockMembers(tx, project.id);
    const member = (await membersOf(tx.db, project.id)).find((row) => row.subjectId === subjectId);
    if (!member) throw notFound('member', subjectId);
    await refuseLastOwner(tx, project.id, subjectId);
    await deleteGrants(tx, subjectId, project.id);
    await emit(tx, { verb: 'member.removed', object: { type: 'project', id: project.id, projectId: project.id }, data: member });
  });
}

async function findSubject(tx: Context, input: { subjectId?: string; email?: string }): Promise<string> {
  if (input.email) {
    const person = await tx.db
      .selectFrom('people')
      .select('id')
      .where(sql`lower(email)`, '=', input.email.toLowerCase())
      .where('deletedAt', 'is', null)
      .executeTakeFirst();
    if (!person) throw invalidField('/email', `nobody here has the address ${input.email}; an administrator can add them`);
    return person.id;
  }
  if (!input.subjectId) throw invalidField('/subjectId', 'give a subjectId or an email');
  const { rows } = await sql<{ id: string }>`
    select id from people where id = ${input.subjectId} and deleted_at is null union all select id from groups where id = ${input.subjectId}
    union all select id from service_accounts where id = ${input.subjectId} and disabled_at is null`.execute(tx.db);
  if (!rows[0]) throw invalidField('/subjectId', `there is no person, group or service account "${input.subjectId}"`);
  return rows[0].id;
}

/** Two owners who remove each other at once would leave a project without one. */
async function lockMembers(tx: Context, projectId: string): Promise<void> {
  await tx.db.selectFrom('projects').select('id').where('id', '=', projectId).forUpdate().execute();
}

async function refuseLastOwner(tx: Context, projectId: string, subjectId: string): Promise<void> {
  const owners = (await membersOf(tx.db, projectId)).filter((member) => member.role === 'owner');
  if (owners.length === 1 && owners[0]!.subjectId === subjectId) {
    throw conflict('last-owner', 'A project needs an owner. Make somebody else owner first.');
  }
}
