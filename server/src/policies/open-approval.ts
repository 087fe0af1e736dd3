import { type Action, inProject, require } from '../access/index.ts';
import { type Context, notFound } from '../platform/index.ts';
import type { ApprovalRow } from './approval.ts';
import { findApproval } from './approval-store.ts';

/** An approval after asking for a right in its project. */
export async function openApproval(ctx: Context, id: string, action: Action): Promise<ApprovalRow> {
  const approval = await findApproval(ctx, id);
  if (!approval) {
    ctx.decided.add(action);
    throw notFound('approval', id);
  }
  await require(ctx, action, inProject('approval', id, approval.projectId, approval.subjectName));
  return approval;
}
