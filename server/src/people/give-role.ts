import {
  ensureObjectScope,
  type OrganizationRole,
  organizationId,
  organizationRoles,
  type ProjectRole,
  projectRoles,
  require,
} from '../access/index.ts';
import { type Context, conflict, invalidField, notFound, transaction } from '../platform/index.ts';
import { type GrantRow, grantById, grantOf } from './grant-store.ts';
import { findPlaceNamed, type ObjectKind, type Place } from './places.ts';
import { type MemberScope, type NewMember, putScopeMember, removeScopeMember } from './scope-members.ts';
import { findSubject, type Subject } from './subject-store.ts';

export interface RoleInput extends NewMember {
  role: ProjectRole | OrganizationRole;
  /** `organization`, a folder, a project, or one thing as `kind:id`. */
  scope: string;
}

/** Gives a role anywhere, also on the organization to a group and on one single thing, in place of the one that was there. */
export async function giveRole(ctx: Context, input: RoleInput, objects: readonly ObjectKind[]): Promise<GrantRow> {
  const place = await openPlace(ctx, input.scope, objects);
  return transaction(ctx, async (tx) => {
    const subject = await findSubject(tx, input);
    refuseUnfit(place, subject, input.role);
    if (place.kind === 'object') await ensureObjectScope(tx, place.resource);
    const { role, expiresAt } = input;
    await putScopeMember(tx, memberScopeOf(place), { subjectId: subject.id, role, ...(expiresAt ? { expiresAt } : {}) });
    return (await grantOf(tx.db, subject.id, place.scopeId))!;
  });
}

export async function takeRole(ctx: Context, grantId: string, objects: readonly ObjectKind[]): Promise<void> {
  const grant = await grantById(ctx.db, grantId);
  const place = grant ? await findPlaceNamed(ctx, grant.scopeId, objects) : null;
  if (!grant || !place) {
    ctx.decided.add('member.manage');
    throw notFound('grant', grantId);
  }
  await require(ctx, 'member.manage', place.resource);
  if (place.kind === 'organization' && grant.subjectKind === 'person') throw ofPerson();
  await transaction(ctx, (tx) => removeScopeMember(tx, memberScopeOf(place), grant.subjectId));
}

async function openPlace(ctx: Context, named: string, objects: readonly ObjectKind[]): Promise<Place> {
  const place = await findPlaceNamed(ctx, named, objects);
  if (!place) {
    ctx.decided.add('member.manage');
    throw notFound('scope', named);
  }
  await require(ctx, 'member.manage', place.resource);
  return place;
}

/** Roles of the organization go to groups and service accounts here; what a person is in it is kept by one route only, which keeps an administrator. */
function refuseUnfit(place: Place, subject: Subject, role: RoleInput['role']): void {
  if (place.kind !== 'organization') {
    if (!(role in projectRoles))
      throw invalidField('/role', `is a role of the organization; give ${Object.keys(projectRoles).join(', ')}`);
    return;
  }
  if (!(role in organizationRoles))
    throw invalidField('/role', `is no role of the organization; give ${Object.keys(organizationRoles).join(', ')}`);
  if (subject.kind === 'person') throw ofPerson();
  if (subject.kind === 'service-account' && role === 'admin')
    throw invalidField('/role', 'a service account cannot be administrator; give member or auditor');
}

const memberScopeOf = ({ kind, scopeId, resource }: Place): MemberScope => ({
  id: scopeId,
  object: { type: resource.kind, id: resource.id, projectId: kind === 'project' || kind === 'object' ? resource.scopeId : null },
  ...(kind === 'project' ? { keepsOwner: true } : {}),
});

const ofPerson = () =>
  conflict('role-of-person', `What a person is in the organization is changed by PATCH /users/{user} (scope ${organizationId}).`);
