import { type Context, transaction } from '../platform/index.ts';
import type { Channel } from '../policies/index.ts';
import { findVersion } from '../registry/index.ts';
import { beginRevision } from './begin-revision.ts';
import { type Deployment, isStopped, noSuchChannel, nothingToRollBack, unknownDeployment } from './deployment.ts';
import { channelsOf, lockDeployment, revisionsOf } from './deployment-store.ts';
import { openDeployment } from './open-deployment.ts';
import { deploymentOf, mainChannel } from './present-deployment.ts';

/**
 * Lets a channel serve again what it served before: the revision named by its number, else the last that served before the one now. It is a new
 * revision with the old version and environment, so that history only grows.
 */
export async function rollBack(ctx: Context, name: string, input: { channel?: Channel; revision?: number }): Promise<Deployment> {
  const { id } = await openDeployment(ctx, name, 'deployment.write');
  return transaction(ctx, async (tx) => {
    const row = await lockDeployment(tx, id);
    if (!row) throw unknownDeployment(name);
    if (row.stoppedAt) throw isStopped(row.name);
    const channels = await channelsOf(tx, [id]);
    const channelName = input.channel ?? mainChannel(row, channels);
    const channel = channels.find((one) => one.name === channelName);
    if (!channel) throw noSuchChannel(row.name, channelName);
    const revisions = await revisionsOf(tx, id, channelName);
    const current = revisions.find((one) => one.id === channel.servingRevisionId);
    const target = revisions.find((one) =>
      input.revision !== undefined
        ? one.number === input.revision && one.servingFrom !== null
        : one.servingFrom !== null && one.id !== channel.servingRevisionId && one.versionId !== current?.versionId,
    );
    if (!target) throw nothingToRollBack(row.name, channelName);
    await beginRevision(tx, row, {
      channel: channelName,
      version: (await findVersion(tx, target.versionId))!,
      environmentRevisionId: target.environmentRevisionId,
      cause: 'rollback',
      hardwareTier: target.hardwareTier,
    });
    return deploymentOf(tx, id);
  });
}
