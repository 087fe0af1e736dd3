import { type Expression, type SqlBool, sql } from 'kysely';
import { subjectName } from '../people/index.ts';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Compared, Difference, Reproduction, ReproductionState, Verdict } from './reproduction.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    reproductions: {
      id: string;
      projectId: string;
      subjectRef: string;
      jobId: string | null;
      newJobId: string | null;
      scoringWorkloadId: string | null;
      state: ReproductionState;
      verdict: Verdict | null;
      cause: string | null;
      causeDetail: string | null;
      compared: Generated<string>;
      differences: Generated<string>;
      createdBy: string;
      createdAt: Generated<string>;
      finishedAt: string | null;
    };
  }
}

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('reproductions')
    .select([
      'id',
      'projectId',
      'subjectRef as subject',
      'jobId',
      'newJobId',
      'state',
      'verdict',
      'cause',
      'causeDetail',
      'compared',
      'differences',
      'createdBy',
      'createdAt',
      'finishedAt',
    ])
    .select(subjectName(sql.ref('reproductions.created_by')).as('createdByName'));

const asReproduction = (row: unknown): Reproduction => {
  const { compared, ...rest } = row as Reproduction & { compared: Compared | Record<string, never> };
  return { ...rest, compared: 'runs' in compared ? (compared as Compared) : null };
};

export async function findReproduction(ctx: Context, id: string): Promise<Reproduction | null> {
  const row = await select(ctx).where('id', '=', id).executeTakeFirst();
  return row ? asReproduction(row) : null;
}

export async function findByNewJob(ctx: Context, jobId: string): Promise<Reproduction | null> {
  const row = await select(ctx).where('newJobId', '=', jobId).executeTakeFirst();
  return row ? asReproduction(row) : null;
}

export const reproductionList = defineList({
  name: 'reproductions',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('reproductions.id'),
    projectId: fields.text('reproductions.projectId'),
    subject: fields.text('reproductions.subjectRef'),
    jobId: fields.text('reproductions.jobId', { nullable: true }),
    state: fields.text('reproductions.state'),
    verdict: fields.text('reproductions.verdict', { nullable: true }),
    createdBy: fields.text('reproductions.createdBy'),
    createdAt: fields.time('reproductions.createdAt'),
    finishedAt: fields.time('reproductions.finishedAt', { nullable: true }),
  },
});

export async function listReproductions(
  ctx: Context,
  only: { readable: Expression<SqlBool>; subject?: string | undefined; projectId?: string | undefined },
  query: ListQuery,
): Promise<Page<Reproduction>> {
  let rows = select(ctx).where(only.readable);
  if (only.subject) rows = rows.where('subjectRef', '=', only.subject);
  if (only.projectId) rows = rows.where('projectId', '=', only.projectId);
  const page = await readPage(reproductionList, rows, query);
  return { ...page, items: page.items.map(asReproduction) };
}

export async function insertReproduction(
  tx: Context,
  row: { id: string; projectId: string; subjectRef: string; jobId: string | null },
): Promise<void> {
  await tx.db
    .insertInto('reproductions')
    .values({
      ...row,
      newJobId: null,
      scoringWorkloadId: null,
      state: 'rebuilding',
      verdict: null,
      cause: null,
      causeDetail: null,
      createdBy: tx.actor.id,
      finishedAt: null,
    })
    .execute();
}

/** Moves on only from one of the states named, so that what runs twice counts once. */
export async function moveReproduction(
  tx: Context,
  id: string,
  from: readonly ReproductionState[],
  change: Partial<{
    state: ReproductionState;
    newJobId: string;
    scoringWorkloadId: string;
    verdict: Verdict;
    cause: string | null;
    causeDetail: string | null;
    compared: Compared;
    differences: readonly Difference[];
  }>,
): Promise<boolean> {
  const { compared, differences, ...plain } = change;
  const result = await tx.db
    .updateTable('reproductions')
    .set({
      ...plain,
      ...(compared ? { compared: JSON.stringify(compared) } : {}),
      ...(differences ? { differences: JSON.stringify(differences) } : {}),
      ...(change.state === 'finished' ? { finishedAt: sql<string>`now()` } : {}),
    })
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}
