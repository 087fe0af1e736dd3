import { type SqlBool, sql } from 'kysely';
import type { Context } from '../platform/index.ts';
import type { Span } from './trace.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    spans: {
      projectId: string;
      traceId: string;
      id: string;
      parentId: string | null;
      name: string;
      type: string;
      status: Span['status'];
      startTime: string;
      endTime: string | null;
      content: string;
      message: Buffer;
    };
  }
}

/** jsonb holds no NUL; in the copy for search it is what cannot be read. */
const searchable = (content: Span['content']): string => JSON.stringify(content).replaceAll('\\u0000', '\\ufffd');

/** One row for a span: what is sent again counts. */
export async function upsertSpans(tx: Context, projectId: string, spans: readonly Span[]): Promise<void> {
  const of = <T>(read: (span: Span) => T): T[] => spans.map(read);
  await sql`insert into spans (project_id, trace_id, id, parent_id, name, type, status, start_time, end_time, content, message)
    select ${projectId}, * from unnest(${of((one) => one.traceId)}::text[], ${of((one) => one.id)}::text[],
      ${of((one) => one.parentId)}::text[], ${of((one) => one.name)}::text[], ${of((one) => one.type)}::text[],
      ${of((one) => one.status)}::text[], ${of((one) => String(one.startTime))}::bigint[],
      ${of((one) => (one.endTime === null ? null : String(one.endTime)))}::bigint[], ${of((one) => searchable(one.content))}::jsonb[],
      ${of((one) => Buffer.from(one.message))}::bytea[])
    on conflict (project_id, trace_id, id) do update set parent_id = excluded.parent_id, name = excluded.name, type = excluded.type,
      status = excluded.status, start_time = excluded.start_time, end_time = excluded.end_time, content = excluded.content,
      message = excluded.message`.execute(tx.db);
}

/** Spans of some traces as they came, in the order in which they began. */
export async function spanMessages(
  ctx: Context,
  projectId: string,
  traceIds: readonly string[],
): Promise<Map<string, Uint8Array[]>> {
  const rows = await ctx.db
    .selectFrom('spans')
    .select(['traceId', 'message'])
    .where('projectId', '=', projectId)
    .where(sql<SqlBool>`trace_id = any(${[...traceIds]}::text[])`)
    .orderBy('traceId')
    .orderBy('startTime')
    .orderBy('id')
    .execute();
  const found = new Map<string, Uint8Array[]>(traceIds.map((id) => [id, []]));
  for (const row of rows) found.get(row.traceId)?.push(row.message);
  return found;
}
