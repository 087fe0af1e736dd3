import { type Context, emit, transaction } from '../platform/index.ts';
import type { Channel } from '../policies/index.ts';
import { type Deployment, noSuchChannel, unknownDeployment } from './deployment.ts';
import {
  channelsOf,
  type DeploymentRow,
  lockDeployment,
  notifyDeployments,
  updateChannel,
  updateDeployment,
} from './deployment-store.ts';
import { openDeployment } from './open-deployment.ts';
import { deploymentOf } from './present-deployment.ts';

/** Ends all that runs for it; its channels and revisions stay, and its address answers 503. */
export const stopDeployment = (ctx: Context, name: string): Promise<Deployment> => setStopped(ctx, name, true);

/** Starts again what served when it was stopped. */
export const startDeployment = (ctx: Context, name: string): Promise<Deployment> => setStopped(ctx, name, false);

async function setStopped(ctx: Context, name: string, stopped: boolean): Promise<Deployment> {
  const { id } = await openDeployment(ctx, name, 'deployment.write');
  return transaction(ctx, async (tx) => {
    const row = await locked(tx, id, name);
    if ((row.stoppedAt !== null) !== stopped) {
      await updateDeployment(tx, id, { stopped });
      await told(tx, row, stopped ? 'deployment.stopped' : 'deployment.started');
    }
    return deploymentOf(tx, id);
  });
}

/** Takes it away: its address is free again, what it answered stays on record. */
export async function deleteDeployment(ctx: Context, name: string): Promise<void> {
  const { id } = await openDeployment(ctx, name, 'deployment.write');
  await transaction(ctx, async (tx) => {
    const row = await locked(tx, id, name);
    await emit(tx, { verb: 'deployment.deleted', object: object(row), data: await deploymentOf(tx, id) });
    await updateDeployment(tx, id, { deleted: true });
    await notifyDeployments(tx);
  });
}

/** How many replicas a channel has; the ones that run stay, more are started or some are drained. */
export async function scaleChannel(ctx: Context, name: string, channel: Channel, replicas: number): Promise<Deployment> {
  const { id } = await openDeployment(ctx, name, 'deployment.write');
  return transaction(ctx, async (tx) => {
    const row = await locked(tx, id, name);
    if (!(await channelsOf(tx, [id])).some((one) => one.name === channel)) throw noSuchChannel(row.name, channel);
    await updateChannel(tx, id, channel, { replicas });
    await updateDeployment(tx, id, {});
    await told(tx, row, 'deployment.scaled');
    return deploymentOf(tx, id);
  });
}

async function locked(tx: Context, id: string, name: string): Promise<DeploymentRow> {
  const row = await lockDeployment(tx, id);
  if (!row) throw unknownDeployment(name);
  return row;
}

async function told(tx: Context, row: DeploymentRow, verb: string): Promise<void> {
  await emit(tx, { verb, object: object(row), data: await deploymentOf(tx, row.id) });
  await notifyDeployments(tx);
}

const object = (row: DeploymentRow) => ({ type: 'deployment', id: row.id, projectId: row.projectId });
