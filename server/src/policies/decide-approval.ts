import { inProject, recordRefusal } from '../access/index.ts';
import { canonicalJson } from '../kit/canonical-json.ts';
import { sha256 } from '../kit/digest.ts';
import { type Ref, recordUse, ref } from '../lineage/index.ts';
import { type Context, emit, invalidField, Refusal, transaction } from '../platform/index.ts';
import { type ApprovalRow, approvalDecided, approvalStale, isOpen, selfApproval } from './approval.ts';
import { findApproval, lockApproval, withMakers, writeDecision } from './approval-store.ts';
import { openApproval } from './open-approval.ts';
import { objectOf, withdraw } from './open-question.ts';
import type { SubjectKind } from './subject.ts';

export interface Decision {
  decision: 'approved' | 'rejected';
  comment?: string;
}

/**
 * One person's answer, once and for all, about the bytes that are stored now; what is known of the subject at this moment is pinned to it.
 *
 * @throws 403 `self-approval` for everybody who made or submitted it, 409 `approval-decided`, 409 `approval-stale`
 */
export async function decideApproval(
  ctx: Context,
  kinds: readonly SubjectKind[],
  id: string,
  { decision, comment = '' }: Decision,
): Promise<ApprovalRow> {
  const asked = await openApproval(ctx, id, 'approval.decide');
  if (decision === 'rejected' && comment.trim() === '')
    throw invalidField('/comment', 'is required to reject: say what has to change');
  const kind = kinds.find(({ refPrefix }) => asked.subjectRef.startsWith(refPrefix))!;
  const evidence = canonicalJson(await kind.evidence(ctx, asked.subjectRef));
  const outcome = await transaction(ctx, async (tx): Promise<ApprovalRow | 'stale'> => {
    const approval = (await lockApproval(tx, id))!;
    if (!isOpen(approval)) throw approvalDecided(approval);
    const subject = await kind.find(tx, approval.subjectRef);
    if (!subject || subject.digest !== approval.digest) {
      await withdraw(tx, approval, subject ? 'Its bytes are no longer those that were asked about.' : 'It was deleted.');
      return 'stale';
    }
    const makers = await withMakers(tx, [...approval.authorIds, ...subject.authorIds, approval.requestedBy]);
    if (makers.includes(ctx.actor.id)) throw selfRefusal(ctx, approval);
    await writeDecision(tx, id, { state: decision, comment, evidence, evidenceSha256: sha256(evidence) });
    await recordUse(tx, approval.projectId, ref('approval', id), [approval.subjectRef as Ref]);
    const decided = (await findApproval(tx, id))!;
    await emit(tx, { verb: `approval.${decision}`, object: objectOf(approval), data: decided });
    return decided;
  });
  if (outcome === 'stale') throw approvalStale(asked);
  return outcome;
}

function selfRefusal(ctx: Context, approval: ApprovalRow): Refusal {
  const problem = selfApproval(approval.subjectName);
  return new Refusal(problem, async () => {
    const resource = inProject('approval', approval.id, approval.projectId, approval.subjectName);
    await recordRefusal(ctx, 'approval.decide', resource, problem.code);
    return problem;
  });
}
