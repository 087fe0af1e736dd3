import { type Context, emit, transaction } from '../platform/index.ts';
import { type Channel, requireApproval } from '../policies/index.ts';
import { findProject } from '../projects/index.ts';
import { findVersion, resolveVersion, versionSubject } from '../registry/index.ts';
import { beginRevision, gateOf } from './begin-revision.ts';
import { badWeights, type Deployment, noSuchChannel, unknownDeployment } from './deployment.ts';
import {
  channelsOf,
  type DeploymentRow,
  findRevision,
  lockDeployment,
  notifyDeployments,
  updateDeployment,
} from './deployment-store.ts';
import { environmentOfVersion } from './model-environment.ts';
import { openDeployment } from './open-deployment.ts';
import { deploymentOf } from './present-deployment.ts';

export interface NewShare {
  channel: Channel;
  /** Another version than the one that serves there is put on the channel. */
  version?: number;
  weight: number;
}

/** How the plain address is split over the channels, in percent. What gets a part of it beside a protected channel must be approved too. */
export async function changeTraffic(
  ctx: Context,
  name: string,
  shares: readonly NewShare[],
  check: (before: Pick<DeploymentRow, 'traffic'>) => void = () => {},
): Promise<Deployment> {
  const { id } = await openDeployment(ctx, name, 'deployment.write');
  if (new Set(shares.map((share) => share.channel)).size !== shares.length)
    throw badWeights('each channel serves one version and is named once; put the other version on another channel');
  if (shares.reduce((sum, share) => sum + share.weight, 0) !== 100) throw badWeights('the weights must add up to 100');
  return transaction(ctx, async (tx) => {
    const row = await lockDeployment(tx, id);
    if (!row) throw unknownDeployment(name);
    check(row);
    const traffic = shares.map(({ channel, weight }) => ({ channel, weight })).filter((share) => share.weight > 0);
    const after = { ...row, traffic };
    for (const share of shares) {
      const channels = await channelsOf(tx, [id]);
      const channel = channels.find((one) => one.name === share.channel);
      // A channel that is not there yet is made by the version that is named for it, of the model that the others serve.
      const like = channel ?? (share.version === undefined ? undefined : channels[0]);
      if (!like) throw noSuchChannel(row.name, share.channel);
      const newest = (await findRevision(tx, like.candidateRevisionId ?? like.servingRevisionId ?? ''))!;
      if (share.version !== undefined && (!channel || share.version !== newest.versionNumber)) {
        const address = `models:/${newest.modelName}/${share.version}`;
        const version = await resolveVersion(tx, row.projectId, address, 'model.read', '/traffic');
        const environmentRevisionId = await environmentOfVersion(tx, (await findProject(tx, row.projectId))!, version);
        await beginRevision(tx, after, {
          channel: share.channel,
          version,
          environmentRevisionId,
          cause: 'deploy',
          model: address,
        });
      } else if (channel && share.weight > 0) {
        const ids = [channel.servingRevisionId, channel.candidateRevisionId].filter((one) => one !== null);
        for (const revisionId of ids) {
          const version = (await findVersion(tx, (await findRevision(tx, revisionId))!.versionId))!;
          await requireApproval(tx, await versionSubject(tx, version), gateOf(after, channels, share.channel));
        }
      }
    }
    await updateDeployment(tx, id, { traffic });
    const deployment = await deploymentOf(tx, id);
    await emit(tx, {
      verb: 'deployment.traffic-changed',
      object: { type: 'deployment', id, projectId: row.projectId },
      data: { ...deployment, formerTraffic: row.traffic },
    });
    await notifyDeployments(tx);
    return deployment;
  });
}
