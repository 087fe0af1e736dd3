import { type Expression, type SqlBool, sql } from 'kysely';
import { type Static, Type } from 'typebox';
import { type Context, nullable } from '../platform/index.ts';
import { goalSchema } from '../projects/index.ts';

export const goalProgressSchema = Type.Object({
  ...goalSchema.properties,
  value: Type.Union([Type.Number(), Type.Null()], { description: 'The best that a run of the project reached in the metric.' }),
  runId: nullable(Type.String()),
  runName: nullable(Type.String()),
  reached: Type.Boolean({ description: 'Whether that value meets the target, whatever state somebody set.' }),
});
export type GoalProgress = Static<typeof goalProgressSchema>;

/** Progress is read from runs, never typed in. Values that are no number, or without end, count for nothing. */
export async function listGoalProgress(
  ctx: Context,
  readable: Expression<SqlBool>,
  projectId: string | null,
): Promise<GoalProgress[]> {
  const one = projectId === null ? sql`true` : sql`goals.project_id = ${projectId}`;
  const { rows } = await sql<GoalProgress>`
    select goals.id, goals.project_id, goals.title, goals.metric, goals.target, goals.direction, goals.due_on, goals.state, goals.owner_id,
      goals.created_at, goals.version,
      best.value, best.run_id, best.run_name,
      coalesce(case goals.direction when 'maximize' then best.value >= goals.target else best.value <= goals.target end, false) as reached
    from project_goals goals
    join projects p on p.id = goals.project_id and p.deleted_at is null
    left join lateral (
      select m.value, r.id as run_id, r.name as run_name
      from latest_metrics m
      join runs r on r.id = m.run_id
      where m.experiment_id in (select id from experiments where project_id = goals.project_id) and r.lifecycle = 'active' and m.key = goals.metric
        and m.value not in ('NaN'::float8, 'Infinity'::float8, '-Infinity'::float8)
      order by case goals.direction when 'maximize' then -m.value else m.value end, r.start_time
      limit 1
    ) best on true
    where goals.deleted_at is null and ${one} and ${readable}
    order by goals.created_at, goals.id
    limit 1000`.execute(ctx.db);
  return rows;
}
