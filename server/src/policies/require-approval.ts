import { inProject, recordRefusal } from '../access/index.ts';
import { type Context, ownTransaction } from '../platform/index.ts';
import { type ApprovalRow, answers, approvalRejected, approvalRequired, grants, isOpen } from './approval.ts';
import { findNewest } from './approval-store.ts';
import { answerOrQuestion } from './open-question.ts';
import { type Channel, isProtected } from './policy.ts';
import type { Subject } from './subject.ts';

/**
 * The one gate before a channel. Every door calls it in the transaction of the change that lets a version in: deployment, traffic, alias,
 * rollback, stage. It passes for an open channel, and for a protected one when exactly these bytes were approved by somebody who neither made
 * nor submitted them. A decision is final, so what passed here stays right until the change commits.
 *
 * Otherwise it throws, so that the change is rolled back: 409 `approval-required` with `approvalId`, the question being opened in a transaction
 * of its own when there is none; 409 `approval-rejected` with the reason until the subject is submitted again.
 *
 * @returns the approval that lets it pass; null for an open channel
 * @example await requireApproval(tx, await versionSubject(tx, version), 'prod')
 */
export async function requireApproval(tx: Context, subject: Subject, channel: Channel): Promise<ApprovalRow | null> {
  if (!isProtected(channel)) return null;
  if (!tx.inTransaction) throw new Error('A gate is passed only in the transaction of the change');
  let word = await findNewest(tx, subject, channel);
  if (!word || !answers(word)) word = await ownTransaction(tx, (own) => answerOrQuestion(own, subject, channel));
  if (grants(word)) return word;
  const open = isOpen(word);
  await refuse(tx, subject, `${open ? 'not approved' : 'rejected'} for ${channel}`);
  throw open ? approvalRequired(word) : approvalRejected(word);
}

const refuse = (tx: Context, subject: Subject, reason: string): Promise<void> => {
  const [kind = '', ...id] = subject.ref.split(':');
  return recordRefusal(tx, 'channel.enter', inProject(kind, id.join(':'), subject.projectId, subject.name), reason);
};
