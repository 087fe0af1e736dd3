import pg from 'pg';
import type { Connection } from './database.ts';

/** Wakes waiters when another process (or this one) says something on a PostgreSQL channel. A wake-up may be lost: waiters also poll. */
export interface Signals {
  on(channel: string, callback: (payload: string) => void): () => void;
  /** Says it to this process at once; the others hear it from PostgreSQL. */
  here(channel: string, payload: string): void;
  close(): Promise<void>;
}

/** One connection that LISTENs for all channels of this process, reconnecting when PostgreSQL restarts. */
export async function listenForSignals(connection: Connection, log: (message: string) => void): Promise<Signals> {
  const callbacks = new Map<string, Set<(payload: string) => void>>();
  let client: pg.Client | null = null;
  let closed = false;

  async function connect(): Promise<void> {
    const next = new pg.Client({ ...connection, application_name: 'plinth-signals', keepAlive: true });
    next.on('notification', (message) => {
      for (const callback of callbacks.get(message.channel) ?? []) callback(message.payload ?? '');
    });
    next.on('error', () => reconnect());
    next.on('end', () => reconnect());
    await next.connect();
    for (const channel of callbacks.keys()) await next.query(`listen "${channel}"`);
    client = next;
  }

  /** One after another: a connection takes one query at a time. */
  let listening: Promise<unknown> = Promise.resolve();
  function listen(channel: string): void {
    listening = listening.then(() => client?.query(`listen "${channel}"`)).catch(() => reconnect());
  }

  let retrying = false;
  function reconnect(): void {
    if (closed || retrying) return;
    retrying = true;
    client = null;
    const attempt = () => {
      if (closed) return;
      connect().then(
        () => {
          retrying = false;
          log('signals: connected again');
          // What was said meanwhile was not heard: wake everyone once.
          for (const set of callbacks.values()) for (const callback of set) callback('');
        },
        () => setTimeout(attempt, 500).unref(),
      );
    };
    setTimeout(attempt, 200).unref();
  }

  await connect();
  return {
    on(channel, callback) {
      let set = callbacks.get(channel);
      if (!set) {
        set = new Set();
        callbacks.set(channel, set);
        listen(channel);
      }
      set.add(callback);
      return () => set.delete(callback);
    },
    here(channel, payload) {
      for (const callback of callbacks.get(channel) ?? []) callback(payload);
    },
    async close() {
      closed = true;
      await client?.end().catch(() => {});
    },
  };
}
