import type { Expression, SqlBool } from 'kysely';
import { sql } from 'kysely';
import { type Context, conflict, emit, notFound, ownTransaction, Problem } from '../platform/index.ts';
import { grantsReaching, projectsOwnedOnlyBy, scopeReachedBy } from './access-store.ts';
import { type Action, actionsOf, leastRoleFor, rolesWith } from './roles.ts';

/** The one organization of an installation. */
export const organizationId = 'org_main';

/** What an action is about: its kind and id for messages and the record, its scope (project or organization) for the decision. */
export interface Resource {
  kind: string;
  id: string;
  scopeId: string;
  name?: string;
  /** The caller sees it for another reason than a role on it (a folder in the path of their project), so a refusal may say that it is there. */
  seen?: true;
}

export interface Decision {
  allowed: boolean;
  /** May know that it is there: decides between 403 and 404. */
  visible: boolean;
  /** In words, for `explain` and refusals. */
  reason: string;
  grants: { subjectId: string; role: string; scopeId: string; scopeKind: string }[];
}

/** The organization itself as a resource. */
export const organization: Resource = { kind: 'organization', id: organizationId, scopeId: organizationId };

/** A project as a resource, and anything that lives in one. */
export const inProject = (kind: string, id: string, projectId: string, name?: string): Resource => ({
  kind,
  id,
  scopeId: projectId,
  ...(name === undefined ? {} : { name }),
});

/** Where roles on one single thing hang, if anybody gave one: its ref, so that equal ids of two kinds are two. */
export const objectScopeId = (resource: Resource): string => `${resource.kind}:${resource.id}`;

/** The one decision: do the grants of this caller, within what their token may do, carry the action on the resource? Deny by default. */
export async function decide(ctx: Context, action: Action, resource: Resource): Promise<Decision> {
  const { actor } = ctx;
  if (actor.kind === 'system') return { allowed: true, visible: true, reason: 'the platform itself', grants: [] };
  const limits = actor.limits;
  if (limits?.projectId && limits.projectId !== resource.scopeId && resource.scopeId !== organizationId) {
    return { allowed: false, visible: false, reason: 'the token is for another project', grants: [] };
  }
  const rows = await grantsReaching(ctx.db, actor.subjectIds, resource.scopeId, objectScopeId(resource));
  const grants = rows.map(({ subjectId, role, scopeId, scopeKind }) => ({ subjectId, role, scopeId, scopeKind }));
  const carrying = grants.filter((grant) => actionsOf(grant.role).includes(action));
  const reads = readActionOf(action);
  const visible =
    resource.seen === true ||
    (resource.scopeId === organizationId
      ? grants.length > 0
      : grants.some((grant) => actionsOf(grant.role).some((held) => held === reads || held === action)));
  if (actor.kind !== 'person' && peopleOnly.includes(action)) {
    return { allowed: false, visible, reason: 'only a person may do that, no service account and nothing that runs', grants };
  }
  if (limits?.actions && !limits.actions.includes(action)) {
    return { allowed: false, visible, reason: `the token does not carry ${action}`, grants: carrying };
  }
  if (limits?.projectId && resource.scopeId === organizationId && !organizationReadsOfProjectTokens.includes(action)) {
    return { allowed: false, visible, reason: 'the token is for one project only', grants: carrying };
  }
  const first = carrying[0];
  if (first)
    return {
      allowed: true,
      visible: true,
      reason: `role ${first.role} on ${first.scopeKind} ${first.scopeId}`,
      grants: carrying,
    };
  return {
    allowed: false,
    visible,
    reason: grants.length > 0 ? `no role of yours here carries ${action}` : 'no role here',
    grants,
  };
}

/** What takes a person whatever was granted: a judgement of one's own, and who there is at all. */
const peopleOnly: readonly Action[] = ['approval.decide', 'person.manage', 'group.manage', 'service-account.manage'];

/** What a token of one project may still read of the organization: it needs tiers and templates to start work. */
const organizationReadsOfProjectTokens: readonly Action[] = [
  'organization.read',
  'hardware-tier.read',
  'compute-target.read',
  'template.read',
];

/**
 * Asks for a right. Passing notes the decision for the edge; failing writes `access.refused` and throws 404 when the caller may not even see
 * the thing, 403 with the role to ask for when they may.
 */
export async function require(ctx: Context, action: Action, resource: Resource): Promise<void> {
  ctx.decided.add(action);
  const decision = await decide(ctx, action, resource);
  if (decision.allowed) return;
  await recordRefusal(ctx, action, resource, decision.reason);
  if (!decision.visible) throw notFound(resource.kind, resource.name ?? resource.id);
  throw forbidden(action, resource, decision.reason);
}

export function forbidden(action: Action, resource: Resource, reason: string): Problem {
  const role = leastRoleFor(action);
  return new Problem(
    403,
    'forbidden',
    `You may not do ${action} on ${resource.kind} "${resource.name ?? resource.id}": ${reason}. Ask an owner or administrator for the role ${role}.`,
    { extra: { action, neededRole: role } },
  );
}

/** A refusal of a known caller is recorded in a transaction of its own: the operation's, if any, is rolled back. */
export async function recordRefusal(ctx: Context, action: string, resource: Resource, reason: string): Promise<void> {
  await ownTransaction(ctx, (tx) =>
    emit(tx, {
      verb: 'access.refused',
      object: { type: resource.kind, id: resource.id, projectId: resource.scopeId === organizationId ? null : resource.scopeId },
      data: { action, resource, reason },
    }),
  );
}

/** What the caller may do in the organization, by their groups too: what screens offer. The decision stays with each request. */
export async function actionsInOrganization(ctx: Context): Promise<Action[]> {
  const { subjectIds, limits, kind } = ctx.actor;
  const grants = await grantsReaching(ctx.db, subjectIds, organizationId, objectScopeId(organization));
  const held = new Set(grants.flatMap((grant) => actionsOf(grant.role)));
  return [...held].filter(
    (action) => (!limits?.actions || limits.actions.includes(action)) && (kind === 'person' || !peopleOnly.includes(action)),
  );
}

/** Before a subject goes away: a project must not be left without an owner. */
export async function refuseOnlyOwner(tx: Context, subjectId: string): Promise<void> {
  const projectIds = await projectsOwnedOnlyBy(tx, subjectId);
  if (projectIds.length > 0) {
    throw conflict('last-owner', 'It is the only owner of a project. Make somebody else owner there first.', { projectIds });
  }
}

/**
 * The same decision compiled to one SQL predicate for lists, so that a row that may not be seen is never read.
 *
 * @example db.selectFrom('jobs').where(visible(ctx, 'job.read', sql.ref('jobs.project_id')))
 */
export function visible(ctx: Context, action: Action, scopeColumn: Expression<unknown>): Expression<SqlBool> {
  ctx.decided.add(action);
  const { actor } = ctx;
  if (actor.kind === 'system') return sql<SqlBool>`true`;
  if (actor.limits?.actions && !actor.limits.actions.includes(action)) return sql<SqlBool>`false`;
  const reached = scopeReachedBy(actor.subjectIds, rolesWith(action), scopeColumn);
  if (!actor.limits?.projectId) return reached;
  return sql<SqlBool>`(${scopeColumn} = ${actor.limits.projectId} and ${reached})`;
}

/** The caller's best role that reaches a scope, for screens; null without one. */
export function bestRole(ctx: Context, scopeColumn: Expression<unknown>) {
  return sql<string | null>`(select best_grant.role from scope_ancestors best_above
    join grants best_grant on best_grant.scope_id = best_above.ancestor_id
    where best_above.scope_id = ${scopeColumn} and best_grant.subject_id = any(${[...ctx.actor.subjectIds]}::text[])
      and best_grant.role <> 'member' and (best_grant.expires_at is null or best_grant.expires_at > now())
    order by array_position(array['admin','owner','contributor','validator','auditor','viewer','consumer'], best_grant.role) limit 1)`;
}

/** The action by which something is seen at all: `job.cancel` → `job.read`. */
function readActionOf(action: Action): Action {
  const noun = action.split('.')[0]!;
  const reads: Record<string, Action> = {
    member: 'project.read',
    access: 'project.read',
    comment: 'project.read',
    approval: 'project.read',
    'service-account': 'project.read',
  };
  return reads[noun] ?? (`${noun}.read` as Action);
}
