import { type Static, Type } from 'typebox';
import { nullable, nullableTimestamp, oneOf, timestamp } from '../platform/index.ts';

export const deliveryStates = {
  /** To be sent, for the first time or again. */
  waiting: { over: false },
  delivered: { over: true },
  /** Refused for good, or given up. */
  failed: { over: true },
} as const satisfies Record<string, { over: boolean }>;
export type DeliveryState = keyof typeof deliveryStates;

export const deliverySchema = Type.Object(
  {
    id: Type.String({ description: 'Sent along as webhook-id, the same for all tries.' }),
    channelId: Type.String(),
    type: Type.String(),
    projectId: nullable(Type.String()),
    title: Type.String(),
    address: nullable(Type.String({ description: 'Of mail.' })),
    state: oneOf(Object.keys(deliveryStates) as readonly DeliveryState[]),
    attempts: Type.Integer(),
    statusCode: nullable(Type.Integer({ description: 'What the receiver answered last.' })),
    error: nullable(Type.String({ description: 'Why the last try did not succeed.' })),
    createdAt: timestamp,
    attemptedAt: nullableTimestamp,
    deliveredAt: nullableTimestamp,
  },
  { description: 'One message to one receiver.' },
);
export type Delivery = Static<typeof deliverySchema>;

/** What a test is called among the types. */
export const testType = 'notification-channel.tested';

/** What became of a try. */
export type Outcome =
  | { ok: true; statusCode: number | null }
  /** `refused`: the receiver is there and does not want it. `final`: no other try can change that. */
  | { ok: false; statusCode: number | null; error: string; refused: boolean; final: boolean };

/** Tries of what a receiver refuses: it may be a setting that somebody is about to correct. */
const refusedTries = 5;
/** How long what cannot be delivered is kept for. */
const keptMilliseconds = 3 * 86_400_000;

export const isGivenUp = (outcome: Outcome, delivery: { attempts: number; createdAt: string }, now: Date): boolean =>
  !outcome.ok &&
  (outcome.final ||
    (outcome.refused && delivery.attempts >= refusedTries) ||
    now.getTime() - Date.parse(delivery.createdAt) > keptMilliseconds);

const longestWait = 12 * 3_600_000;

/** How long a receiver that failed so often is left alone: 2 s, 8 s, 32 s, … half a day. */
export const waitAfter = (failures: number): number =>
  Math.min(longestWait, 2_000 * 4 ** Math.min(20, failures - 1)) * (1 + Math.random() / 5);
