import { sql } from 'kysely';
import type { Context, Database } from '../platform/index.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    lineageEdges: {
      id: import('kysely').Generated<number>;
      fromRef: string;
      toRef: string;
      kind: 'used' | 'produced';
      projectId: string;
      at: import('kysely').Generated<string>;
    };
  }
}

export async function insertEdges(
  ctx: Context,
  edges: readonly { from: string; to: string; kind: 'used' | 'produced'; projectId: string }[],
): Promise<void> {
  if (edges.length === 0) return;
  await ctx.db
    .insertInto('lineageEdges')
    .values(edges.map((edge) => ({ fromRef: edge.from, toRef: edge.to, kind: edge.kind, projectId: edge.projectId })))
    .onConflict((conflict) => conflict.columns(['fromRef', 'toRef', 'kind']).doNothing())
    .execute();
}

export interface Edge {
  from: string;
  to: string;
  kind: 'used' | 'produced';
  projectId: string;
  at: string;
}

/** All edges within `depth` hops of a node, both ways, capped; with `asOf` only those that were written by then. */
export async function edgesAround(
  db: Database,
  ref: string,
  { depth, limit, asOf }: { depth: number; limit: number; asOf?: string | undefined },
): Promise<Edge[]> {
  const known = asOf === undefined ? sql`true` : sql`e.at <= ${asOf}::timestamptz`;
  const { rows } = await sql<Edge>`
    with recursive walk(ref, hops) as (
      select ${ref}::text, 0
      union
      select case when e.from_ref = w.ref then e.to_ref else e.from_ref end, w.hops + 1
      from walk w join lineage_edges e on e.from_ref = w.ref or e.to_ref = w.ref
      where w.hops < ${depth} and ${known}
    )
    select distinct e.from_ref as "from", e.to_ref as "to", e.kind, e.project_id as "projectId", e.at
    from lineage_edges e where e.from_ref in (select ref from walk) and e.to_ref in (select ref from walk) and ${known} limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** What used a thing, directly, newest first. */
export async function usersOf(ctx: Context, ref: string, limit = 200): Promise<{ ref: string; at: string }[]> {
  return ctx.db
    .selectFrom('lineageEdges')
    .select(['toRef as ref', 'at'])
    .where('fromRef', '=', ref)
    .where('kind', '=', 'used')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** What a node was made from, directly or through others: every ref upstream with how many edges away it is, nearest first. */
export async function upstreamOf(db: Database, ref: string, depth: number): Promise<{ ref: string; hops: number }[]> {
  const { rows } = await sql<{ ref: string; hops: number }>`
    with recursive walk(ref, hops) as (
      select ${ref}::text, 0
      union
      select e.from_ref, w.hops + 1 from walk w join lineage_edges e on e.to_ref = w.ref where w.hops < ${depth}
    )
    select ref, min(hops)::int as hops from walk where hops > 0 group by ref order by hops, ref limit 2000`.execute(db);
  return rows;
}
