import type { FastifyRequest } from 'fastify';
import { deleteGrants, insertGrant, type OrganizationRole, organization, organizationId, require } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { type Context, checkIfMatch, conflict, emit, invalidField, notFound, transaction } from '../platform/index.ts';
import { changeCredentials } from './change-credentials.ts';
import { requireWholeAccount } from './own-affairs.ts';
import { openOwnProject } from './own-project.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { findPersonByEmail, insertPerson } from './people-store.ts';
import { countAdministrators, findPerson, lockPerson, type Person, updatePerson } from './person-store.ts';
import { endSessions } from './sessions.ts';

export async function createPerson(
  ctx: Context,
  input: { email: string; name?: string; password?: string; role?: OrganizationRole },
): Promise<Person> {
  await require(ctx, 'person.manage', organization);
  const passwordHash = input.password ? await hashPassword(input.password) : null;
  return transaction(ctx, async (tx) => {
    if (await findPersonByEmail(tx.db, input.email))
      throw conflict('person-exists', `There is a person with the address ${input.email} already.`);
    const id = newId('usr');
    await insertPerson(tx, {
      id,
      email: input.email,
      name: input.name ?? input.email.split('@')[0]!,
      passwordHash,
      state: 'active',
    });
    await insertGrant(tx, { subjectId: id, scopeId: organizationId, role: input.role ?? 'member' });
    const person = (await findPerson(tx, id))!;
    await emit(tx, { verb: 'person.created', object: { type: 'person', id }, data: person });
    return person;
  });
}

export async function changePerson(
  ctx: Context,
  id: string,
  change: { name?: string; role?: OrganizationRole; state?: 'active' | 'disabled' },
  request: FastifyRequest,
): Promise<Person> {
  await require(ctx, 'person.manage', organization);
  return changeCredentials(ctx, id, async (tx) => {
    const before = await lockPerson(tx, id);
    if (!before) throw notFound('person', id);
    checkIfMatch(request, before.version);
    const losesAdministration =
      before.role === 'admin' &&
      before.state === 'active' &&
      ((change.role && change.role !== 'admin') || change.state === 'disabled');
    if (losesAdministration && (await countAdministrators(tx)) === 1) {
      throw conflict('last-administrator', 'This is the last administrator. Make somebody else administrator first.');
    }
    await updatePerson(tx, id, {
      ...(change.name ? { name: change.name } : {}),
      ...(change.state ? { state: change.state } : {}),
    });
    if (change.role) {
      await deleteGrants(tx, id, organizationId);
      await insertGrant(tx, { subjectId: id, scopeId: organizationId, role: change.role });
    }
    if (change.state === 'disabled') await endSessions(tx, id);
    const after = (await findPerson(tx, id))!;
    await emit(tx, { verb: 'person.changed', object: { type: 'person', id }, data: after });
    return after;
  });
}

/** What people change about themselves. A new password ends all other sessions. */
export async function changeMe(
  ctx: Context,
  change: { name?: string; defaultProject?: string | null; currentPassword?: string; password?: string },
  request: FastifyRequest,
): Promise<Person> {
  requireWholeAccount(ctx, 'self.write');
  const passwordHash = change.password ? await newPassword(ctx, change.currentPassword, change.password) : undefined;
  const defaultProjectId = change.defaultProject
    ? await openOwnProject(ctx, change.defaultProject, '/defaultProject')
    : change.defaultProject;
  return changeCredentials(ctx, ctx.actor.id, async (tx) => {
    const before = await lockPerson(tx, ctx.actor.id);
    if (!before) throw notFound('person', ctx.actor.id);
    checkIfMatch(request, before.version);
    await updatePerson(tx, ctx.actor.id, {
      ...(change.name ? { name: change.name } : {}),
      ...(defaultProjectId === undefined ? {} : { defaultProjectId }),
      ...(passwordHash ? { passwordHash } : {}),
    });
    if (passwordHash) await endSessions(tx, ctx.actor.id, { except: ctx.actor.sessionId });
    const person = (await findPerson(tx, ctx.actor.id))!;
    await emit(tx, {
      verb: passwordHash ? 'person.password-changed' : 'person.changed',
      object: { type: 'person', id: person.id },
      data: person,
    });
    return person;
  });
}

async function newPassword(ctx: Context, current: string | undefined, password: string): Promise<string> {
  const me = await findPerson(ctx, ctx.actor.id);
  const stored = me ? await findPersonByEmail(ctx.db, me.email) : null;
  if (stored?.passwordHash && !(await checkPassword(stored.passwordHash, current ?? '')))
    throw invalidField('/currentPassword', 'is not your password');
  return hashPassword(password);
}
