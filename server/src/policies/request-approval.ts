import { type Context, invalidField, transaction } from '../platform/index.ts';
import { type ApprovalRow, grants } from './approval.ts';
import { findNewest } from './approval-store.ts';
import { openQuestion } from './open-question.ts';
import { type Channel, channelNames, isProtected } from './policy.ts';
import type { SubjectKind } from './subject.ts';

/**
 * Asks for a subject to be let into a protected channel, again after a rejection as well. Where the question is open, or these bytes are approved,
 * that is the answer. The right was asked by the route.
 */
export async function requestApproval(
  ctx: Context,
  kinds: readonly SubjectKind[],
  input: { subject: string; channel: Channel; projectId: string },
): Promise<ApprovalRow> {
  const kind = kinds.find(({ prefix }) => input.subject.startsWith(prefix));
  if (!kind)
    throw invalidField(
      '/subject',
      `"${input.subject.slice(0, 100)}" is nothing that is approved; write ${kinds.map(({ prefix }) => `${prefix}name/version`).join(' or ')}`,
    );
  if (!isProtected(input.channel))
    throw invalidField(
      '/channel',
      `"${input.channel}" is open to all; approvals are for ${channelNames.filter(isProtected).join(', ')}`,
    );
  const subject = await kind.resolve(ctx, input.subject, input.projectId);
  return transaction(ctx, async (tx) => {
    const newest = await findNewest(tx, subject, input.channel);
    return newest && grants(newest) ? newest : openQuestion(tx, subject, input.channel);
  });
}
