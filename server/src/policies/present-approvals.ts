import { type Expression, type SqlBool, sql } from 'kysely';
import { visible } from '../access/index.ts';
import { type Context, notFound } from '../platform/index.ts';
import { type Approval, isOpen } from './approval.ts';
import { countApprovals, type ListedApproval, listApprovals } from './approval-store.ts';

/** Predicate: the caller has the role to decide here. */
export const decidable = (ctx: Context): Expression<SqlBool> =>
  ctx.actor.kind === 'person' ? visible(ctx, 'approval.decide', sql.ref('approvals.project_id')) : sql<SqlBool>`false`;

/** Predicates: open, of others, and for the caller to decide. */
export const waitsForMe = (ctx: Context): Expression<SqlBool>[] => [
  sql<SqlBool>`approvals.state = 'pending'`,
  decidable(ctx),
  sql<SqlBool>`approvals.requested_by != ${ctx.actor.id} and not (${ctx.actor.id} = any(approvals.author_ids))`,
];

export const countWaiting = (ctx: Context): Promise<number> => countApprovals(ctx, waitsForMe(ctx));

/** One approval as it is shown. @throws 404 when its project is in the trash */
export async function presentedApproval(ctx: Context, id: string): Promise<Approval> {
  const where = [sql<SqlBool>`approvals.id = ${id}`];
  const { items } = await listApprovals(ctx, where, decidable(ctx), { limit: 1 });
  if (!items[0]) throw notFound('approval', id);
  return presentApproval(ctx, items[0]);
}

/** What was asked and answered about one subject, newest first; for cards. The right to read the subject was asked by its module. */
export async function approvalsOf(ctx: Context, subjectRef: string): Promise<Approval[]> {
  const where = [sql<SqlBool>`approvals.subject_ref = ${subjectRef}`];
  const { items } = await listApprovals(ctx, where, decidable(ctx), { limit: 100 });
  return items.map((row) => presentApproval(ctx, row));
}

export function presentApproval(ctx: Context, row: ListedApproval): Approval {
  const whyNotMe = whyNot(ctx, row);
  return {
    id: row.id,
    projectId: row.projectId,
    projectSlug: row.projectSlug,
    projectName: row.projectName,
    subject: row.subjectName,
    subjectRef: row.subjectRef,
    digest: row.digest,
    channel: row.channel,
    state: row.state,
    authors: row.authorIds.map((id) => ({ id, name: row.authorNames[id] ?? id })),
    requestedBy: { id: row.requestedBy, name: row.requestedByName },
    requestedAt: row.requestedAt,
    decidedBy: row.decidedBy ? { id: row.decidedBy, name: row.decidedByName ?? row.decidedBy } : null,
    decidedAt: row.decidedAt,
    comment: row.comment,
    evidenceSha256: row.evidenceSha256,
    waitsForMe: whyNotMe === null,
    whyNotMe,
  };
}

function whyNot(ctx: Context, row: ListedApproval): string | null {
  if (!isOpen(row)) return `It is ${row.state}.`;
  if (ctx.actor.kind !== 'person') return 'Approvals are decided by people.';
  if (row.authorIds.includes(ctx.actor.id)) return 'You made it yourself; somebody else has to decide.';
  if (row.requestedBy === ctx.actor.id) return 'You asked for it yourself; somebody else has to decide.';
  if (!row.decidable) return 'Your role here does not decide; validators and owners do.';
  return null;
}
