import { type Expression, type SqlBool, sql } from 'kysely';
import { type Static, Type } from 'typebox';
import { type Context, invalidField, nullable, oneOf } from '../platform/index.ts';

export const costGroupings = ['project', 'owner', 'kind'] as const;
export type CostGrouping = (typeof costGroupings)[number];

export const costItemSchema = Type.Object({
  key: Type.Union([Type.String(), Type.Null()], {
    description: 'Id of the project or owner, or the kind of work; null without one.',
  }),
  name: nullable(Type.String()),
  amount: Type.Number(),
  currency: Type.String(),
  seconds: Type.Number({ description: 'How long work ran in the span.' }),
});
export type CostItem = Static<typeof costItemSchema>;

const keys: Record<CostGrouping, Expression<string | null>> = {
  project: sql.ref('workloads.project_id'),
  owner: sql.ref('workloads.owner_id'),
  kind: sql.ref('workloads.kind'),
};
const names: Record<CostGrouping, Expression<string | null>> = {
  project: sql`(select name from projects where id = spent.key)`,
  owner: sql`coalesce((select name from people where id = spent.key), (select name from service_accounts where id = spent.key))`,
  kind: sql`spent.key`,
};

/** Price times the time inside the span, also of what still runs; dearest first. Waiting and preparing cost nothing. */
export async function costsBetween(
  ctx: Context,
  span: { from: Date; to: Date; by: CostGrouping; projectId: string | undefined; readable: Expression<SqlBool> },
): Promise<CostItem[]> {
  if (span.from > span.to) throw invalidField('query/from', 'is after the end of the span');
  const { from, to } = { from: span.from.toISOString(), to: span.to.toISOString() };
  const one = span.projectId === undefined ? sql`true` : sql`workloads.project_id = ${span.projectId}`;
  const { rows } = await sql<CostItem>`
    select key, ${names[span.by]} as name, currency, round(amount, 6)::float8 as amount, round(seconds, 3)::float8 as seconds
    from (
      select ${keys[span.by]} as key, currency, sum(price_per_hour * lasted / 3600) as amount, sum(lasted) as seconds
      from workloads
      cross join lateral (
        select extract(epoch from least(coalesce(finished_at, now()), ${to}::timestamptz) - greatest(started_at, ${from}::timestamptz)) as lasted
      ) ran
      where ${span.readable} and ${one} and started_at < ${to}::timestamptz and lasted > 0
      group by 1, 2
    ) spent
    order by amount desc, key
    limit 1000`.execute(ctx.db);
  return rows;
}

/** The first instant of the month of a time, in UTC, as bills are written. */
export const startOfMonth = (time: Date): Date => new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), 1));

export const costQuery = {
  by: Type.Optional(oneOf(costGroupings)),
  project: Type.Optional(Type.String({ maxLength: 100, description: 'Only of this project, by id or slug.' })),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'The first of this month (UTC) when left out.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Now when left out.' })),
};
