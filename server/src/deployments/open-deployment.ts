import { type Action, inProject, require } from '../access/index.ts';
import type { Context } from '../platform/index.ts';
import { unknownDeployment } from './deployment.ts';
import { type DeploymentRow, findDeployment } from './deployment-store.ts';

/** A deployment by id or name, after asking for a right in its project. */
export async function openDeployment(ctx: Context, idOrName: string, action: Action): Promise<DeploymentRow> {
  const row = await findDeployment(ctx, idOrName);
  if (!row) {
    ctx.decided.add(action);
    throw unknownDeployment(idOrName);
  }
  await require(ctx, action, inProject('deployment', row.id, row.projectId, row.name));
  return row;
}
