import type { Channel } from '../policies/index.ts';
import { isLive, replicaStates, runs } from './deployment.ts';
import type { ChannelRow, ReplicaRow, RevisionRow } from './deployment-store.ts';

/** All there is to know of one deployment for deciding what comes next. */
export interface Situation {
  /** Neither stopped nor deleted. */
  on: boolean;
  channels: readonly ChannelRow[];
  /** The live ones. */
  revisions: readonly RevisionRow[];
  /** Those that run, and the newest that ended on each slot. */
  replicas: readonly ReplicaRow[];
  now: number;
}

export type Step =
  | { do: 'start'; revision: RevisionRow; slot: number; crashes: number }
  /** No new requests for it; it ends once gateways know. */
  | { do: 'drain'; replica: ReplicaRow }
  | { do: 'end'; replica: ReplicaRow }
  /** The candidate serves from now on. */
  | { do: 'promote'; channel: ChannelRow; revision: RevisionRow }
  | { do: 'fail'; channel: ChannelRow; revision: RevisionRow; reason: string }
  | { do: 'retire'; revision: RevisionRow };

/** A candidate whose replica ends so often by itself is given up; one whose model cannot be loaded at once. */
export const mostCandidateCrashes = 3;
const longestBackOffSeconds = 60;

/** What to do next for a deployment; nothing when all is as it should be. Pure, so that every step can be taken by any server, once. */
export function planRollout(situation: Situation): Step[] {
  const { channels, revisions, replicas } = situation;
  const steps: Step[] = [];
  const wanted = new Map<string, number>();
  if (situation.on) {
    for (const channel of channels) {
      const candidate = revisions.find((one) => one.id === channel.candidateRevisionId);
      const serving = revisions.find((one) => one.id === channel.servingRevisionId);
      if (candidate) steps.push(...planCandidate(situation, channel, candidate));
      if (serving) steps.push(...planServing(situation, channel, serving));
      for (const one of [candidate, serving]) if (one) wanted.set(one.id, channel.replicas);
    }
  }
  for (const replica of replicas) {
    if (!runs(replica) || replica.cancelRequestedAt) continue;
    const surplus = replica.slot >= (wanted.get(replica.revisionId) ?? 0);
    if (replica.state === 'draining') {
      if (replica.drainUntil === null || Date.parse(replica.drainUntil) <= situation.now) steps.push({ do: 'end', replica });
    } else if (surplus) {
      steps.push({ do: replicaStates[replica.state].takesRequests ? 'drain' : 'end', replica });
    }
  }
  for (const revision of revisions) {
    const idle = !replicas.some((replica) => replica.revisionId === revision.id && runs(replica));
    if (idle && revision.state === 'draining') steps.push({ do: 'retire', revision });
  }
  return steps;
}

function planCandidate(situation: Situation, channel: ChannelRow, revision: RevisionRow): Step[] {
  const slots = slotsOf(situation, channel, revision);
  for (const { last } of slots) {
    if (!last || runs(last) || last.crashes === 0) continue;
    // It said itself why it cannot be: trying again changes nothing.
    if (last.workloadState === 'failed' || last.workloadState === 'oom-killed' || last.crashes >= mostCandidateCrashes)
      return [{ do: 'fail', channel, revision, reason: reasonOf(last) }];
  }
  if (slots.every(({ last }) => last?.state === 'ready')) return [{ do: 'promote', channel, revision }];
  return startMissing(situation, revision, slots);
}

const planServing = (situation: Situation, channel: ChannelRow, revision: RevisionRow): Step[] =>
  startMissing(situation, revision, slotsOf(situation, channel, revision));

interface Slot {
  slot: number;
  /** The newest replica on it. */
  last: ReplicaRow | null;
}

function slotsOf({ replicas }: Situation, channel: ChannelRow, revision: RevisionRow): Slot[] {
  const own = replicas.filter((replica) => replica.revisionId === revision.id);
  return Array.from({ length: channel.replicas }, (_, slot) => {
    const onSlot = own.filter((replica) => replica.slot === slot);
    return { slot, last: onSlot.findLast(runs) ?? onSlot.at(-1) ?? null };
  });
}

function startMissing(situation: Situation, revision: RevisionRow, slots: readonly Slot[]): Step[] {
  return slots
    .filter(({ last }) => !last || last.state === 'draining' || (!runs(last) && dueAt(last) <= situation.now))
    .map(({ slot, last }) => ({ do: 'start' as const, revision, slot, crashes: last && !runs(last) ? last.crashes : 0 }));
}

/** When a slot may be started again: at once after the first end, then after twice as long each time. */
export function dueAt(replica: Pick<ReplicaRow, 'endedAt' | 'crashes'>): number {
  const seconds = replica.crashes <= 1 ? 0 : Math.min(longestBackOffSeconds, 2 ** (replica.crashes - 2));
  return Date.parse(replica.endedAt ?? '') + seconds * 1000;
}

export const reasonOf = (replica: Pick<ReplicaRow, 'stateReason' | 'workloadReason'>): string =>
  replica.stateReason ?? replica.workloadReason ?? 'Its replica ended; see its log.';

/** The live revision that answers on a channel, if one does. */
export const servingOn = (
  channels: readonly ChannelRow[],
  revisions: readonly RevisionRow[],
  name: Channel,
): RevisionRow | undefined =>
  revisions.find((one) => isLive(one) && one.id === channels.find((channel) => channel.name === name)?.servingRevisionId);
