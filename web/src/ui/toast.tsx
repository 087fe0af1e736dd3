import { useSyncExternalStore } from 'react';
import { Button, IconButton } from './button.tsx';

interface Toast {
  id: number;
  text: string;
  undo?: () => void;
}

let shown: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(toasts: readonly Toast[]): void {
  shown = toasts;
  for (const listener of listeners) listener();
}
const remove = (id: number): void => set(shown.filter((one) => one.id !== id));

/** Says what was done, and offers the way back where there is one. */
export function toast(text: string, undo?: () => void): void {
  const id = next++;
  set([...shown.slice(-2), { id, text, ...(undo ? { undo } : {}) }]);
  setTimeout(() => remove(id), undo ? 10_000 : 5_000);
}

export function Toasts() {
  const toasts = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((one) => (
        <div key={one.id} className="toast">
          <span>{one.text}</span>
          {one.undo && (
            <Button
              onClick={() => {
                one.undo?.();
                remove(one.id);
              }}
            >
              Undo
            </Button>
          )}
          <IconButton icon="close" label="Dismiss" onClick={() => remove(one.id)} />
        </div>
      ))}
    </div>
  );
}
