import { sql } from 'kysely';
import { type Context, type Platform, systemContext, transaction } from '../context.ts';
import { type SealedEvent, sealedChannel } from './event.ts';
import { presentEvent, sealedColumns } from './read.ts';

/**
 * Something that follows events. It names the verbs it takes and handles one event in a transaction together with its cursor; as a crash
 * may come before the commit, work outside the database may happen twice and must bear it. All listeners are listed in `main/listeners.ts`.
 */
export interface Listener {
  name: string;
  verbs: readonly string[];
  handle(ctx: Context, event: SealedEvent): Promise<void>;
}

const batchSize = 200;

/** Runs the listeners; with several processes each listener runs in one of them at a time (row lock on its cursor). */
export function startListeners(platform: Platform, listeners: readonly Listener[]): { stop(): Promise<void> } {
  let stopped = false;
  const runners = listeners.map((listener) => makeRunner(platform, listener, () => stopped));
  const wake = (): void => {
    for (const runner of runners) runner.wake();
  };
  const unlisten = platform.signals.on(sealedChannel, wake);
  const timer = setInterval(wake, 2_000);
  wake();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      unlisten();
      await Promise.all(runners.map((runner) => runner.idle()));
    },
  };
}

function makeRunner(platform: Platform, listener: Listener, stopped: () => boolean) {
  let running: Promise<void> | null = null;
  let again = false;
  let notBefore = 0;
  const wake = (): void => {
    if (running) {
      again = true;
      return;
    }
    if (stopped() || Date.now() < notBefore) return;
    running = (async () => {
      do {
        again = false;
        try {
          while ((await runBatch(platform, listener)) && !stopped());
        } catch (error) {
          notBefore = Date.now() + 5_000;
          platform.log.error(
            { listener: listener.name, error: (error as Error).message },
            'a listener failed and will try again',
          );
          again = false;
        }
      } while (again && !stopped());
    })().finally(() => {
      running = null;
    });
  };
  return { wake, idle: async () => running };
}

/** One batch in one transaction. @returns whether there may be more */
async function runBatch(platform: Platform, listener: Listener): Promise<boolean> {
  return transaction(systemContext(platform, `listener:${listener.name}`), async (tx) => {
    await sql`insert into event_listeners (name) values (${listener.name}) on conflict do nothing`.execute(tx.db);
    const cursor = await tx.db
      .selectFrom('eventListeners')
      .select('sequence')
      .where('name', '=', listener.name)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!cursor) return false;
    const rows = await tx.db
      .selectFrom('events')
      .select(sealedColumns)
      .where('sequence', '>', cursor.sequence)
      .orderBy('sequence')
      .limit(batchSize)
      .execute();
    for (const row of rows) {
      if (listener.verbs.includes(row.verb)) await listener.handle(tx, presentEvent(row));
    }
    const last = rows.at(-1);
    if (!last) return false;
    await tx.db
      .updateTable('eventListeners')
      .set({ sequence: last.sequence!, updatedAt: new Date().toISOString() })
      .where('name', '=', listener.name)
      .execute();
    return rows.length === batchSize;
  });
}
