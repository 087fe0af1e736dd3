import { requestCancel } from '../compute/index.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { openWorkspace } from './open-workspace.ts';
import { notNow, notYours, type Workspace, workspaceCan } from './workspace.ts';
import { lockWorkspace, trashWorkspace } from './workspace-store.ts';

/** Ends the session; files are kept. Owners of the project may stop anybody's, to free what it holds. */
export async function stopWorkspace(ctx: Context, id: string): Promise<Workspace> {
  const { row } = await openWorkspace(ctx, id, 'workspace.use');
  return transaction(ctx, async (tx) => {
    await lockWorkspace(tx, id);
    const { workspace } = await openWorkspace(tx, id, 'workspace.use');
    if (!workspaceCan('stop', workspace.state)) throw notNow('stop', workspace);
    await requestCancel(tx, row.workloadId!);
    return (await openWorkspace(tx, id, 'workspace.use')).workspace;
  });
}

/** Moves a stopped workspace to the trash; its files stay for 30 days. */
export async function deleteWorkspace(ctx: Context, id: string): Promise<void> {
  const { row } = await openWorkspace(ctx, id, 'workspace.use');
  if (row.ownerId !== ctx.actor.id) throw notYours(row);
  await transaction(ctx, async (tx) => {
    await lockWorkspace(tx, id);
    const { workspace } = await openWorkspace(tx, id, 'workspace.use');
    if (!workspaceCan('delete', workspace.state)) throw notNow('be deleted', workspace);
    await trashWorkspace(tx, id);
    await emit(tx, { verb: 'workspace.deleted', object: { type: 'workspace', id, projectId: row.projectId }, data: workspace });
  });
}
