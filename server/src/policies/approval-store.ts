import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { ApprovalRow, ApprovalState } from './approval.ts';
import type { Channel } from './policy.ts';
import type { Subject } from './subject.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    approvals: Omit<ApprovalRow, 'requestedAt'> & { requestedAt: Generated<string>; evidence: string | null };
  }
}

const columns = [
  'approvals.id',
  'approvals.projectId',
  'approvals.subjectRef',
  'approvals.subjectName',
  'approvals.digest',
  'approvals.channel',
  'approvals.state',
  'approvals.authorIds',
  'approvals.requestedBy',
  'approvals.requestedAt',
  'approvals.decidedBy',
  'approvals.decidedAt',
  'approvals.comment',
  'approvals.evidenceSha256',
] as const;

const select = (ctx: Context) => ctx.db.selectFrom('approvals').select(columns);

export async function findApproval(ctx: Context, id: string): Promise<ApprovalRow | null> {
  return (await select(ctx).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Deciders of the same question wait for each other. */
export async function lockApproval(tx: Context, id: string): Promise<ApprovalRow | null> {
  return (await select(tx).where('id', '=', id).forUpdate().executeTakeFirst()) ?? null;
}

/** The newest word on exactly these bytes, withdrawn ones aside. Unlocked: what is decided stays, and what is open lets nobody pass. */
export async function findNewest(tx: Context, subject: Subject, channel: Channel): Promise<ApprovalRow | null> {
  const row = await select(tx)
    .where('subjectRef', '=', subject.ref)
    .where('channel', '=', channel)
    .where('digest', '=', subject.digest)
    .where('state', '!=', 'withdrawn')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The newest word on each of some subjects. */
export async function newestOf(
  ctx: Context,
  subjectRefs: readonly string[],
): Promise<Map<string, Pick<ApprovalRow, 'id' | 'channel' | 'state'>>> {
  const rows = await select(ctx)
    .distinctOn('subjectRef')
    .where('subjectRef', 'in', [...subjectRefs, ''])
    .orderBy('subjectRef')
    .orderBy('id', 'desc')
    .execute();
  return new Map(rows.map(({ subjectRef, id, channel, state }) => [subjectRef, { id, channel, state }]));
}

/** The open question about a subject; its digest may be an older one. */
export async function lockOpen(tx: Context, subjectRef: string, channel: Channel | null): Promise<ApprovalRow[]> {
  let query = select(tx).where('subjectRef', '=', subjectRef).where('state', '=', 'pending');
  if (channel) query = query.where('channel', '=', channel);
  return query.orderBy('id').forUpdate().execute();
}

/** @returns false when somebody else opened the same question at the same moment */
export async function insertApproval(
  tx: Context,
  id: string,
  subject: Subject,
  channel: Channel,
  authorIds: string[],
): Promise<boolean> {
  const result = await tx.db
    .insertInto('approvals')
    .values({
      id,
      projectId: subject.projectId,
      subjectRef: subject.ref,
      subjectName: subject.name,
      digest: subject.digest,
      channel,
      state: 'pending',
      authorIds,
      requestedBy: tx.actor.id,
      decidedBy: null,
      decidedAt: null,
      comment: '',
      evidence: null,
      evidenceSha256: null,
    })
    .onConflict((conflict) => conflict.columns(['subjectRef', 'channel']).where('state', '=', 'pending').doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows) === 1;
}

export async function writeDecision(
  tx: Context,
  id: string,
  decision: { state: ApprovalState; comment: string; evidence: string; evidenceSha256: string },
): Promise<void> {
  await tx.db
    .updateTable('approvals')
    .set({ ...decision, decidedBy: tx.actor.id, decidedAt: sql<string>`now()` })
    .where('id', '=', id)
    .execute();
}

export async function writeWithdrawal(tx: Context, id: string, comment: string): Promise<void> {
  await tx.db
    .updateTable('approvals')
    .set({ state: 'withdrawn', comment, decidedAt: sql<string>`now()` })
    .where('id', '=', id)
    .execute();
}

export async function writeSubjectName(tx: Context, subjectRef: string, subjectName: string): Promise<void> {
  await tx.db.updateTable('approvals').set({ subjectName }).where('subjectRef', '=', subjectRef).execute();
}

export async function evidenceOf(ctx: Context, id: string): Promise<unknown> {
  const row = await ctx.db.selectFrom('approvals').select('evidence').where('id', '=', id).executeTakeFirst();
  return row?.evidence ?? null;
}

/** The people behind some ids: a service account acts for the one who made it. */
export async function withMakers(ctx: Context, ids: readonly string[]): Promise<string[]> {
  const accounts = await ctx.db
    .selectFrom('serviceAccounts')
    .select('createdBy')
    .where('id', 'in', [...ids, ''])
    .execute();
  return [...new Set([...ids, ...accounts.map((account) => account.createdBy)])].sort();
}

export interface ListedApproval extends ApprovalRow {
  projectSlug: string;
  projectName: string;
  requestedByName: string;
  decidedByName: string | null;
  authorNames: Record<string, string>;
  /** A role of the caller carries the right to decide here. */
  decidable: boolean;
}

const nameOf = (column: string) =>
  sql<string>`coalesce((select name from people where id = ${sql.ref(column)}), (select name from service_accounts where id = ${sql.ref(column)}), ${sql.ref(column)})`;

export const approvalList = defineList({
  name: 'approvals',
  sort: '-requestedAt',
  id: 'id',
  fields: {
    id: fields.text('approvals.id'),
    state: fields.text('approvals.state'),
    channel: fields.text('approvals.channel'),
    subject: fields.text('approvals.subjectName'),
    subjectRef: fields.text('approvals.subjectRef'),
    digest: fields.text('approvals.digest'),
    projectSlug: fields.text('projects.slug'),
    requestedBy: fields.text('approvals.requestedBy'),
    requestedByName: fields.text(nameOf('approvals.requested_by')),
    requestedAt: fields.time('approvals.requestedAt'),
    decidedBy: fields.text('approvals.decidedBy', { nullable: true }),
    decidedAt: fields.time('approvals.decidedAt', { nullable: true }),
  },
});

/** Approvals with the names that go beside their ids. `decidable`: whether the caller's role decides there. */
export async function listApprovals(
  ctx: Context,
  where: Expression<SqlBool>[],
  decidable: Expression<SqlBool>,
  query: ListQuery,
): Promise<Page<ListedApproval>> {
  let approvals = select(ctx)
    .innerJoin('projects', 'projects.id', 'approvals.projectId')
    .select(['projects.slug as projectSlug', 'projects.name as projectName'])
    .select([
      nameOf('approvals.requested_by').as('requestedByName'),
      sql<string | null>`case when decided_by is null then null else ${nameOf('approvals.decided_by')} end`.as('decidedByName'),
      sql<Record<string, string>>`(select coalesce(json_object_agg(n.id, n.name), '{}') from (
        select id, name from people where id = any(author_ids) union all select id, name from service_accounts where id = any(author_ids)) n)`.as(
        'authorNames',
      ),
      sql<boolean>`${decidable}`.as('decidable'),
    ])
    .where('projects.deletedAt', 'is', null);
  for (const one of where) approvals = approvals.where(one);
  return readPage(approvalList, approvals, query);
}

export async function countApprovals(ctx: Context, where: Expression<SqlBool>[]): Promise<number> {
  let query = ctx.db
    .selectFrom('approvals')
    .innerJoin('projects', 'projects.id', 'approvals.projectId')
    .select(sql<number>`count(*)`.as('count'))
    .where('projects.deletedAt', 'is', null);
  for (const one of where) query = query.where(one);
  return Number((await query.executeTakeFirstOrThrow()).count);
}
