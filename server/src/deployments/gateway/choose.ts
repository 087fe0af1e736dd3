import { createHash } from 'node:crypto';
import type { Channel } from '../../policies/index.ts';
import type { Share } from '../deployment.ts';
import type { Replica } from './routing-table.ts';

/** The fractional part of the golden ratio: its multiples fill [0, 1) as evenly as can be, so a split is exact after few requests. */
const golden = 0.618_033_988_749_894_9;

/** The channel for one request to the plain address. With a key the same key always goes the same way; without, requests are spread evenly. */
export function chooseChannel(traffic: readonly Share[], turn: number, stickyKey: string | undefined): Channel | null {
  const total = traffic.reduce((sum, share) => sum + share.weight, 0);
  if (total === 0) return null;
  const position = (stickyKey === undefined ? (turn * golden) % 1 : fractionOf(stickyKey)) * total;
  let end = 0;
  for (const share of traffic) {
    end += share.weight;
    if (position < end) return share.channel;
  }
  return traffic.at(-1)!.channel;
}

function fractionOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
}

/** The replica with the fewest requests waiting, those that just went away last, without the ones tried already. */
export function chooseReplica(replicas: readonly Replica[], tried: ReadonlySet<string>, now: number): Replica | null {
  let best: Replica | null = null;
  for (const replica of replicas) {
    if (tried.has(replica.id)) continue;
    if (!best || rank(replica, now) < rank(best, now)) best = replica;
  }
  return best;
}

const rank = (replica: Replica, now: number): number => replica.connection.waiting + (replica.avoidUntil > now ? 1e6 : 0);
