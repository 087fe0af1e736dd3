import { randomUUID } from 'node:crypto';
import type { Platform } from '../platform/index.ts';
import { claimChannels } from './channel-store.ts';
import { deliverChannel } from './deliver.ts';
import { deleteOld } from './delivery-store.ts';
import { openMailer } from './send-mail.ts';

const everyMilliseconds = 1_000;
const cleanEveryMilliseconds = 3_600_000;
/** Receivers that are told at once. One that is slow or dead holds up no other; those beyond wait for the next place. */
const channelsAtOnce = 16;

/** Sends what waits. Several processes may: the claim on a channel lets one of them work on it, and a dead one's claim runs out. */
export function startNotifier(platform: Platform): { stop(): Promise<void> } {
  const owner = randomUUID();
  const mailer = openMailer(platform.config);
  const working = new Set<Promise<void>>();
  let stopped = false;
  let cleanedAt = 0;
  let round: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;

  async function look(): Promise<void> {
    const { db } = platform.database;
    const free = channelsAtOnce - working.size;
    for (const channel of free > 0 ? await claimChannels(db, owner, free) : []) {
      const work = deliverChannel(platform, mailer, channel, owner, () => stopped)
        .catch((error: Error) =>
          platform.log.error({ channel: channel.id, error: error.message }, 'a notification could not be sent'),
        )
        .finally(() => working.delete(work));
      working.add(work);
    }
    if (Date.now() - cleanedAt < cleanEveryMilliseconds) return;
    cleanedAt = Date.now();
    await deleteOld(db);
  }

  const next = (): void => {
    timer = setTimeout(() => {
      round = look()
        .catch((error: Error) => platform.log.warn({ error: error.message }, 'notifications wait for the database'))
        .finally(() => {
          if (!stopped) next();
        });
    }, everyMilliseconds);
  };
  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
      await Promise.allSettled([...working]);
      mailer?.close();
    },
  };
}
