import type { FastifyRequest } from 'fastify';
import { type Context, checkIfMatch, conflict, emit, transaction } from '../platform/index.ts';
import { openProject } from './open-project.ts';
import { type Project, slugMalformed, slugTaken } from './project.ts';
import { findProject, insertStageChange, trashProject, updateProject } from './project-store.ts';

export type ProjectChange = Partial<Pick<Project, 'name' | 'slug' | 'description' | 'visibility' | 'status' | 'stage'>> & {
  reason?: string;
};

/** Merge patch of what owners edit; a change of stage or status goes into the arc with its reason. */
export async function changeProject(
  ctx: Context,
  idOrSlug: string,
  change: ProjectChange,
  request: FastifyRequest,
): Promise<Project> {
  const { id } = await openProject(ctx, idOrSlug, 'project.update');
  if (change.slug !== undefined && !/^(?!prj[-_])[a-z][a-z0-9-]{0,58}[a-z0-9]$/.test(change.slug)) throw slugMalformed();
  return transaction(ctx, async (tx) => {
    const before = (await findProject(tx, id))!;
    checkIfMatch(request, before.version);
    if (change.slug && change.slug !== before.slug && (await findProject(tx, change.slug))) throw slugTaken(change.slug);
    const { reason, ...columns } = change;
    if (!(await updateProject(tx, id, before.version, columns))) {
      throw conflict(
        'changed-meanwhile',
        'Somebody changed this project at the same moment. Read it again and repeat your change.',
      );
    }
    const after = (await findProject(tx, id))!;
    if (after.stage !== before.stage || after.status !== before.status) {
      await insertStageChange(tx, {
        projectId: id,
        fromStage: before.stage,
        toStage: after.stage,
        fromStatus: before.status,
        toStatus: after.status,
        reason: reason ?? '',
      });
      await emit(tx, {
        verb: 'project.stage-changed',
        object: { type: 'project', id, projectId: id },
        data: { ...after, fromStage: before.stage, fromStatus: before.status, reason: reason ?? '' },
      });
    } else {
      await emit(tx, { verb: 'project.changed', object: { type: 'project', id, projectId: id }, data: after });
    }
    return after;
  });
}

/** Moves a project to the trash; what is in it stays for 30 days. */
export async function deleteProject(ctx: Context, idOrSlug: string): Promise<void> {
  const project = await openProject(ctx, idOrSlug, 'project.delete');
  await transaction(ctx, async (tx) => {
    await trashProject(tx, project.id);
    await emit(tx, {
      verb: 'project.deleted',
      object: { type: 'project', id: project.id, projectId: project.id },
      data: project,
    });
  });
}
