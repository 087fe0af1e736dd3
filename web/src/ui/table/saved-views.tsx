import { useState } from 'react';
import { type Address, type Change, parseAddress, writeAddress } from '../address.ts';
import { Button, IconButton, Popover, toast } from '../kit.tsx';
import { passing } from './columns.ts';

interface View {
  name: string;
  search: string;
}

/** Filters, order and columns under a name, kept in this browser. */
export function SavedViews({ place, address, change }: { place: string; address: Address; change: (changes: Change) => void }) {
  const key = `plinth-views:${place}`;
  const [views, setViews] = useState<View[]>(() => readViews(key));
  const [name, setName] = useState('');
  const now = writeAddress(Object.fromEntries(Object.entries(address).filter(([one]) => !passing.includes(one))));
  const keep = (next: View[]): void => {
    localStorage.setItem(key, JSON.stringify(next));
    setViews(next);
  };
  const open = (search: string): void => {
    const wanted = parseAddress(search);
    change({ ...Object.fromEntries(Object.keys(address).map((one) => [one, null])), ...(wanted as Record<string, string>) });
  };
  const current = views.find((view) => view.search === now);
  return (
    <Popover label={current ? current.name : 'Views'} icon="star" tone="quiet">
      {(close) => (
        <div className="picker">
          <ul aria-label="Saved views">
            {views.map((view) => (
              <li key={view.name}>
                <Button
                  tone="quiet"
                  className="grow"
                  aria-pressed={view === current}
                  onClick={() => {
                    open(view.search);
                    close();
                  }}
                >
                  {view.name}
                </Button>
                <IconButton
                  icon="trash"
                  label={`Remove the view ${view.name}`}
                  onClick={() => {
                    keep(views.filter((one) => one !== view));
                    toast(`Removed the view ${view.name}.`, () => keep(views));
                  }}
                />
              </li>
            ))}
            {views.length === 0 && (
              <li className="caption">No saved view yet. They stay in this browser; share the address instead.</li>
            )}
          </ul>
          <form
            className="row"
            onSubmit={(event) => {
              event.preventDefault();
              if (!name.trim()) return;
              keep([...views.filter((view) => view.name !== name.trim()), { name: name.trim(), search: now }]);
              setName('');
            }}
          >
            <input
              aria-label="Name of the view"
              placeholder="Name"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <Button submit reason={name.trim() ? null : 'Give the view a name first'}>
              Save
            </Button>
          </form>
          <Button
            tone="quiet"
            icon="link"
            onClick={() => {
              void navigator.clipboard?.writeText(window.location.href);
              toast('Copied the address of this view.');
            }}
          >
            Copy the address of this view
          </Button>
        </div>
      )}
    </Popover>
  );
}

/** What another version or person left there is no reason to fail. */
function readViews(key: string): View[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(read) ? read.filter((one) => typeof one?.name === 'string' && typeof one?.search === 'string') : [];
  } catch {
    return [];
  }
}
