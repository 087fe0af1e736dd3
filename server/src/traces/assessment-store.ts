import { type SqlBool, sql } from 'kysely';
import type { Context } from '../platform/index.ts';
import type { Assessment } from './trace.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    assessments: Omit<Assessment, 'value' | 'error' | 'metadata'> & {
      projectId: string;
      value: string | null;
      error: string | null;
      metadata: string;
      createdBy: string;
    };
  }
}

const columns = [
  'id',
  'traceId',
  'kind',
  'name',
  'value',
  'writtenValue',
  'error',
  'rationale',
  'metadata',
  'sourceKind',
  'sourceId',
  'spanId',
  'overrides',
  'isValid',
  'createdTime',
  'updatedTime',
] as const;
const as = <T>(row: unknown): T => row as T;
const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));

export async function insertAssessment(tx: Context, projectId: string, assessment: Assessment): Promise<void> {
  const { value, error, metadata, ...rest } = assessment;
  await tx.db
    .insertInto('assessments')
    .values({
      ...rest,
      projectId,
      value: json(value),
      error: json(error),
      metadata: JSON.stringify(metadata),
      createdBy: tx.actor.id,
    })
    .execute();
}

export async function findAssessment(ctx: Context, projectId: string, traceId: string, id: string): Promise<Assessment | null> {
  return as(
    (await ctx.db
      .selectFrom('assessments')
      .select(columns)
      .where('projectId', '=', projectId)
      .where('traceId', '=', traceId)
      .where('id', '=', id)
      .executeTakeFirst()) ?? null,
  );
}

export async function updateAssessment(tx: Context, { id, value, error, metadata, ...rest }: Assessment): Promise<void> {
  const { name, writtenValue, rationale, isValid, updatedTime } = rest;
  await tx.db
    .updateTable('assessments')
    .set({
      name,
      writtenValue,
      rationale,
      isValid,
      updatedTime,
      value: json(value),
      error: json(error),
      metadata: JSON.stringify(metadata),
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteAssessmentRow(tx: Context, id: string): Promise<void> {
  await tx.db.deleteFrom('assessments').where('id', '=', id).execute();
}

export async function countAssessments(tx: Context, projectId: string, traceId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from assessments
    where project_id = ${projectId} and trace_id = ${traceId}`.execute(tx.db);
  return rows[0]!.count;
}

/** Of some traces, in the order in which they were made. */
export async function assessmentsOf(
  ctx: Context,
  projectId: string,
  traceIds: readonly string[],
): Promise<Map<string, Assessment[]>> {
  const found = new Map<string, Assessment[]>(traceIds.map((id) => [id, []]));
  if (traceIds.length === 0) return found;
  const rows: Assessment[] = as(
    await ctx.db
      .selectFrom('assessments')
      .select(columns)
      .where('projectId', '=', projectId)
      .where(sql<SqlBool>`trace_id = any(${[...traceIds]}::text[])`)
      .orderBy('createdTime')
      .orderBy('id')
      .execute(),
  );
  for (const row of rows) found.get(row.traceId)!.push(row);
  return found;
}
