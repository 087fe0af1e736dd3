import { useSyncExternalStore } from 'react';
import { ago } from './format.ts';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/** One clock for all the times of the page. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const one of listeners) one();
  }, 15_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || !timer) return;
    clearInterval(timer);
    timer = null;
  };
}

/** "3 min ago", with the exact time and its zone on hover. */
export function Time({ at }: { at: string | null }) {
  useSyncExternalStore(subscribe, () => Math.floor(Date.now() / 15_000));
  if (!at) return <span className="faint">–</span>;
  return (
    <time dateTime={at} title={exactTime(at)}>
      {ago(at)}
    </time>
  );
}

export const exactTime = (at: string): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
