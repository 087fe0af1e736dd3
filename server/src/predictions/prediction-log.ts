import { mkdirSync } from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Context,
  deadAfterSeconds,
  enqueue,
  type Platform,
  type ServerProcess,
  systemContext,
  transaction,
} from '../platform/index.ts';
import { archiveAfterMinutes, archiveTask } from './archive-predictions.ts';
import type { NewPrediction } from './prediction.ts';
import {
  addTraffic,
  deploymentsWithOlder,
  forgetSegment,
  insertPredictions,
  liveProcesses,
  lockShipping,
  setShipped,
} from './prediction-store.ts';
import { openSegmentWriter, readFrames } from './segment.ts';
import { trafficOf } from './traffic.ts';

const shipMilliseconds = 250;
const sweepMilliseconds = 5_000;
const archiveMilliseconds = 60_000;
const batch = { frames: 2_000, bytes: 16 * 1024 * 1024 };

/** Where predictions are written down before they are answered. */
export interface PredictionLog {
  /**
   * Resolves once the prediction is on this machine's disk, whether or not the database can be reached. Within two seconds, if it can,
   * every server reads it.
   *
   * @throws when the disk takes no more; then nothing may be answered as done
   */
  append(prediction: NewPrediction): Promise<void>;
  /** Brings all that was appended so far into the database. */
  ship(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Opens the log of this process: appended to a segment file, shipped from there into the database a quarter of a second later, taken over by
 * another process of the machine when this one dies.
 */
export function openPredictionLog(platform: Platform, self: ServerProcess): PredictionLog {
  const folder = join(platform.config.home, 'predictions');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const writer = openSegmentWriter(folder, self.id);
  const ctx = systemContext(platform, 'prediction-log');
  /** How far each segment is in the database, by our own shipping. */
  const shipped = new Map<string, number>();
  let shipping: Promise<void> | null = null;
  let complained = false;

  async function shipOwn(): Promise<void> {
    for (const segment of writer.segments()) {
      await shipSegment(segment.name, segment.syncedBytes);
      if (segment.closed) {
        await remove(segment.name);
        writer.forget(segment.name);
      }
    }
  }

  async function shipSegment(name: string, endBytes: number): Promise<void> {
    while ((shipped.get(name) ?? 0) < endBytes) {
      const before = shipped.get(name) ?? 0;
      const after = await shipBatch(ctx, folder, name, endBytes);
      shipped.set(name, after);
      if (after <= before) return;
    }
  }

  async function remove(name: string): Promise<void> {
    await unlink(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await forgetSegment(ctx, name);
    shipped.delete(name);
  }

  /** Segments that a dead process left: shipped to their last whole frame and removed. */
  async function sweep(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.seg') && !name.startsWith(`${self.id}-`)).sort();
    if (names.length === 0) return;
    const live = await liveProcesses(platform.database.db, deadAfterSeconds);
    for (const name of names) {
      if (live.has(name.slice(0, name.lastIndexOf('-')))) continue;
      const file = await stat(join(folder, name)).catch(() => null);
      if (!file) continue;
      await shipSegment(name, file.size);
      await remove(name);
    }
  }

  async function archiveOld(): Promise<void> {
    const before = new Date(platform.clock.now().getTime() - archiveAfterMinutes * 60_000);
    for (const deploymentId of await deploymentsWithOlder(platform.database.db, before))
      await enqueue(ctx, archiveTask, { deploymentId }, `${archiveTask} ${deploymentId}`);
  }

  function guarded(work: () => Promise<void>): () => void {
    let running = false;
    return () => {
      if (running) return;
      running = true;
      work()
        .then(() => {
          complained = false;
        })
        .catch((error: Error) => {
          // While the database is away the segments wait; saying so once is enough.
          if (!complained) platform.log.warn({ error: error.message }, 'predictions wait on the disk for the database');
          complained = true;
        })
        .finally(() => {
          running = false;
        });
    };
  }

  const ship = async (): Promise<void> => {
    while (shipping) await shipping.catch(() => {});
    shipping = shipOwn().finally(() => {
      shipping = null;
    });
    return shipping;
  };
  const timers = [
    setInterval(guarded(ship), shipMilliseconds),
    setInterval(guarded(sweep), sweepMilliseconds),
    setInterval(guarded(archiveOld), archiveMilliseconds),
  ];
  guarded(sweep)();

  return {
    append: (prediction) => writer.append(prediction),
    ship,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await writer.close();
      // What cannot be shipped now is found by the next server on this state.
      await ship().catch(() => {});
    },
  };
}

/** @returns how many bytes of the segment are in the database after this batch */
async function shipBatch(ctx: Context, folder: string, name: string, endBytes: number): Promise<number> {
  return transaction(ctx, async (tx) => {
    const before = await lockShipping(tx, name);
    const { predictions, nextBytes } = readFrames(join(folder, name), before, endBytes, batch);
    if (nextBytes > before) {
      await insertPredictions(tx, predictions);
      await addTraffic(tx, trafficOf(predictions));
      await setShipped(tx, name, nextBytes);
    }
    return nextBytes;
  });
}
