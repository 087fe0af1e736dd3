import { type Platform, systemContext } from '../platform/index.ts';
import { ensureMonitor } from './ensure-monitor.ts';
import { evaluateMonitor } from './evaluate-monitor.ts';
import { monitorsWithNews, unwatchedChannels } from './monitor-store.ts';

const everyMilliseconds = 1_000;

/**
 * Looks each second for predictions and labels that no monitor has seen. Several processes may do so: the lock on a monitor's row lets one of
 * them work on it, and a dead one's lock ends with its connection. A fault of one monitor holds up no other.
 */
export function startMonitors(platform: Platform): { stop(): Promise<void> } {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const failures = new Map<string, { count: number; notBefore: number }>();

  async function round(): Promise<void> {
    for (const channel of await unwatchedChannels(platform.database.db))
      await ensureMonitor(systemContext(platform, 'monitors'), channel);
    for (const id of await monitorsWithNews(platform.database.db)) {
      if ((failures.get(id)?.notBefore ?? 0) > Date.now()) continue;
      await evaluate(id);
      if (stopped) return;
    }
  }

  async function evaluate(id: string): Promise<void> {
    try {
      while ((await evaluateMonitor(systemContext(platform, `monitor:${id}`), id)) && !stopped);
      failures.delete(id);
    } catch (error) {
      const count = (failures.get(id)?.count ?? 0) + 1;
      failures.set(id, { count, notBefore: Date.now() + Math.min(60_000, 1_000 * 2 ** count) });
      platform.log.error({ monitor: id, error: (error as Error).message }, 'a monitor could not be evaluated and is tried again');
    }
  }

  const next = (): void => {
    timer = setTimeout(() => {
      running = round()
        .catch((error: Error) => platform.log.warn({ error: error.message }, 'monitors wait for the database'))
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
      await running;
    },
  };
}
