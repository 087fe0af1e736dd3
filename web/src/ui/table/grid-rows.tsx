import type { CSSProperties, ReactNode } from 'react';
import { here } from '../../base.ts';
import { Icon, IconButton, isPlainClick } from '../kit.tsx';
import type { DataColumn } from './columns.ts';

/** What rows share: which columns, where they stick, what is chosen. */
export interface RowFrame<T> {
  arranged: readonly DataColumn<T>[];
  height: number;
  /** Where a pinned column sticks. */
  leftOf: (column: DataColumn<T>) => number | undefined;
  isChosen: (id: string) => boolean;
  canChoose: boolean;
  canPeek: boolean;
  /** An empty column takes the room that no other wants. */
  hasFiller: boolean;
  href: ((row: T) => string) | undefined;
  nameOf: (row: T) => string;
  open: (row: T) => void;
  toggle: (id: string, range: boolean) => void;
  setChosen: (ids: string[], chosen: boolean) => void;
  peek: (id: string) => void;
  peeked: string | null;
  /** Rows are cards: what is not there is left out, and each value has its title beside it. */
  isNarrow: boolean;
  lead: DataColumn<T> | undefined;
  /** Tells the list how high a row came out, where rows are of any height. */
  measure: (element: Element | null) => void;
}

interface Place {
  index: number;
  isCurrent: boolean;
  onFocus: () => void;
}

export function DataRow<T extends { id: string }>({
  frame,
  row,
  place,
  baseline = false,
}: {
  frame: RowFrame<T>;
  row: T;
  place: Place;
  baseline?: boolean;
}) {
  const name = frame.nameOf(row);
  const classes = [frame.href && 'link', baseline && 'baseline', frame.peeked === row.id && 'peeked'];
  return (
    <tr
      ref={frame.isNarrow && !baseline ? frame.measure : undefined}
      data-index={place.index}
      data-line={baseline ? undefined : place.index}
      aria-rowindex={place.index + 2}
      aria-selected={frame.canChoose ? frame.isChosen(row.id) : undefined}
      tabIndex={baseline ? undefined : place.isCurrent ? 0 : -1}
      className={classes.filter(Boolean).join(' ') || undefined}
      style={{ height: frame.height }}
      onFocus={place.onFocus}
      onClick={(event) => isPlainClick(event) && frame.open(row)}
      onAuxClick={(event) => {
        if (event.button === 1 && frame.href && !(event.target as HTMLElement).closest('a')) window.open(here(frame.href(row)));
      }}
    >
      {frame.canChoose && (
        <Choose label={`Choose ${name}`} checked={frame.isChosen(row.id)} onToggle={(range) => frame.toggle(row.id, range)} />
      )}
      {frame.arranged
        .filter((column) => !frame.isNarrow || column === frame.lead || column.bare || hasValue(column, row))
        .map((column) => (
          <Cell key={column.id} column={column} left={frame.leftOf(column)} isLead={column === frame.lead}>
            {column.cell(row)}
          </Cell>
        ))}
      {frame.canPeek && (
        <td className="peek">
          <IconButton icon="right" label={`Look into ${name}`} onClick={() => frame.peek(row.id)} />
        </td>
      )}
      {frame.hasFiller && <td className="filler" />}
    </tr>
  );
}

export function GroupRow<T extends { id: string }>({
  frame,
  name,
  rows,
  closed,
  toggle,
  summary,
  place,
}: {
  frame: RowFrame<T>;
  name: string;
  rows: T[];
  closed: boolean;
  toggle: () => void;
  summary: ((column: DataColumn<T>, rows: T[]) => ReactNode) | undefined;
  place: Place;
}) {
  const ids = rows.map((row) => row.id);
  const all = ids.every(frame.isChosen);
  return (
    <tr
      ref={frame.isNarrow ? frame.measure : undefined}
      data-index={place.index}
      data-line={place.index}
      className="group"
      aria-rowindex={place.index + 2}
      tabIndex={place.isCurrent ? 0 : -1}
      style={{ height: frame.height }}
      onFocus={place.onFocus}
    >
      {frame.canChoose && <Choose label={`Choose all of ${name}`} checked={all} onToggle={() => frame.setChosen(ids, !all)} />}
      {frame.arranged.map((column, index) => (
        <Cell key={column.id} column={column} left={frame.leftOf(column)} isLead={index === 0}>
          {index === 0 ? (
            <button type="button" className="quiet sort" aria-expanded={!closed} onClick={toggle}>
              <Icon name={closed ? 'right' : 'down'} />
              <strong className="clip">{name}</strong>
              <span className="faint">{rows.length}</span>
            </button>
          ) : (
            summary?.(column, rows)
          )}
        </Cell>
      ))}
      {frame.canPeek && <td />}
      {frame.hasFiller && <td className="filler" />}
    </tr>
  );
}

function Choose({ label, checked, onToggle }: { label: string; checked: boolean; onToggle: (range: boolean) => void }) {
  return (
    <td className="pinned select" style={stuck(0)}>
      <label className="check">
        <input
          type="checkbox"
          aria-label={label}
          checked={checked}
          onClick={(event) => onToggle(event.shiftKey)}
          onChange={() => undefined}
        />
      </label>
    </td>
  );
}

function Cell<T>({
  column,
  left,
  isLead,
  children,
}: {
  column: DataColumn<T>;
  left: number | undefined;
  isLead: boolean;
  children: ReactNode;
}) {
  const isMark = column.id === 'state' || column.id === 'status';
  const classes = [column.numeric && 'number', left !== undefined && 'pinned', isLead && 'lead', isMark && 'mark'];
  return (
    <td
      style={left === undefined ? undefined : stuck(left)}
      className={classes.filter(Boolean).join(' ') || undefined}
      data-title={isLead || isMark || column.bare ? undefined : column.title}
    >
      {children}
    </td>
  );
}

function hasValue<T>(column: DataColumn<T>, row: T): boolean {
  const value = column.value(row);
  return value !== null && value !== undefined && value !== '';
}

const stuck = (left: number): CSSProperties => ({ position: 'sticky', left });
