import { environmentForRun } from '../environments/index.ts';
import { type Context, readTogether } from '../platform/index.ts';
import { type Channel, isProtected } from '../policies/index.ts';
import { summarise, trafficSince } from '../predictions/index.ts';
import type { Deployment, DeploymentState, Revision } from './deployment.ts';
import {
  type ChannelRow,
  channelsOf,
  type DeploymentRow,
  findDeployment,
  liveRevisions,
  newestRevisions,
  type ReplicaRow,
  type RevisionRow,
  replicasOf,
} from './deployment-store.ts';
import { mostCandidateCrashes, reasonOf } from './plan-rollout.ts';
import { snippetsOf } from './snippets.ts';

/** What is read once for a list of deployments. */
interface Known {
  channels: ChannelRow[];
  /** Live ones, and the newest of each channel. */
  revisions: RevisionRow[];
  replicas: ReplicaRow[];
}

const healthMinutes = 60;

export async function deploymentOf(ctx: Context, id: string): Promise<Deployment> {
  const row = (await findDeployment(ctx, id))!;
  return (await presentDeployments(ctx, [row]))[0]!;
}

export async function presentDeployments(ctx: Context, rows: readonly DeploymentRow[]): Promise<Deployment[]> {
  const known = await readKnown(
    ctx,
    rows.map((row) => row.id),
  );
  const shown: Deployment[] = [];
  for (const row of rows) shown.push(await present(ctx, row, known));
  return shown;
}

/** One deployment with its replicas, the form to try it and lines to call it. */
export async function presentWhole(ctx: Context, asked: DeploymentRow) {
  return readTogether(ctx, async (reading) => whole(reading, (await findDeployment(reading, asked.id)) ?? asked));
}

async function whole(ctx: Context, row: DeploymentRow) {
  const known = await readKnown(ctx, [row.id]);
  const deployment = await present(ctx, row, known);
  const main = mainChannel(row, known.channels);
  const channel = known.channels.find((one) => one.name === main);
  const described =
    known.revisions.find((one) => one.id === channel?.servingRevisionId && one.description) ??
    known.revisions.find((one) => one.description);
  return {
    ...deployment,
    replicas: known.replicas.map(presentReplica),
    form: described?.description ?? null,
    snippets: snippetsOf(row.name, deployment.endpoint.invocations, described?.description?.inputExample ?? null),
  };
}

async function readKnown(ctx: Context, ids: string[]): Promise<Known> {
  const live = await liveRevisions(ctx, ids);
  const newest = (await newestRevisions(ctx, ids)).filter((one) => !live.some((other) => other.id === one.id));
  return { channels: await channelsOf(ctx, ids), revisions: [...live, ...newest], replicas: await replicasOf(ctx, ids) };
}

async function present(ctx: Context, row: DeploymentRow, known: Known): Promise<Deployment> {
  const own = known.channels.filter((channel) => channel.deploymentId === row.id);
  const channels: Deployment['channels'] = [];
  for (const channel of own) channels.push(await presentChannel(ctx, row, channel, known));
  const main = channels.find((channel) => channel.name === mainChannel(row, own));
  const since = new Date(ctx.platform.clock.now().getTime() - healthMinutes * 60_000);
  const revisions = known.revisions.filter((one) => one.deploymentId === row.id && one.channel === main?.name);
  const newest = revisions.toSorted((a, b) => b.number - a.number)[0];
  return {
    id: row.id,
    name: row.name,
    projectId: row.projectId,
    projectSlug: row.projectSlug,
    state: main?.state ?? 'pending',
    stateReason: main?.stateReason ?? null,
    endpoint: endpointOf(ctx, row.name),
    channels,
    traffic: row.traffic.map((share) => ({
      ...share,
      version: channels.find((channel) => channel.name === share.channel)?.serving?.model.version ?? null,
    })),
    revision: newest ? presentRevision(newest) : null,
    health: summarise(await trafficSince(ctx, row.id, since)),
    createdBy: { id: row.createdBy, name: row.createdByName },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

async function presentChannel(ctx: Context, row: DeploymentRow, channel: ChannelRow, known: Known) {
  const find = (id: string | null) => known.revisions.find((one) => one.id === id) ?? null;
  const serving = find(channel.servingRevisionId);
  const candidate = find(channel.candidateRevisionId);
  const newest = known.revisions
    .filter((one) => one.deploymentId === row.id && one.channel === channel.name)
    .toSorted((a, b) => b.number - a.number)[0];
  const ready = known.replicas.filter((one) => one.revisionId === serving?.id && one.state === 'ready').length;
  const { state, reason } = row.stoppedAt
    ? { state: 'stopped' as const, reason: null }
    : await stateOf(ctx, { channel, serving, candidate, newest, ready, replicas: known.replicas });
  return {
    name: channel.name,
    protected: isProtected(channel.name),
    state,
    stateReason: reason,
    model: channel.model,
    followsAlias: channel.followedAlias,
    replicas: { wanted: channel.replicas, ready },
    hardwareTier: channel.hardwareTier,
    serving: serving && presentRevision(serving),
    candidate: candidate && presentRevision(candidate),
    endpoint: endpointOf(ctx, row.name, channel.name),
  };
}

interface Facts {
  channel: ChannelRow;
  serving: RevisionRow | null;
  candidate: RevisionRow | null;
  newest: RevisionRow | undefined;
  ready: number;
  replicas: readonly ReplicaRow[];
}

async function stateOf(ctx: Context, facts: Facts): Promise<{ state: DeploymentState; reason: string | null }> {
  const { channel, serving, candidate, newest, ready } = facts;
  if (serving) {
    const failed = newest && newest.number > serving.number && newest.state === 'failed' ? newest : null;
    const left = failed
      ? `Revision ${failed.number} (version ${failed.versionNumber}) failed: ${failed.stateReason} Revision ${serving.number} (version ${serving.versionNumber}) goes on serving.`
      : null;
    if (ready >= channel.replicas) return { state: 'healthy', reason: left };
    const last = facts.replicas.findLast((one) => one.revisionId === serving.id && one.crashes > 0);
    if (ready > 0) return { state: 'degraded', reason: last ? reasonOf(last) : left };
    if (last && last.crashes >= mostCandidateCrashes)
      return {
        state: 'failed',
        reason: `It ended ${last.crashes} times in a row and is tried again ever more slowly: ${reasonOf(last)}`,
      };
    return { state: 'starting', reason: last ? reasonOf(last) : null };
  }
  if (candidate) {
    const { state } = await environmentForRun(ctx, candidate.environmentRevisionId);
    if (state === 'building') return { state: 'building', reason: 'Its environment is being built.' };
    const replica = facts.replicas.findLast((one) => one.revisionId === candidate.id);
    if (!replica || replica.workloadState === 'queued') return { state: 'pending', reason: replica?.workloadReason ?? null };
    return { state: 'starting', reason: null };
  }
  return { state: 'failed', reason: newest?.stateReason ?? null };
}

export function presentRevision(row: RevisionRow): Revision {
  return {
    id: row.id,
    number: row.number,
    channel: row.channel,
    state: row.state,
    stateReason: row.stateReason,
    cause: row.cause,
    model: { id: row.modelId, name: row.modelName, version: row.versionNumber, versionId: row.versionId, digest: row.digest },
    environmentRevisionId: row.environmentRevisionId,
    hardwareTier: row.hardwareTier,
    replicas: row.replicas,
    approvalId: row.approvalId,
    createdBy: { id: row.createdBy, name: row.createdByName },
    createdAt: row.createdAt,
    servingFrom: row.servingFrom,
    servingUntil: row.servingUntil,
  };
}

const presentReplica = (row: ReplicaRow) => ({
  id: row.workloadId,
  slot: row.slot,
  state: row.state,
  stateReason: row.stateReason ?? row.workloadReason,
  lastLines: row.lastLines,
  crashes: row.crashes,
  host: row.host,
  createdAt: row.createdAt,
  readyAt: row.readyAt,
  endedAt: row.endedAt,
  logUrl: `/api/v1/workloads/${row.workloadId}/logs`,
});

/** The channel with the largest part of the plain address. */
export function mainChannel(row: Pick<DeploymentRow, 'traffic'>, channels: readonly Pick<ChannelRow, 'name'>[]): Channel {
  const [first] = row.traffic.toSorted((a, b) => b.weight - a.weight);
  return first?.channel ?? channels[0]?.name ?? 'beta';
}

function endpointOf(ctx: Context, name: string, channel?: Channel) {
  const base = `${ctx.platform.config.publicUrl}/deployments/${name}${channel ? `/channels/${channel}` : ''}`;
  return { invocations: `${base}/invocations`, v2: `${base}/v2` };
}
