import type { ProjectRole } from '../access/index.ts';
import { type Member, type MemberScope, type NewMember, putScopeMember, removeScopeMember } from '../people/index.ts';
import { type Context, transaction } from '../platform/index.ts';
import { openProject } from './open-project.ts';

/** Gives a person (by id or e-mail), group or service account one role in the project, in place of the one they had. */
export async function putMember(ctx: Context, idOrSlug: string, input: NewMember & { role: ProjectRole }): Promise<Member> {
  const project = await openProject(ctx, idOrSlug, 'member.manage');
  return addMember(ctx, project.id, input);
}

/** For callers who asked for the right themselves. */
export async function addMember(ctx: Context, projectId: string, input: NewMember & { role: ProjectRole }): Promise<Member> {
  return transaction(ctx, (tx) => putScopeMember(tx, scopeOf(projectId), input));
}

export async function removeMember(ctx: Context, idOrSlug: string, subjectId: string): Promise<void> {
  const project = await openProject(ctx, idOrSlug, 'member.manage');
  await transaction(ctx, (tx) => removeScopeMember(tx, scopeOf(project.id), subjectId));
}

const scopeOf = (projectId: string): MemberScope => ({
  id: projectId,
  object: { type: 'project', id: projectId, projectId },
  keepsOwner: true,
});
