import type { FastifyRequest } from 'fastify';
import {
  type Action,
  allActions,
  deleteGrants,
  insertGrant,
  type OrganizationRole,
  organization,
  organizationId,
  require,
} from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import {
  type Context,
  checkIfMatch,
  conflict,
  emit,
  forbiddenHere,
  invalidField,
  notFound,
  transaction,
} from '../platform/index.ts';
import { makeToken } from './make-token.ts';
import { openOwnProject } from './own-project.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { findPersonByEmail, insertPerson } from './people-store.ts';
import {
  countAdministrators,
  findPerson,
  lockPerson,
  type Person,
  revokeSessions,
  revokeToken,
  updatePerson,
} from './person-store.ts';

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
  return transaction(ctx, async (tx) => {
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
    if (change.state === 'disabled') await revokeSessions(tx, id);
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
  refuseWorkload(ctx);
  const passwordHash = change.password ? await newPassword(ctx, change.currentPassword, change.password) : undefined;
  const defaultProjectId = change.defaultProject ? await openOwnProject(ctx, change.defaultProject) : change.defaultProject;
  return transaction(ctx, async (tx) => {
    const before = await lockPerson(tx, ctx.actor.id);
    if (!before) throw notFound('person', ctx.actor.id);
    checkIfMatch(request, before.version);
    await updatePerson(tx, ctx.actor.id, {
      ...(change.name ? { name: change.name } : {}),
      ...(defaultProjectId === undefined ? {} : { defaultProjectId }),
      ...(passwordHash ? { passwordHash } : {}),
    });
    if (passwordHash) await revokeSessions(tx, ctx.actor.id, { except: ctx.actor.sessionId });
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

export interface TokenInput {
  name: string;
  projectId?: string;
  actions?: string[];
  expiresAt?: string;
}

/** A token of the caller's own, never with more than the token that asks for it. */
export async function createToken(ctx: Context, input: TokenInput) {
  refuseWorkload(ctx);
  const unknown = (input.actions ?? []).findIndex((action) => !allActions.includes(action as Action));
  if (unknown >= 0)
    throw invalidField(`/actions/${unknown}`, `"${input.actions![unknown]}" is no action; they are listed by GET /access/roles`);
  if (input.expiresAt && Date.parse(input.expiresAt) <= ctx.platform.clock.now().getTime())
    throw invalidField('/expiresAt', 'is in the past');
  const { limits } = ctx.actor;
  const projectId = input.projectId ? await openOwnProject(ctx, input.projectId) : (limits?.projectId ?? null);
  if (limits?.projectId && projectId !== limits.projectId)
    throw forbiddenHere('Your token is for one project only; so are the tokens that it makes.');
  const actions = input.actions ?? limits?.actions ?? null;
  if (limits?.actions && actions?.some((action) => !limits.actions!.includes(action)))
    throw forbiddenHere('Your token does not carry all of these actions, so a token made with it cannot.');
  return transaction(ctx, async (tx) => {
    const made = await makeToken(tx, {
      ownerId: ctx.actor.id,
      name: input.name,
      kind: ctx.actor.kind === 'service-account' ? 'service-account' : 'personal',
      projectId,
      actions: actions ? [...actions] : null,
      expiresAt: input.expiresAt ?? null,
    });
    const shown = {
      id: made.id,
      name: input.name,
      ownerId: ctx.actor.id,
      projectId,
      actions: actions ? [...actions] : null,
      createdAt: ctx.platform.clock.now().toISOString(),
      expiresAt: input.expiresAt ?? null,
      lastUsedAt: null,
    };
    await emit(tx, { verb: 'token.created', object: { type: 'token', id: made.id, projectId }, data: shown });
    return { ...shown, token: made.token };
  });
}

export async function dropToken(ctx: Context, id: string): Promise<void> {
  refuseWorkload(ctx);
  await transaction(ctx, async (tx) => {
    if (!(await revokeToken(tx, id, ctx.actor.id))) throw notFound('token', id);
    await emit(tx, { verb: 'token.revoked', object: { type: 'token', id }, data: { id } });
  });
}

/** What runs for somebody acts in their project, not on their account. */
function refuseWorkload(ctx: Context): void {
  if (ctx.actor.kind === 'workload')
    throw forbiddenHere('Something that Plinth runs cannot change the account of the person it runs for.');
}
