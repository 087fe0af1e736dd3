import { newId } from '../kit/ids.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import type { Monitor } from './monitor.ts';
import { findMonitor, insertMonitor, monitorsOfDeployment, nameOfDeployment } from './monitor-store.ts';
import { presentMonitor } from './present-monitor.ts';

/** The monitor of a channel, made when there is none: every channel has one from its birth, without anybody asking for it. */
export async function ensureMonitor(
  ctx: Context,
  channel: { projectId: string; deploymentId: string; channel: string; versionId: string | null },
): Promise<Monitor> {
  return transaction(ctx, async (tx) => {
    const id = newId('mon');
    const deploymentName = await nameOfDeployment(tx, channel.deploymentId);
    // Which version is in force the monitor sees by the predictions themselves; until then, the newest that was said.
    if (await insertMonitor(tx, { id, ...channel, deploymentName })) {
      const monitor = presentMonitor((await findMonitor(tx, id))!);
      await emit(tx, { verb: 'monitor.created', object: { type: 'monitor', id, projectId: monitor.projectId }, data: monitor });
      return monitor;
    }
    return presentMonitor((await monitorsOfDeployment(tx, channel.deploymentId)).find((one) => one.channel === channel.channel)!);
  });
}
