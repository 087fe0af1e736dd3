import type { FastifyRequest } from 'fastify';
import {
  type Action,
  deleteGrantsOf,
  inProject,
  insertGrant,
  organization,
  organizationId,
  projectRoles,
  refuseOnlyOwner,
  require,
} from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { type Context, checkIfMatch, emit, invalidField, notFound, transaction } from '../platform/index.ts';
import { changeCredentials } from './change-credentials.ts';
import { findProjectId } from './own-project.ts';
import { asResource, type ServiceAccount, serviceAccountExists, type serviceAccountRoles } from './service-account.ts';
import {
  findServiceAccount,
  insertServiceAccount,
  lockServiceAccount,
  serviceAccountNamed,
  trashServiceAccount,
  updateServiceAccount,
} from './service-account-store.ts';

export interface NewServiceAccount {
  name: string;
  description?: string;
  /** By id or slug: it belongs there and its tokens reach no further. */
  projectId?: string;
  role?: (typeof serviceAccountRoles)[number];
}

export async function createServiceAccount(ctx: Context, input: NewServiceAccount): Promise<ServiceAccount> {
  const projectId = input.projectId === undefined ? null : await findProjectId(ctx, input.projectId);
  if (input.projectId !== undefined && projectId === null) {
    ctx.decided.add('service-account.manage');
    throw notFound('project', input.projectId);
  }
  await require(ctx, 'service-account.manage', projectId
    ? inProject('project', projectId, projectId, input.projectId)
    : organization);
  const { role } = input;
  if (role && role in projectRoles !== (projectId !== null)) {
    throw invalidField(
      '/role',
      projectId ? 'give a role of the project' : 'give member or auditor, or name the project of the role',
    );
  }
  return transaction(ctx, async (tx) => {
    if (await serviceAccountNamed(tx, input.name)) throw serviceAccountExists(input.name);
    const id = newId('sva');
    await insertServiceAccount(tx, { id, name: input.name, description: input.description ?? '', projectId });
    if (role) await insertGrant(tx, { subjectId: id, scopeId: projectId ?? organizationId, role });
    const account = (await findServiceAccount(tx, id))!;
    await emitAccount(tx, 'service-account.created', account, { role: role ?? null });
    return account;
  });
}

/** Renames, disables (its tokens are refused within seconds) or enables again. */
export async function changeServiceAccount(
  ctx: Context,
  id: string,
  change: Partial<Pick<ServiceAccount, 'name' | 'description' | 'state'>>,
  request: FastifyRequest,
): Promise<ServiceAccount> {
  await openServiceAccount(ctx, id, 'service-account.manage');
  return changeCredentials(ctx, id, async (tx) => {
    const before = await lockServiceAccount(tx, id);
    if (!before) throw notFound('service account', id);
    checkIfMatch(request, before.version);
    const other = change.name === undefined ? null : await serviceAccountNamed(tx, change.name);
    if (other && other.id !== id) throw serviceAccountExists(other.name);
    await updateServiceAccount(tx, id, change);
    const after = (await findServiceAccount(tx, id))!;
    await emitAccount(tx, 'service-account.changed', after);
    return after;
  });
}

export async function dropServiceAccount(ctx: Context, id: string): Promise<void> {
  const account = await openServiceAccount(ctx, id, 'service-account.manage');
  await changeCredentials(ctx, id, async (tx) => {
    await refuseOnlyOwner(tx, id);
    await deleteGrantsOf(tx, id);
    await trashServiceAccount(tx, id);
    await emitAccount(tx, 'service-account.deleted', account);
  });
}

/** The account that a path names, after asking for a right in its project or the organization. */
export async function openServiceAccount(ctx: Context, id: string, action: Action): Promise<ServiceAccount> {
  const account = await findServiceAccount(ctx, id);
  if (!account) {
    ctx.decided.add(action);
    throw notFound('service account', id);
  }
  await require(ctx, action, asResource(account));
  return account;
}

const emitAccount = (tx: Context, verb: string, account: ServiceAccount, more: object = {}): Promise<void> =>
  emit(tx, {
    verb,
    object: { type: 'service-account', id: account.id, projectId: account.projectId },
    data: { ...account, ...more },
  });
