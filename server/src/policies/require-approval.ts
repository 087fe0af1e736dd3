import { inProject, recordRefusal } from '../access/index.ts';
import { type Context, ownTransaction, type Problem, Refusal } from '../platform/index.ts';
import { type ApprovalRow, approvalRejected, approvalRequired, grants, isOpen } from './approval.ts';
import { findNewest } from './approval-store.ts';
import { answerOrQuestion } from './open-question.ts';
import { type Channel, isProtected } from './policy.ts';
import type { Subject } from './subject.ts';

/**
 * The one gate before a channel. Every door calls it in the transaction of the change that lets a version in: deployment, traffic, alias,
 * rollback, stage. It passes for an open channel, and for a protected one when exactly these bytes were approved by somebody who neither made
 * nor submitted them. A decision is final, so what passed here stays right until the change commits.
 *
 * Otherwise it throws, and what the caller of the transaction gets once the change is rolled back is 409 `approval-required` with `approvalId`, the
 * question being opened then when there is none; 409 `approval-rejected` with the reason until the subject is submitted again.
 *
 * @returns the approval that lets it pass; null for an open channel
 * @example await requireApproval(tx, await versionSubject(tx, version), 'prod')
 */
export async function requireApproval(tx: Context, subject: Subject, channel: Channel): Promise<ApprovalRow | null> {
  if (!isProtected(channel)) return null;
  if (!tx.inTransaction) throw new Error('A gate is passed only in the transaction of the change');
  const word = await findNewest(tx, subject, channel);
  if (word && grants(word)) return word;
  throw new Refusal(() => refuse(tx, subject, channel));
}

/** After the rollback: opens the question where there is none, records the refusal, and says what is in the way; null when nothing is any more. */
async function refuse(tx: Context, subject: Subject, channel: Channel): Promise<Problem | null> {
  const word = await ownTransaction(tx, (own) => answerOrQuestion(own, subject, channel));
  if (grants(word)) return null;
  const open = isOpen(word);
  const [kind = '', ...id] = subject.ref.split(':');
  const resource = inProject(kind, id.join(':'), subject.projectId, subject.name);
  await recordRefusal(tx, 'channel.enter', resource, `${open ? 'not approved' : 'rejected'} for ${channel}`);
  return open ? approvalRequired(word) : approvalRejected(word);
}
