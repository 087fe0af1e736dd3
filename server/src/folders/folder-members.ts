import type { ProjectRole } from '../access/index.ts';
import { type Member, type MemberScope, type NewMember, putScopeMember, removeScopeMember } from '../people/index.ts';
import { type Context, transaction } from '../platform/index.ts';
import { openFolder } from './open-folder.ts';

/** Gives a role in every project below, now and later. */
export async function putFolderMember(ctx: Context, id: string, input: NewMember & { role: ProjectRole }): Promise<Member> {
  const folder = await openFolder(ctx, id, 'member.manage');
  return transaction(ctx, (tx) => putScopeMember(tx, scopeOf(folder.id), input));
}

export async function removeFolderMember(ctx: Context, id: string, subjectId: string): Promise<void> {
  const folder = await openFolder(ctx, id, 'member.manage');
  await transaction(ctx, (tx) => removeScopeMember(tx, scopeOf(folder.id), subjectId));
}

const scopeOf = (id: string): MemberScope => ({ id, object: { type: 'folder', id, projectId: null } });
