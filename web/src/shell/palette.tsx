import { useEffect, useRef, useState } from 'react';
import { Icon } from '../ui/kit.tsx';
import { type Found, useFound } from './found.ts';
import type { Where } from './where.ts';

/** Ctrl K: pages, things and actions by name. It offers only what the reader may see and do. */
export function Palette({ where, close, shortcuts }: { where: Where; close: () => void; shortcuts: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [word, setWord] = useState('');
  const [at, setAt] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  const found = useFound(where, word.trim(), shortcuts);
  const chosen = found[Math.min(at, found.length - 1)];
  const take = (one: Found | undefined): void => {
    if (!one) return;
    dialog.current?.close();
    one.act();
  };
  return (
    <dialog ref={dialog} className="palette" aria-label="Search and commands" onClose={close} closedby="any">
      <div className="palette-field">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Search and commands"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={chosen ? `palette-${chosen.id}` : undefined}
          placeholder="Search projects, jobs, people, or type a command"
          value={word}
          onChange={(event) => {
            setWord(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
            else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
            else if (event.key === 'Enter') take(chosen);
            else return;
            event.preventDefault();
          }}
        />
        <kbd>Esc</kbd>
      </div>
      <div id="palette-list" role="listbox" aria-label="Found" className="palette-list" tabIndex={-1}>
        {found.map((one, index) => (
          <div key={one.id} role="presentation">
            {found[index - 1]?.kind !== one.kind && (
              <div className="palette-kind" role="presentation">
                {one.kind}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above keeps the focus and takes the keys */}
            <div
              id={`palette-${one.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={one === chosen}
              className="palette-row"
              ref={one === chosen ? (row) => row?.scrollIntoView({ block: 'nearest' }) : undefined}
              onPointerMove={() => setAt(index)}
              onClick={() => take(one)}
            >
              <Icon name={one.icon} />
              <span className="palette-label">{one.label}</span>
              {one.detail && <span className="faint">{one.detail}</span>}
            </div>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p className="faint palette-none" role="status">
          Nothing by that name that you may see.
        </p>
      )}
    </dialog>
  );
}
