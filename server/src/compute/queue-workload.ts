import { totalmem } from 'node:os';
import { newId } from '../kit/ids.ts';
import { type Context, emit } from '../platform/index.ts';
import { disabledTier, type HardwareTier, localTargetId, tierTooLarge, unknownTier } from './tier.ts';
import { findTier, listTiers } from './tier-store.ts';
import { isFinished, type NewWorkload, type Workload } from './workload.ts';
import { findWorkload, insertWorkload, markCancelRequested } from './workload-store.ts';

/** Queues a workload in the transaction of what it is for. Tier and price are those of now, whatever changes later. */
export async function queueWorkload(tx: Context, input: NewWorkload): Promise<Workload> {
  const tier = await usableTier(tx, input.hardwareTier ?? null);
  const workload = await insertWorkload(tx, {
    id: newId('wkl'),
    kind: input.kind,
    subject: input.subject,
    projectId: input.projectId,
    ownerId: input.ownerId,
    name: input.name,
    targetId: tier.targetId,
    tierId: tier.id,
    tier: { name: tier.name, cpuCores: tier.cpuCores, memoryBytes: tier.memoryBytes, gpus: tier.gpus },
    pricePerHour: tier.pricePerHour,
    currency: tier.currency,
    context: input.context,
    timeoutSeconds: input.timeoutSeconds ?? null,
    environmentDigest: input.environmentDigest ?? null,
    attempt: input.attempt ?? 1,
  });
  await emit(tx, {
    verb: 'workload.queued',
    object: { type: 'workload', id: workload.id, projectId: workload.projectId },
    data: eventData(workload),
  });
  return workload;
}

/** The tier of that name or id, the default one for null. @throws 400, 409 when nothing can be queued on it */
export async function usableTier(ctx: Context, asked: string | null): Promise<HardwareTier> {
  const tier = await findTier(ctx.db, asked);
  if (!tier) throw unknownTier(asked ?? 'default', await listTiers(ctx.db));
  if (tier.state === 'disabled') throw disabledTier(tier.name);
  if (tier.targetId === localTargetId && tier.memoryBytes !== null && tier.memoryBytes > totalmem())
    throw tierTooLarge(tier, totalmem());
  return tier;
}

/** Asks for the end of a workload; the server that keeps it ends its processes. Asking again, or too late, changes nothing. */
export async function requestCancel(tx: Context, id: string): Promise<void> {
  const workload = await findWorkload(tx, id);
  if (workload && !isFinished(workload)) await markCancelRequested(tx, id);
}

/** What events say of a workload: no folder, no handle. */
export function eventData(workload: Workload): object {
  const {
    folder: _folder,
    handle: _handle,
    keeper: _keeper,
    ...rest
  } = workload as Workload & { handle?: unknown; keeper?: unknown };
  return rest;
}

/** Price times the time that it was running, to the millionth. Nothing is charged for waiting and preparing. */
export function costOf(
  workload: Pick<Workload, 'startedAt' | 'finishedAt' | 'pricePerHour' | 'currency'>,
  now = new Date(),
): { amount: number; currency: string } {
  const milliseconds = workload.startedAt
    ? (workload.finishedAt ? Date.parse(workload.finishedAt) : now.getTime()) - Date.parse(workload.startedAt)
    : 0;
  return {
    amount: Math.round((workload.pricePerHour * Math.max(0, milliseconds) * 1_000_000) / 3_600_000) / 1_000_000,
    currency: workload.currency,
  };
}
