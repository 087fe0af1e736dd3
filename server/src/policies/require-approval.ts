import { inProject, recordRefusal } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { type Context, ownTransaction, type Problem, Refusal } from '../platform/index.ts';
import { type ApprovalRow, answers, approvalRejected, approvalRequired, grants } from './approval.ts';
import { findNewest } from './approval-store.ts';
import { answerOrQuestion } from './open-question.ts';
import { type Channel, isProtected } from './policy.ts';
import type { Subject } from './subject.ts';

/**
 * The one gate before a channel. Every door calls it in the transaction of the change that lets a version in: deployment, traffic, alias,
 * rollback, stage. It passes for an open channel, and for a protected one when exactly these bytes were approved by somebody who neither made
 * nor submitted them. A decision is final, so what passed here stays right until the change commits.
 *
 * Otherwise it throws: 409 `approval-required` with `approvalId`, the question being opened when the transaction has ended if there is none; 409
 * `approval-rejected` with the reason until the subject is submitted again. An operation that goes on without the change may catch that.
 *
 * @returns the approval that lets it pass; null for an open channel
 * @example await requireApproval(tx, await versionSubject(tx, version), 'prod')
 */
export async function requireApproval(tx: Context, subject: Subject, channel: Channel): Promise<ApprovalRow | null> {
  if (!isProtected(channel)) return null;
  if (!tx.inTransaction) throw new Error('A gate is passed only in the transaction of the change');
  const word = await findNewest(tx, subject, channel);
  if (word && grants(word)) return word;
  const question = word ?? { id: newId('apr'), subjectName: subject.name, channel };
  const refusal = new Refusal(inTheWay(question), () => settle(tx, subject, channel, question.id));
  tx.refuse?.(refusal);
  throw refusal;
}

/** Opens the question where there is none, and records the refusal. Null when it was approved at this very moment. */
async function settle(tx: Context, subject: Subject, channel: Channel, id: string): Promise<Problem | null> {
  const word = await ownTransaction(tx, (own) => answerOrQuestion(own, subject, channel, id));
  if (grants(word)) return null;
  const [kind = '', ...rest] = subject.ref.split(':');
  const resource = inProject(kind, rest.join(':'), subject.projectId, subject.name);
  const problem = inTheWay(word);
  await recordRefusal(tx, 'channel.enter', resource, `${problem.code} for ${channel}`);
  return problem;
}

type Question = Pick<ApprovalRow, 'id' | 'subjectName' | 'channel'>;

const inTheWay = (word: ApprovalRow | Question): Problem =>
  'state' in word && answers(word) ? approvalRejected(word) : approvalRequired(word);
