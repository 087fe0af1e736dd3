import { newId } from '../kit/ids.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import type { Monitor } from './monitor.ts';
import { findMonitor, insertMonitor, monitorsOfDeployment, updateMonitor } from './monitor-store.ts';
import { presentMonitor } from './present-monitor.ts';

/**
 * The monitor of a channel, made when there is none: every channel has one from its birth, without anybody asking for it. Later calls bring the
 * name up to date; which version is in force the monitor sees by the predictions themselves.
 */
export async function ensureMonitor(
  ctx: Context,
  channel: { projectId: string; deploymentId: string; deploymentName: string; channel: string; versionId: string | null },
): Promise<Monitor> {
  return transaction(ctx, async (tx) => {
    const id = newId('mon');
    if (await insertMonitor(tx, { id, ...channel })) {
      const monitor = presentMonitor((await findMonitor(tx, id))!);
      await emit(tx, { verb: 'monitor.created', object: { type: 'monitor', id, projectId: monitor.projectId }, data: monitor });
      return monitor;
    }
    const there = (await monitorsOfDeployment(tx, channel.deploymentId)).find((one) => one.channel === channel.channel)!;
    if (there.deploymentName !== channel.deploymentName && channel.deploymentName !== channel.deploymentId)
      await updateMonitor(tx, there.id, { deploymentName: channel.deploymentName });
    return presentMonitor((await findMonitor(tx, there.id))!);
  });
}
