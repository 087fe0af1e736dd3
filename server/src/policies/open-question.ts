import { newId } from '../kit/ids.ts';
import { type Context, emit } from '../platform/index.ts';
import { type ApprovalRow, answers } from './approval.ts';
import { findApproval, findNewest, insertApproval, lockOpen, withMakers, writeWithdrawal } from './approval-store.ts';
import type { Channel } from './policy.ts';
import type { Subject } from './subject.ts';

/** The open question about exactly these bytes: the one that is there, or a new one of the given id. One about other bytes of the subject is withdrawn. */
export async function openQuestion(tx: Context, subject: Subject, channel: Channel, id = newId('apr')): Promise<ApprovalRow> {
  for (;;) {
    const [open] = await lockOpen(tx, subject.ref, channel);
    if (open?.digest === subject.digest) return open;
    if (open) await withdraw(tx, open, 'Its bytes are no longer those that were asked about.');
    if (!(await insertApproval(tx, id, subject, channel, await withMakers(tx, subject.authorIds)))) continue;
    const approval = (await findApproval(tx, id))!;
    await emit(tx, { verb: 'approval.requested', object: objectOf(approval), data: approval });
    return approval;
  }
}

/**
 * The answer to the question about exactly these bytes, or else the open question. Looked up after waiting for whoever decides it at this moment,
 * so that a door never opens anew what was just rejected.
 */
export async function answerOrQuestion(tx: Context, subject: Subject, channel: Channel, id: string): Promise<ApprovalRow> {
  await lockOpen(tx, subject.ref, channel);
  const newest = await findNewest(tx, subject, channel);
  return newest && answers(newest) ? newest : openQuestion(tx, subject, channel, id);
}

export async function withdraw(tx: Context, approval: ApprovalRow, reason: string): Promise<void> {
  await writeWithdrawal(tx, approval.id, reason);
  await emit(tx, { verb: 'approval.withdrawn', object: objectOf(approval), data: (await findApproval(tx, approval.id))! });
}

export const objectOf = (approval: Pick<ApprovalRow, 'id' | 'projectId'>) => ({
  type: 'approval',
  id: approval.id,
  projectId: approval.projectId,
});
