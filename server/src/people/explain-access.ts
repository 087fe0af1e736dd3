import { sql } from 'kysely';
import {
  type Action,
  actionsOf,
  allActions,
  decide,
  objectScopeId,
  organization,
  require,
  rolesWith,
  visible,
} from '../access/index.ts';
import { type Context, invalidField, notFound } from '../platform/index.ts';
import { type GrantRow, grantsOfSubjects, grantsReachingScope, grantsWithinScope } from './grant-store.ts';
import { findPersonByEmail } from './people-store.ts';
import { findPlaceNamed, type ObjectKind, type Place } from './places.ts';
import { type Subject, subjectById } from './subject-store.ts';

const grantsShown = 1_000;
const grantersShown = 20;

export interface Question {
  /** Id, or the e-mail of a person. */
  subject: string;
  action: string;
  resource: string;
}

/** May this one do that there, by which roles, and if not, what it takes and who can give it. The same decision that requests meet. */
export async function explainAccess(ctx: Context, question: Question, objects: readonly ObjectKind[]) {
  const place = await openPlace(ctx, question.resource, objects);
  if (!allActions.includes(question.action as Action))
    throw invalidField('query/action', `"${question.action}" is no action; they are listed by GET /access/roles`);
  const action = question.action as Action;
  const subject = await openSubject(ctx, question.subject);
  const actor = {
    kind: subject.kind === 'service-account' ? ('service-account' as const) : ('person' as const),
    id: subject.id,
    name: subject.name,
    subjectIds: subject.subjectIds,
  };
  const decision = await decide({ ...ctx, actor, decided: new Set() }, action, place.resource);
  const allowed = decision.allowed && !subject.disabled;
  const rows = await grantsReachingScope(ctx.db, [place.resource.scopeId, objectScopeId(place.resource)], grantsShown);
  const reaching = await namedObjects(ctx, rows, objects);
  const held = reaching
    .filter((grant) => subject.subjectIds.includes(grant.subjectId))
    .map((grant) => ({ ...grant, carries: actionsOf(grant.role).includes(action) }));
  const granters = reaching.filter((grant) => actionsOf(grant.role).includes('member.manage')).slice(0, grantersShown);
  return {
    allowed,
    reason: sentence(subject, action, place, allowed, held, decision.reason),
    subject,
    action,
    resource: { kind: place.resource.kind, id: place.resource.id, name: place.name },
    grants: held,
    neededRoles: rolesWith(action),
    whoCanGrant: allowed ? [] : granters,
  };
}

/** Who reaches a place by which role, from the place itself up to the organization; or who holds roles on what stands in it. */
export async function whoReaches(ctx: Context, asked: { resource: string; within?: boolean }, objects: readonly ObjectKind[]) {
  const place = await openPlace(ctx, asked.resource, objects);
  const { kind, id, scopeId } = place.resource;
  const rows = asked.within
    ? await grantsWithinScope(ctx.db, place.scopeId, grantsShown)
    : await grantsReachingScope(ctx.db, [scopeId, objectScopeId(place.resource)], grantsShown);
  const isOfProject = place.kind === 'project' || place.kind === 'object';
  return {
    resource: { kind, id, name: place.name, projectId: isOfProject ? scopeId : null },
    mayGive: (await decide(ctx, 'member.manage', place.resource)).allowed,
    items: await namedObjects(ctx, rows, objects),
  };
}

/** Scopes of single things are named by the modules that own them, which stand above people. */
async function namedObjects<Row extends GrantRow>(ctx: Context, rows: Row[], objects: readonly ObjectKind[]): Promise<Row[]> {
  const names = new Map<string, string>();
  for (const { scopeId, scopeKind } of rows) {
    if (scopeKind !== 'object' || names.has(scopeId)) continue;
    names.set(scopeId, (await findPlaceNamed(ctx, scopeId, objects))?.name ?? scopeId);
  }
  return rows.map((row) => ({ ...row, scopeName: names.get(row.scopeId) ?? row.scopeName }));
}

/** What somebody holds, by their groups too: all of it for who may explain everything or is asked about; for owners what is on their own projects. */
export async function grantsOfSubject(
  ctx: Context,
  named: string,
  objects: readonly ObjectKind[],
): Promise<{ subject: Subject; items: GrantRow[] }> {
  const explainable = visible(ctx, 'access.explain', sql.ref('g.scope_id'));
  const subject = await openSubject(ctx, named);
  const own = ctx.actor.id === subject.id && !ctx.actor.limits;
  const items = await grantsOfSubjects(ctx.db, subject.subjectIds, own ? sql`true` : explainable, grantsShown);
  const knowsPeople = own || items.length > 0 || (await decide(ctx, 'person.read', organization)).allowed;
  if (!knowsPeople) throw notFound('subject', named);
  return { subject, items: await namedObjects(ctx, items, objects) };
}

async function openPlace(ctx: Context, named: string, objects: readonly ObjectKind[]): Promise<Place> {
  const place = await findPlaceNamed(ctx, named, objects);
  if (!place) {
    ctx.decided.add('access.explain');
    throw notFound('resource', named);
  }
  await require(ctx, 'access.explain', place.resource);
  return place;
}

async function openSubject(ctx: Context, named: string): Promise<Subject> {
  const id = named.includes('@') ? ((await findPersonByEmail(ctx.db, named))?.id ?? named) : named;
  const subject = await subjectById(ctx.db, id);
  if (!subject) throw notFound('subject', named);
  return subject;
}

function sentence(
  subject: Subject,
  action: Action,
  place: Place,
  allowed: boolean,
  held: (GrantRow & { carries: boolean })[],
  reason: string,
): string {
  const grant = held.find((one) => one.carries);
  const where = on(place.resource.kind, place.name);
  if (allowed && grant) {
    const by = grant.subjectId === subject.id ? '' : ` of the group "${grant.subjectName}"`;
    return `${subject.name} may do ${action} ${where}, by the role ${grant.role}${by} ${on(grant.scopeKind, grant.scopeName)}.`;
  }
  if (subject.disabled) return `${subject.name} may do nothing: the account is disabled.`;
  if (grant) return `${subject.name} may not do ${action} ${where}: ${reason}.`;
  const roles = [...new Set(held.map((one) => one.role))].join(', ');
  const have = roles ? `the roles that reach it (${roles}) do not carry it` : 'no role of theirs reaches it';
  return `${subject.name} may not do ${action} ${where}: ${have}.`;
}

/** There is one organization; things of a project are told by their kind where the resource has it. */
const on = (kind: string, name: string): string =>
  kind === 'organization' ? 'in the organization' : `on ${kind === 'object' ? '' : `${kind} `}"${name}"`;
