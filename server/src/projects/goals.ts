import type { FastifyRequest } from 'fastify';
import { newId } from '../kit/ids.ts';
import { type Context, checkIfMatch, conflict, emit, notFound, transaction } from '../platform/index.ts';
import { openProject } from './open-project.ts';
import type { Goal } from './project.ts';
import { findGoal, insertGoal, updateGoal } from './project-store.ts';

export interface NewGoal {
  title: string;
  /** Name of the metric that measures it, and the value to reach. */
  metric?: string;
  target?: number;
  direction?: Goal['direction'];
  dueOn?: string;
  ownerId?: string;
}

export async function addGoal(ctx: Context, idOrSlug: string, input: NewGoal): Promise<Goal> {
  const project = await openProject(ctx, idOrSlug, 'project.update', { forWork: true });
  return transaction(ctx, async (tx) => {
    const goal = await insertGoal(tx, {
      id: newId('gol'),
      projectId: project.id,
      title: input.title,
      metric: input.metric ?? null,
      target: input.target ?? null,
      direction: input.direction ?? 'maximize',
      dueOn: input.dueOn ?? null,
      state: 'open',
      ownerId: input.ownerId ?? ctx.actor.id,
    });
    await emit(tx, { verb: 'goal.created', object: { type: 'goal', id: goal.id, projectId: project.id }, data: goal });
    return goal;
  });
}

export async function changeGoal(
  ctx: Context,
  idOrSlug: string,
  goalId: string,
  change: Partial<Pick<Goal, 'title' | 'metric' | 'target' | 'direction' | 'dueOn' | 'state'>>,
  request: FastifyRequest,
): Promise<Goal> {
  const project = await openProject(ctx, idOrSlug, 'project.update');
  return transaction(ctx, async (tx) => {
    const before = await findGoal(tx, project.id, goalId);
    if (!before) throw notFound('goal', goalId);
    checkIfMatch(request, before.version);
    const after = await updateGoal(tx, goalId, before.version, change);
    if (!after)
      throw conflict('changed-meanwhile', 'Somebody changed this goal at the same moment. Read it again and repeat your change.');
    await emit(tx, { verb: 'goal.changed', object: { type: 'goal', id: goalId, projectId: project.id }, data: after });
    return after;
  });
}
