import type { Notice, NoticeKind } from '../notifications/index.ts';
import { nameOfSubject } from '../people/index.ts';
import type { Context, SealedEvent } from '../platform/index.ts';
import type { ApprovalRow } from './approval.ts';

/** What people are told of questions at the gate and their answers. */
export const approvalNotices: readonly NoticeKind[] = [
  ofApproval('approval.requested', 'A version waits for approval', async (ctx, approval) => ({
    title: `${approval.subjectName} waits for approval to enter ${approval.channel}`,
    text: `${await nameOfSubject(ctx.db, approval.requestedBy)} asks. Somebody who neither made it nor asked decides.`,
  })),
  ofApproval('approval.approved', 'A version was approved', (ctx, approval) => decided(ctx, approval, 'may enter')),
  ofApproval('approval.rejected', 'A version was rejected', (ctx, approval) => decided(ctx, approval, 'may not enter')),
];

async function decided(ctx: Context, approval: ApprovalRow, what: string): Promise<Pick<Notice, 'title' | 'text'>> {
  const by = approval.decidedBy ? await nameOfSubject(ctx.db, approval.decidedBy) : 'Somebody';
  return {
    title: `${approval.subjectName} ${what} ${approval.channel}`,
    text: [`${by} decided.`, approval.comment].filter(Boolean).join('\n\n'),
  };
}

function ofApproval(
  type: string,
  summary: string,
  say: (ctx: Context, approval: ApprovalRow) => Promise<Pick<Notice, 'title' | 'text'>>,
): NoticeKind {
  return {
    type,
    summary,
    permission: 'project.read',
    async tell(ctx, event: SealedEvent) {
      const approval = event.data as ApprovalRow;
      return { ...(await say(ctx, approval)), path: `/approvals/${approval.id}`, key: `${approval.id} ${approval.state}` };
    },
  };
}
