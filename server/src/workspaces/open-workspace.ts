import { inProject, require } from '../access/index.ts';
import { findWorkload, type Workload } from '../compute/index.ts';
import { type Context, notFound } from '../platform/index.ts';
import { present, type Workspace } from './workspace.ts';
import { findWorkspace, type WorkspaceRow } from './workspace-store.ts';

/** A workspace with the workload of its session, after asking for a right in its project. */
export async function openWorkspace(
  ctx: Context,
  id: string,
  action: 'workspace.read' | 'workspace.use',
): Promise<{ row: WorkspaceRow; workload: Workload | null; workspace: Workspace }> {
  const row = await findWorkspace(ctx, id);
  if (!row) {
    ctx.decided.add(action);
    throw notFound('workspace', id);
  }
  await require(ctx, action, inProject('workspace', row.id, row.projectId, row.name));
  const workload = row.workloadId ? await findWorkload(ctx, row.workloadId) : null;
  return { row, workload, workspace: present(row, workload) };
}
