import { sql } from 'kysely';
import { subjectName } from '../people/index.ts';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Investigation } from './investigation.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    investigations: Omit<Investigation, 'missing' | 'createdByName' | 'createdAt'> & {
      missing: string;
      createdAt: Generated<string>;
    };
  }
}

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('investigations')
    .selectAll('investigations')
    .select(subjectName(sql.ref('investigations.created_by')).as('createdByName'));

export async function findInvestigation(ctx: Context, id: string): Promise<Investigation> {
  return (await select(ctx).where('id', '=', id).executeTakeFirstOrThrow()) as unknown as Investigation;
}

/** The newest one that a person was given for an alert. */
export async function investigationOf(ctx: Context, alertId: string, personId: string): Promise<Investigation | null> {
  const row = await select(ctx)
    .where('alertId', '=', alertId)
    .where('createdBy', '=', personId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row as unknown as Investigation | undefined) ?? null;
}

export const investigationList = defineList({
  name: 'investigations',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('investigations.id'),
    createdBy: fields.text('investigations.createdBy'),
    rowCount: fields.integer('investigations.rowCount'),
    createdAt: fields.time('investigations.createdAt'),
  },
});

export async function listInvestigations(ctx: Context, alertId: string, query: ListQuery): Promise<Page<Investigation>> {
  return (await readPage(investigationList, select(ctx).where('alertId', '=', alertId), query)) as unknown as Page<Investigation>;
}

export async function insertInvestigation(
  tx: Context,
  row: Omit<Investigation, 'createdBy' | 'createdByName' | 'createdAt'>,
): Promise<void> {
  await tx.db
    .insertInto('investigations')
    .values({ ...row, missing: JSON.stringify(row.missing), createdBy: tx.actor.id })
    .execute();
}
