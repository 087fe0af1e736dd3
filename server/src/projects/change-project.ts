import type { FastifyRequest } from 'fastify';
import { lockTree, moveScope, organizationId } from '../access/index.ts';
import { holdFolder, openFolderFor } from '../folders/index.ts';
import { type Context, checkIfMatch, conflict, emit, notFound, transaction } from '../platform/index.ts';
import { openProject } from './open-project.ts';
import { type Project, slugMalformed, slugPattern, slugTaken } from './project.ts';
import { findProject, insertStageChange, trashProject, updateProject } from './project-store.ts';

export type ProjectChange = Partial<
  Pick<Project, 'name' | 'slug' | 'description' | 'visibility' | 'status' | 'stage' | 'folderId'>
> & {
  reason?: string;
};

/** Merge patch of what owners edit; a change of stage or status goes into the arc with its reason. */
export async function changeProject(
  ctx: Context,
  idOrSlug: string,
  change: ProjectChange,
  request: FastifyRequest,
): Promise<Project> {
  const { id, folderId: from } = await openProject(ctx, idOrSlug, 'project.update');
  if (change.slug !== undefined && !slugPattern.test(change.slug)) throw slugMalformed();
  const moves = change.folderId !== undefined && change.folderId !== from;
  if (moves) await openBothEnds(ctx, from, change.folderId!);
  return transaction(ctx, async (tx) => {
    if (moves) await lockTree(tx);
    const before = await findProject(tx, id);
    if (!before) throw notFound('project', idOrSlug);
    checkIfMatch(request, before.version);
    if (change.slug && change.slug !== before.slug && (await findProject(tx, change.slug))) throw slugTaken(change.slug);
    // The rights were asked for the folder that it stood in then.
    if (moves && before.folderId !== from) throw changedMeanwhile();
    if (moves) await moveProject(tx, id, change.folderId!);
    const { reason, ...columns } = change;
    if (!(await updateProject(tx, id, before.version, columns))) throw changedMeanwhile();
    const after = (await findProject(tx, id))!;
    if (moves) {
      await emit(tx, {
        verb: 'project.moved',
        object: { type: 'project', id, projectId: id },
        data: { ...after, fromFolderId: before.folderId, fromFolderName: before.folderName },
      });
    }
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
    } else if (!moves) {
      await emit(tx, { verb: 'project.changed', object: { type: 'project', id, projectId: id }, data: after });
    }
    return after;
  });
}

/** Taking a project out ends what its people had by the folder, putting it in lets others in: both take a right. */
async function openBothEnds(ctx: Context, from: string | null, to: string | null): Promise<void> {
  if (from) await openFolderFor(ctx, from, 'folder.use', '/folderId');
  await openFolderFor(ctx, to, to ? 'folder.use' : 'project.create', '/folderId');
}

async function moveProject(tx: Context, id: string, folderId: string | null): Promise<void> {
  if (folderId) await holdFolder(tx, folderId, '/folderId');
  await moveScope(tx, id, folderId ?? organizationId);
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

const changedMeanwhile = () =>
  conflict('changed-meanwhile', 'Somebody changed this project at the same moment. Read it again and repeat your change.');
