import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Change } from '../address.ts';
import { Button, IconButton, Popover } from '../kit.tsx';
import { type Density, densities, pinColumns, showColumns, type TableLayout } from './columns.ts';

export interface ColumnChoice {
  id: string;
  title: string;
}

interface PickerProps {
  known: readonly ColumnChoice[];
  layout: TableLayout;
  change: (changes: Change) => void;
  find: ((word: string) => Promise<ColumnChoice[]>) | undefined;
  place: string;
}

/** Which columns are shown, in which order, and which stay at the left. Many names are searched on the server (`find`). */
export function ColumnPicker({ known, layout, change, find, place }: PickerProps) {
  return (
    <Popover label="Columns" icon="columns" tone="quiet">
      {() => <Choices known={known} layout={layout} change={change} find={find} place={place} />}
    </Popover>
  );
}

function Choices({ known, layout, change, find, place }: PickerProps) {
  const [word, setWord] = useState('');
  const found =
    useQuery({
      queryKey: ['columns', place, word],
      queryFn: () => find?.(word) ?? [],
      enabled: find !== undefined,
      placeholderData: (before) => before,
    }).data ?? [];
  const titles = new Map(known.map((column) => [column.id, column.title]));
  const shown = layout.shown.filter((id) => titles.has(id));
  const others = [...known, ...found].filter(
    (column, index, all) =>
      !shown.includes(column.id) &&
      column.title.toLowerCase().includes(word.toLowerCase()) &&
      all.findIndex((one) => one.id === column.id) === index,
  );
  const move = (id: string, step: number): void => {
    const next = shown.filter((one) => one !== id);
    next.splice(shown.indexOf(id) + step, 0, id);
    change(showColumns(next));
  };
  return (
    <div className="picker">
      <input
        aria-label="Find a column"
        placeholder={find ? 'Find a metric or parameter' : 'Find a column'}
        value={word}
        onChange={(event) => setWord(event.target.value)}
      />
      <ul aria-label="Shown columns">
        {shown
          .filter((id) => (titles.get(id) ?? id).toLowerCase().includes(word.toLowerCase()))
          .map((id) => (
            <li key={id}>
              <label className="check">
                <input type="checkbox" checked onChange={() => change(showColumns(shown.filter((one) => one !== id)))} />
                <span className="clip" title={titles.get(id)}>
                  {titles.get(id)}
                </span>
              </label>
              <IconButton
                icon="up"
                label={`Move ${titles.get(id)} left`}
                disabled={shown[0] === id}
                onClick={() => move(id, -1)}
              />
              <IconButton
                icon="down"
                label={`Move ${titles.get(id)} right`}
                disabled={shown.at(-1) === id}
                onClick={() => move(id, 1)}
              />
              <IconButton
                icon="pin"
                label={`Keep ${titles.get(id)} at the left`}
                aria-pressed={layout.pinned.includes(id)}
                onClick={() =>
                  change(
                    pinColumns(layout.pinned.includes(id) ? layout.pinned.filter((one) => one !== id) : [...layout.pinned, id]),
                  )
                }
              />
            </li>
          ))}
      </ul>
      <ul aria-label="Other columns">
        {others.slice(0, 200).map((column) => (
          <li key={column.id}>
            <label className="check">
              <input type="checkbox" checked={false} onChange={() => change(showColumns([...shown, column.id]))} />
              <span className="clip" title={column.title}>
                {column.title}
              </span>
            </label>
          </li>
        ))}
        {others.length === 0 && <li className="caption">No other column{word ? ' with that name' : ''}.</li>}
      </ul>
      <fieldset className="segments">
        <legend className="caption">Height of rows</legend>
        {(Object.keys(densities) as Density[]).map((name) => (
          <Button
            key={name}
            aria-pressed={layout.density === name}
            onClick={() => change({ density: name === 'default' ? null : name })}
          >
            {name === 'default' ? 'Default' : name === 'dense' ? 'Dense' : 'Roomy'}
          </Button>
        ))}
      </fieldset>
      <Button tone="quiet" onClick={() => change({ columns: null, pinned: null, widths: null })}>
        Back to the usual columns
      </Button>
    </div>
  );
}
