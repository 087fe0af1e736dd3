import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, type Page, readKeyset, type SortKey } from '../platform/index.ts';
import type { RootFacts, Span, ToldTrace, Trace } from './trace.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    traces: Omit<Trace, 'metadata' | 'tags'> & {
      metadata: Generated<string>;
      tags: Generated<string>;
      isTold: Generated<boolean>;
      workloadId: string | null;
      createdBy: string;
      createdAt: Generated<string>;
    };
    traceRuns: { projectId: string; traceId: string; runId: string };
    tracePrompts: { projectId: string; traceId: string; name: string; version: number };
  }
}

const columns = [
  'projectId',
  'id',
  'experimentId',
  'name',
  'clientRequestId',
  'state',
  'requestTime',
  'duration',
  'requestPreview',
  'responsePreview',
  'metadata',
  'tags',
  'runId',
  'spanCount',
  'sizeBytes',
  'expectedSpans',
  'origin',
  'jobId',
] as const;
const as = <T>(row: unknown): T => row as T;

export async function findTrace(ctx: Context, projectId: string, id: string): Promise<Trace | null> {
  return as(
    (await ctx.db
      .selectFrom('traces')
      .select(columns)
      .where('projectId', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst()) ?? null,
  );
}

/** Those of some ids that are there, in any order. */
export async function findTraces(ctx: Context, projectId: string, ids: readonly string[]): Promise<Trace[]> {
  return as(
    await ctx.db
      .selectFrom('traces')
      .select(columns)
      .where('projectId', '=', projectId)
      .where(sql<SqlBool>`id = any(${[...ids]}::text[])`)
      .execute(),
  );
}

export interface TraceSource {
  projectId: string;
  experimentId: string;
  origin: Trace['origin'];
  workloadId: string | null;
  jobId: string | null;
}

/** What its maker tells of a trace, over what was worked out from its spans; what is told again counts. */
export async function upsertTrace(tx: Context, source: TraceSource, told: ToldTrace): Promise<void> {
  await sql`insert into traces (project_id, id, experiment_id, name, client_request_id, state, request_time, duration, request_preview,
      response_preview, metadata, tags, run_id, is_told, expected_spans, origin, workload_id, job_id, created_by)
    values (${source.projectId}, ${told.id}, ${source.experimentId}, ${told.name ?? null}, ${told.clientRequestId ?? null}, ${told.state},
      ${told.requestTime}, ${told.duration}, ${told.requestPreview ?? null}, ${told.responsePreview ?? null},
      ${JSON.stringify(told.metadata)}::jsonb, ${JSON.stringify(told.tags)}::jsonb, ${told.runId ?? null}, true,
      ${told.expectedSpans ?? null}, ${source.origin}, ${source.workloadId}, ${source.jobId}, ${tx.actor.id})
    on conflict (project_id, id) do update set
      experiment_id = excluded.experiment_id, name = coalesce(excluded.name, traces.name),
      client_request_id = coalesce(excluded.client_request_id, traces.client_request_id), state = excluded.state,
      request_time = excluded.request_time, duration = excluded.duration,
      request_preview = coalesce(excluded.request_preview, traces.request_preview),
      response_preview = coalesce(excluded.response_preview, traces.response_preview),
      metadata = traces.metadata || excluded.metadata, tags = traces.tags || excluded.tags,
      run_id = coalesce(excluded.run_id, traces.run_id), is_told = true,
      expected_spans = coalesce(excluded.expected_spans, traces.expected_spans)`.execute(tx.db);
}

/** Rows for traces of which only spans are known yet, each locked against other writers; in one order, so that two calls never cross. */
export async function lockTracesOfSpans(tx: Context, source: TraceSource, spans: readonly Span[]): Promise<void> {
  const firsts = new Map<string, bigint>();
  for (const { traceId, startTime } of spans) {
    const first = firsts.get(traceId);
    if (first === undefined || startTime < first) firsts.set(traceId, startTime);
  }
  const ids = [...firsts.keys()].sort();
  const times = ids.map((id) => String(firsts.get(id)! / 1_000_000n));
  await sql`insert into traces (project_id, id, experiment_id, state, request_time, origin, workload_id, job_id, created_by)
    select ${source.projectId}, t.id, ${source.experimentId}, 'in-progress', t.time, ${source.origin}, ${source.workloadId}, ${source.jobId},
      ${tx.actor.id} from unnest(${ids}::text[], ${times}::bigint[]) as t(id, time) order by t.id
    on conflict do nothing`.execute(tx.db);
  await sql`select 1 from traces where project_id = ${source.projectId} and id = any(${ids}::text[]) order by id for no key update`.execute(
    tx.db,
  );
}

/** Counts and weighs the spans of some traces, and of those that their makers did not tell yet works out times, state and facts from them. */
export async function settleTraces(
  tx: Context,
  projectId: string,
  ids: readonly string[],
  facts: ReadonlyMap<string, RootFacts>,
): Promise<{ id: string; spanCount: number; sizeBytes: number }[]> {
  const { rows } = await sql<{ id: string; spanCount: number; sizeBytes: number }>`update traces set
      span_count = s.count, size_bytes = s.size,
      request_time = case when is_told then request_time else s.first / 1000000 end,
      duration = case when is_told then duration when s.last is null then null else s.last / 1000000 - s.first / 1000000 end,
      state = case when is_told or s.root is null then state when s.root = 'error' then 'error' else 'ok' end
    from (select trace_id, count(*)::int as count, sum(octet_length(message))::bigint as size, min(start_time) as first, max(end_time) as last,
        (array_agg(status order by start_time) filter (where parent_id is null))[1] as root
      from spans where project_id = ${projectId} and trace_id = any(${[...ids]}::text[]) group by trace_id) s
    where traces.project_id = ${projectId} and traces.id = s.trace_id
    returning traces.id, traces.span_count, traces.size_bytes`.execute(tx.db);
  for (const [id, { name, requestPreview, responsePreview, metadata, tags }] of facts)
    await sql`update traces set
        name = coalesce(name, ${name}), request_preview = coalesce(request_preview, ${requestPreview}),
        response_preview = coalesce(response_preview, ${responsePreview}),
        metadata = ${JSON.stringify(metadata)}::jsonb || metadata, tags = ${JSON.stringify(tags)}::jsonb || tags
      where project_id = ${projectId} and id = ${id}`.execute(tx.db);
  return rows;
}

export async function setTraceTag(tx: Context, { projectId, id }: Trace, key: string, value: string): Promise<void> {
  await sql`update traces set tags = tags || jsonb_build_object(${key}::text, ${value}::text)
    where project_id = ${projectId} and id = ${id}`.execute(tx.db);
}

export async function dropTraceTag(tx: Context, { projectId, id }: Trace, key: string): Promise<boolean> {
  const { numAffectedRows } = await sql`update traces set tags = tags - ${key}::text
    where project_id = ${projectId} and id = ${id} and tags ? ${key}::text`.execute(tx.db);
  return Number(numAffectedRows ?? 0) > 0;
}

export async function renameTrace(tx: Context, { projectId, id }: Trace, name: string | null): Promise<void> {
  await tx.db.updateTable('traces').set({ name }).where('projectId', '=', projectId).where('id', '=', id).execute();
}

export interface Doomed {
  /** Not younger than this, in milliseconds since 1970. */
  untilTime?: number | undefined;
  ids?: readonly string[] | undefined;
  most: number;
}

/** Deletes the oldest that fit. @returns their ids */
export async function deleteTraceRows(
  tx: Context,
  projectId: string,
  experimentId: string,
  { untilTime, ids, most }: Doomed,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`delete from traces where project_id = ${projectId} and id in (
      select id from traces where project_id = ${projectId} and experiment_id = ${experimentId}
        ${untilTime === undefined ? sql`` : sql`and request_time <= ${untilTime}`}
        ${ids === undefined ? sql`` : sql`and id = any(${[...ids]}::text[])`}
      order by request_time, id limit ${most} for update)
    returning id`.execute(tx.db);
  return rows.map((row) => row.id);
}

export async function insertTraceRuns(tx: Context, projectId: string, traceIds: readonly string[], runId: string): Promise<void> {
  await sql`insert into trace_runs (project_id, trace_id, run_id) select ${projectId}, unnest(${[...traceIds]}::text[]), ${runId}
    on conflict do nothing`.execute(tx.db);
}

export async function insertTracePrompts(
  tx: Context,
  { projectId, id }: Trace,
  prompts: readonly { name: string; version: number }[],
): Promise<void> {
  await sql`insert into trace_prompts (project_id, trace_id, name, version)
    select ${projectId}, ${id}, * from unnest(${prompts.map((one) => one.name)}::text[], ${prompts.map((one) => one.version)}::int[])
    on conflict do nothing`.execute(tx.db);
}

export interface TraceReading {
  experimentIds: readonly string[];
  where: Expression<SqlBool>[];
  keys: SortKey[];
  order: string;
  limit: number;
  cursor?: string | undefined;
  pointer: string;
}

export async function tracesWhere(ctx: Context, reading: TraceReading): Promise<Page<Trace>> {
  let query = ctx.db
    .selectFrom('traces')
    .select(columns)
    .where(sql<SqlBool>`traces.experiment_id = any(${[...reading.experimentIds]}::text[])`);
  for (const where of reading.where) query = query.where(where);
  return as(await readKeyset(query, reading));
}
