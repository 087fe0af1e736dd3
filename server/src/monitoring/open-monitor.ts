import { type Action, inProject, require } from '../access/index.ts';
import { type Context, notFound } from '../platform/index.ts';
import type { Alert } from './alert.ts';
import { findAlert } from './alert-store.ts';
import { findMonitor, monitorsOfDeployment } from './monitor-store.ts';

type MonitorFound = NonNullable<Awaited<ReturnType<typeof findMonitor>>>;

/** A monitor after asking for a right in its project. */
export async function openMonitor(ctx: Context, id: string, action: Action): Promise<MonitorFound> {
  const monitor = await findMonitor(ctx, id);
  if (!monitor) return hidden(ctx, action, 'monitor', id);
  await require(ctx, action, inProject('monitor', id, monitor.projectId));
  return monitor;
}

export async function openAlert(ctx: Context, id: string, action: Action): Promise<Alert> {
  const alert = await findAlert(ctx, id);
  if (!alert) return hidden(ctx, action, 'alert', id);
  await require(ctx, action, inProject('alert', id, alert.projectId));
  return alert;
}

/** The monitors of a deployment by its id or name, one a channel, after asking for a right in its project. */
export async function openMonitorsOf(
  ctx: Context,
  deployment: string,
  action: Action,
): Promise<[MonitorFound, ...MonitorFound[]]> {
  const [first, ...rest] = await monitorsOfDeployment(ctx, deployment);
  if (!first) return hidden(ctx, action, 'deployment', deployment);
  await require(ctx, action, inProject('deployment', first.deploymentId, first.projectId, first.deploymentName));
  return [first, ...rest.filter((one) => one.deploymentId === first.deploymentId)];
}

function hidden(ctx: Context, action: Action, kind: string, id: string): never {
  ctx.decided.add(action);
  throw notFound(kind, id);
}
