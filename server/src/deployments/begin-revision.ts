import { newId } from '../kit/ids.ts';
import { recordUse, ref } from '../lineage/index.ts';
import { type Context, emit } from '../platform/index.ts';
import { type Channel, isProtected, requireApproval } from '../policies/index.ts';
import { isUsable, nameOfVersion, type VersionRow, versionSubject } from '../registry/index.ts';
import { type RevisionCause, versionNotUsable } from './deployment.ts';
import {
  type ChannelRow,
  channelsOf,
  type DeploymentRow,
  findRevision,
  insertRevision,
  notifyDeployments,
  type RevisionRow,
  updateChannel,
  updateDeployment,
  updateRevision,
  upsertChannel,
} from './deployment-store.ts';

export interface Wanted {
  channel: Channel;
  version: VersionRow;
  environmentRevisionId: string;
  cause: RevisionCause;
  /** The address that was asked for; what the channel followed before when left out. */
  model?: string;
  replicas?: number;
  hardwareTier?: string | null;
}

/**
 * Begins a revision of a channel beside the one that serves, in the caller's transaction and with the deployment's row locked. Every way of
 * letting a version into a channel comes through here, and so through the gate.
 */
export async function beginRevision(tx: Context, deployment: DeploymentRow, wanted: Wanted): Promise<RevisionRow> {
  const { version } = wanted;
  if (!isUsable(version)) throw versionNotUsable(nameOfVersion(version));
  const channels = await channelsOf(tx, [deployment.id]);
  const known = channels.find((channel) => channel.name === wanted.channel);
  const subject = await versionSubject(tx, version);
  const approval = await requireApproval(tx, subject, gateOf(deployment, channels, wanted.channel));

  const id = newId('drv');
  const alias = wanted.model === undefined ? undefined : (/@([^/@]+)$/.exec(wanted.model)?.[1] ?? null);
  const channel = {
    deploymentId: deployment.id,
    name: wanted.channel,
    model: wanted.model ?? known?.model ?? nameOfVersion(version),
    followedModelId: alias === undefined ? (known?.followedModelId ?? null) : alias && version.modelId,
    followedAlias: alias === undefined ? (known?.followedAlias ?? null) : alias,
    replicas: wanted.replicas ?? known?.replicas ?? 1,
    hardwareTier: wanted.hardwareTier === undefined ? (known?.hardwareTier ?? null) : wanted.hardwareTier,
  };
  await upsertChannel(tx, channel);
  await insertRevision(tx, {
    id,
    deploymentId: deployment.id,
    channel: wanted.channel,
    versionId: version.id,
    digest: subject.digest,
    environmentRevisionId: wanted.environmentRevisionId,
    hardwareTier: channel.hardwareTier,
    replicas: channel.replicas,
    cause: wanted.cause,
    approvalId: approval?.id ?? null,
  });
  const revision = (await findRevision(tx, id))!;
  if (known?.candidateRevisionId)
    await updateRevision(tx, known.candidateRevisionId, {
      state: 'retired',
      stateReason: `Replaced by revision ${revision.number} before it served.`,
    });
  await updateChannel(tx, deployment.id, wanted.channel, { candidateRevisionId: id });
  if (deployment.traffic.length === 0)
    await updateDeployment(tx, deployment.id, { traffic: [{ channel: wanted.channel, weight: 100 }] });
  await recordUse(tx, deployment.projectId, ref('deployment', deployment.id), [
    ref('version', version.id),
    ref('environment-revision', wanted.environmentRevisionId),
  ]);
  await emit(tx, {
    verb: 'deployment.revision-created',
    object: { type: 'deployment', id: deployment.id, projectId: deployment.projectId },
    data: revision,
  });
  await notifyDeployments(tx);
  return revision;
}

/**
 * The channel whose gate a version must pass to serve on a channel of this deployment. An open channel that shares the plain address with a
 * protected one is no way around the gate: its callers rely on the address.
 */
export function gateOf(
  deployment: Pick<DeploymentRow, 'traffic'>,
  channels: readonly Pick<ChannelRow, 'name'>[],
  channel: Channel,
): Channel {
  if (isProtected(channel)) return channel;
  const weight = deployment.traffic.find((share) => share.channel === channel)?.weight ?? 0;
  const guarded = channels.find((one) => isProtected(one.name));
  return weight > 0 && guarded ? guarded.name : channel;
}
