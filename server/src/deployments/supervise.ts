import { lstatSync } from 'node:fs';
import { queueWorkload, requestCancel } from '../compute/index.ts';
import { environmentForRun } from '../environments/index.ts';
import { ref } from '../lineage/index.ts';
import { type Context, emit, type Platform, type ServerProcess, systemContext, transaction } from '../platform/index.ts';
import { isProtected } from '../policies/index.ts';
import type { Share } from './deployment.ts';
import {
  channelsOf,
  deploymentsChannel,
  deploymentsToSupervise,
  findDeployment,
  findRevision,
  insertReplica,
  liveRevisions,
  moveReplica,
  notifyDeployments,
  type ReplicaRow,
  replicasOf,
  replicasToProbe,
  takeDeployment,
  updateChannel,
  updateDeployment,
  updateRevision,
} from './deployment-store.ts';
import { ReplicaConnection } from './gateway/replica-connection.ts';
import { planRollout, type Step } from './plan-rollout.ts';
import { socketOf } from './replica-kind.ts';

const lookMilliseconds = 1_000;
const probeMilliseconds = 150;
/** Longer than a gateway takes to hear that requests go elsewhere, also when the word was lost and it looks by itself. */
const drainSeconds = 3;

export interface Supervisor {
  stop(): Promise<void>;
}

/**
 * Sees that what should run runs: starts replicas, finds out when they answer, lets a candidate serve, drains and ends what it replaced. Every
 * server does it; a deployment is in one pair of hands at a time, and each step is written before the next look.
 */
export function startSupervisor(platform: Platform, self: ServerProcess): Supervisor {
  const ctx = systemContext(platform, 'supervisor');
  let stopped = false;
  let turning: Promise<void> | null = null;
  let again = false;

  async function look(): Promise<void> {
    for (const id of await deploymentsToSupervise(ctx)) {
      if (stopped) return;
      const situation = await situationOf(ctx, id);
      if (planRollout(situation).length > 0) await transaction(ctx, (tx) => takeSteps(tx, id));
    }
  }

  async function probe(): Promise<boolean> {
    const waiting = await replicasToProbe(ctx, self.host);
    await Promise.all(waiting.map((replica) => probeReplica(ctx, replica)));
    return waiting.length > 0;
  }

  function wake(): void {
    if (stopped) return;
    if (turning) {
      again = true;
      return;
    }
    turning = (async () => {
      do {
        again = false;
        try {
          await look();
        } catch (error) {
          platform.log.warn({ error: (error as Error).message }, 'the supervisor will try again');
        }
      } while (again && !stopped);
    })().finally(() => {
      turning = null;
    });
  }

  let probing: Promise<void> | null = null;
  function probeSoon(): void {
    if (probing || stopped) return;
    probing = (async () => {
      while (!stopped && (await probe().catch(() => false)))
        await new Promise((resolve) => setTimeout(resolve, probeMilliseconds));
    })().finally(() => {
      probing = null;
    });
  }

  const both = (): void => {
    wake();
    probeSoon();
  };
  const unlisten = platform.signals.on(deploymentsChannel, both);
  const timer = setInterval(both, lookMilliseconds);
  both();
  return {
    async stop() {
      stopped = true;
      unlisten();
      clearInterval(timer);
      await turning;
      await probing;
    },
  };
}

async function situationOf(ctx: Context, id: string) {
  const row = await findDeployment(ctx, id);
  return {
    on: row !== null && row.stoppedAt === null,
    channels: await channelsOf(ctx, [id]),
    revisions: await liveRevisions(ctx, [id]),
    replicas: await replicasOf(ctx, [id]),
    now: Date.now(),
  };
}

async function takeSteps(tx: Context, id: string): Promise<void> {
  const row = await takeDeployment(tx, id);
  if (!row) return;
  const situation = await situationOf(tx, id);
  const steps = planRollout(situation);
  for (const step of steps) await takeStep(tx, id, step);
  // A deleted deployment keeps nothing live: what still stands is over.
  if (row.deletedAt && !situation.replicas.some((replica) => replica.state !== 'ended'))
    for (const revision of situation.revisions) await updateRevision(tx, revision.id, { state: 'retired', servingUntil: true });
  if (steps.length > 0) await notifyDeployments(tx);
}

async function takeStep(tx: Context, id: string, step: Step): Promise<void> {
  switch (step.do) {
    case 'start': {
      const deployment = (await findDeployment(tx, id))!;
      const { digest } = await environmentForRun(tx, step.revision.environmentRevisionId);
      const workload = await queueWorkload(tx, {
        kind: 'replica',
        subject: ref('deployment', id),
        projectId: deployment.projectId,
        ownerId: step.revision.createdBy,
        name: `${deployment.name} ${step.revision.channel} ${step.revision.number}.${step.slot}`,
        ...(step.revision.hardwareTier ? { hardwareTier: step.revision.hardwareTier } : {}),
        environmentDigest: digest || null,
        context: {
          deploymentRevisionId: step.revision.id,
          environmentRevisionId: step.revision.environmentRevisionId,
          environmentDigest: digest || null,
        },
        attempt: step.crashes + 1,
      });
      await insertReplica(tx, {
        workloadId: workload.id,
        deploymentId: id,
        revisionId: step.revision.id,
        slot: step.slot,
        crashes: step.crashes,
      });
      return;
    }
    case 'drain':
      await moveReplica(tx, step.replica.workloadId, ['ready'], { state: 'draining', drainSeconds });
      return;
    case 'end':
      await requestCancel(tx, step.replica.workloadId);
      if (step.replica.state === 'starting')
        await moveReplica(tx, step.replica.workloadId, ['starting'], { state: 'draining', drainSeconds: 0 });
      return;
    case 'promote':
      return promote(tx, id, step);
    case 'fail':
      await updateRevision(tx, step.revision.id, { state: 'failed', stateReason: step.reason });
      await updateChannel(tx, id, step.channel.name, { candidateRevisionId: null });
      await told(tx, id, step.revision.id, 'deployment.revision-failed');
      return;
    case 'retire':
      await updateRevision(tx, step.revision.id, { state: 'retired' });
      return;
  }
}

async function promote(tx: Context, id: string, step: Extract<Step, { do: 'promote' }>): Promise<void> {
  const { channel, revision } = step;
  const deployment = (await findDeployment(tx, id))!;
  const channels = await channelsOf(tx, [id]);
  if (channel.servingRevisionId) await updateRevision(tx, channel.servingRevisionId, { state: 'draining', servingUntil: true });
  await updateRevision(tx, revision.id, { state: 'serving', stateReason: null, servingFrom: true });
  await updateChannel(tx, id, channel.name, { servingRevisionId: revision.id, candidateRevisionId: null });
  // The first version that was let into production is what the plain address stands for.
  const firstProtected = isProtected(channel.name) && channel.servingRevisionId === null;
  const onlyOpen = deployment.traffic.every((share: Share) => !isProtected(share.channel));
  if (firstProtected && onlyOpen && channels.length > 1)
    await updateDeployment(tx, id, { traffic: [{ channel: channel.name, weight: 100 }] });
  await told(tx, id, revision.id, 'deployment.revision-serving');
}

async function told(tx: Context, id: string, revisionId: string, verb: string): Promise<void> {
  const deployment = (await findDeployment(tx, id))!;
  await emit(tx, {
    verb,
    object: { type: 'deployment', id, projectId: deployment.projectId },
    data: { ...(await findRevision(tx, revisionId))!, deploymentName: deployment.name },
  });
}

/** Whether a replica answers; once it does, what it says of its model is kept with the revision. */
async function probeReplica(ctx: Context, replica: ReplicaRow): Promise<void> {
  const path = socketOf(replica.folder!);
  if (!isSocket(path)) return;
  const connection = new ReplicaConnection(path, 1);
  try {
    const description = await connection.describe();
    await transaction(ctx, async (tx) => {
      if (!(await moveReplica(tx, replica.workloadId, ['starting'], { state: 'ready', stateReason: null }))) return;
      await updateRevision(tx, replica.revisionId, { description: withoutNul(description) });
      await notifyDeployments(tx);
    });
  } catch (error) {
    ctx.log.debug({ replica: replica.workloadId, error: (error as Error).message }, 'a replica does not answer yet');
  } finally {
    connection.close();
  }
}

/** The folder is the model's own: what is no socket is not connected to. */
export function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}

/** What a model says of itself is foreign text, and PostgreSQL has no place for NUL. */
function withoutNul<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('\u0000', '') as T;
  if (Array.isArray(value)) return value.map(withoutNul) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [withoutNul(key), withoutNul(member)])) as T;
}
