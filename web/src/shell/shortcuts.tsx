import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useCall } from '../api.ts';
import { accountPlaces, mayGo, places } from './places.ts';

const all = [...places.flatMap((group) => group.items), ...accountPlaces];

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable);

/** Keys that work on every page; a dialog that is open keeps its keys to itself. */
export function useShortcuts(does: { palette: () => void; sheet: () => void; toggleNav: () => void }): void {
  const navigate = useNavigate();
  const me = useCall('getMe');
  const actions = me.data?.actions;
  const now = useRef({ ...does, actions });
  now.current = { ...does, actions };
  useEffect(() => {
    let going: ReturnType<typeof setTimeout> | null = null;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        now.current.palette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || document.querySelector('dialog[open]'))
        return;
      if (going !== null) {
        clearTimeout(going);
        going = null;
        const place = all.find((one) => one.key === event.key);
        if (place && mayGo(place, now.current.actions)) {
          event.preventDefault();
          void navigate({ to: place.to as '/' });
        }
        return;
      }
      const act: Record<string, () => void> = {
        g: () => {
          going = setTimeout(() => {
            going = null;
          }, 1_200);
        },
        '?': now.current.sheet,
        '[': now.current.toggleNav,
        '/': () => {
          const field = document.querySelector<HTMLInputElement>('main input[type=search]');
          if (field) field.focus();
          else now.current.palette();
        },
        j: () => firstRow()?.focus(),
        k: () => firstRow()?.focus(),
      };
      const row = (event.target as HTMLElement).closest?.('tr, [role=row]');
      const handler = row && 'jk'.includes(event.key) ? undefined : act[event.key];
      if (!handler) return;
      event.preventDefault();
      handler();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate]);
}

/** Where a list begins for somebody with a keyboard. */
const firstRow = (): HTMLElement | null => document.querySelector<HTMLElement>('main tbody tr[tabindex]');

const sheet: { title: string; keys: [string, string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['Ctrl K', 'Search and commands'],
      ['/', 'To the search of the page'],
      ['[', 'Narrow or widen the navigation'],
      ['?', 'This sheet'],
      ['Esc', 'Close what is open'],
    ],
  },
  {
    title: 'Lists',
    keys: [
      ['j  k', 'Next and previous row'],
      ['Enter', 'Open the row'],
      ['x', 'Select the row, where rows can be selected'],
    ],
  },
  { title: 'Go to', keys: all.filter((one) => one.key).map((one) => [`g  ${one.key}`, one.label]) },
];

export function ShortcutSheet({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="sheet" aria-label="Keyboard shortcuts" onClose={close}>
      <h2>Keyboard shortcuts</h2>
      <div className="sheet-columns">
        {sheet.map((part) => (
          <section key={part.title}>
            <h3>{part.title}</h3>
            <dl>
              {part.keys.map(([keys, what]) => (
                <div key={keys}>
                  <dt>
                    {keys.split('  ').map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <menu>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </menu>
    </dialog>
  );
}
