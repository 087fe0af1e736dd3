import { type PlinthEvent, readMessages } from '@plinth/sdk';
import { useSyncExternalStore } from 'react';
import { client, queries } from './api.ts';

/** How the page hears of changes. */
const liveStates = {
  /** Nobody is signed in. */
  off: 'off',
  live: 'live',
  /** The stream broke; the data is asked again every few seconds until it is back. */
  reconnecting: 'reconnecting',
  /** The reader wants the page to stand still. */
  paused: 'paused',
} as const;
export type LiveState = keyof typeof liveStates;

const pollMilliseconds = 5_000;
/** At most this often the shown data is asked again, however much happens. */
const gatherMilliseconds = 250;

let state: LiveState = 'off';
let stop: AbortController | null = null;
let lastId = '';
let gathering = false;
const stateListeners = new Set<() => void>();
const eventListeners = new Set<(event: PlinthEvent) => void>();

function set(next: LiveState): void {
  state = next;
  for (const listener of stateListeners) listener();
}

function refresh(): void {
  if (gathering) return;
  gathering = true;
  setTimeout(() => {
    gathering = false;
    // Lists hold their place; they hear of news by their own way.
    void queries.invalidateQueries({ predicate: (query) => !query.meta?.still });
  }, gatherMilliseconds);
}

/** One stream a tab. It goes on where it broke, by the id of the last event; in between the data is polled. */
export function startLive(): void {
  if (stop || state === 'paused') return;
  stop = new AbortController();
  void follow(stop.signal);
}

export function stopLive(): void {
  stop?.abort();
  stop = null;
  lastId = '';
  set('off');
}

export function pauseLive(): void {
  stop?.abort();
  stop = null;
  set('paused');
}

export function resumeLive(): void {
  if (state !== 'paused') return;
  set('reconnecting');
  startLive();
  refresh();
}

export function onEvent(listener: (event: PlinthEvent) => void): () => void {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

async function follow(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await client.fetch('/api/v1/events', { signal, headers: lastId ? { 'last-event-id': lastId } : {} });
      if (state === 'reconnecting') refresh();
      set('live');
      for await (const message of readMessages(response)) {
        lastId = message.id || lastId;
        const event = JSON.parse(message.data) as PlinthEvent;
        for (const listener of eventListeners) listener(event);
        refresh();
      }
    } catch {
      if (signal.aborted) return;
    }
    if (signal.aborted) return;
    set('reconnecting');
    await pause(pollMilliseconds, signal);
    if (!signal.aborted) refresh();
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const early = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', early, { once: true });
    window.addEventListener('online', early, { once: true });
  });

export const useLive = (): LiveState =>
  useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
