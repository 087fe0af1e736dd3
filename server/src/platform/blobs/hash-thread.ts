import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** What lanes tell this thread: where a lane's memory is, what to hash next, that all was told. It answers in that order. */
export type ToHashThread =
  | { lane: number; memory: SharedArrayBuffer; offset: number }
  | { lane: number; block: number; offset: number; length: number }
  | { lane: number; end: true };
export type FromHashThread = { lane: number; block: number } | { lane: number; digest: string };

/** Runs as a thread of its own: SHA-256 of memory that is shared with it, so that the one that answers requests has its time for them. */
const lanes = new Map<number, { memory: Buffer; hash: Hash }>();
parentPort!.on('message', (message: ToHashThread) => {
  if ('memory' in message) {
    lanes.set(message.lane, { memory: Buffer.from(message.memory), hash: createHash('sha256') });
    return;
  }
  const lane = lanes.get(message.lane)!;
  if ('end' in message) {
    parentPort!.postMessage({ lane: message.lane, digest: lane.hash.digest('hex') } satisfies FromHashThread);
    lane.hash = createHash('sha256');
    return;
  }
  lane.hash.update(lane.memory.subarray(message.offset, message.offset + message.length));
  parentPort!.postMessage({ lane: message.lane, block: message.block } satisfies FromHashThread);
});
