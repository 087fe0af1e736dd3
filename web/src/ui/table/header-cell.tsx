import { type PointerEvent, useRef } from 'react';
import { Icon } from '../kit.tsx';
import { clampWidth, type DataColumn, type Sort } from './columns.ts';

/** The head of a column: a press orders by it, its right edge sets its width (arrow keys too). */
export function HeaderCell<T>({
  column,
  width,
  sort,
  onSort,
  onWidth,
  left,
}: {
  column: DataColumn<T>;
  width: number;
  sort: Sort | null;
  onSort: (() => void) | null;
  onWidth: (width: number) => void;
  /** Where it sticks when it is pinned. */
  left: number | undefined;
}) {
  const cell = useRef<HTMLTableCellElement>(null);
  const drag = (event: PointerEvent<HTMLElement>): void => {
    event.preventDefault();
    const from = event.clientX;
    const before = cell.current?.offsetWidth ?? width;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = (now: globalThis.PointerEvent): void => onWidth(clampWidth(before + now.clientX - from));
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), { once: true });
  };
  const isSorted = sort?.id === column.id;
  return (
    <th
      ref={cell}
      scope="col"
      style={left === undefined ? undefined : { left }}
      className={[column.numeric && 'number', left !== undefined && 'pinned'].filter(Boolean).join(' ') || undefined}
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
    >
      {onSort ? (
        <button type="button" className="quiet sort" onClick={onSort} title={column.title}>
          <span className="clip">{column.title}</span>
          {isSorted && <Icon name={sort.descending ? 'down' : 'up'} />}
        </button>
      ) : (
        <span className="clip" title={column.title}>
          {column.title}
        </span>
      )}
      <span
        className="resize"
        role="separator"
        aria-orientation="vertical"
        aria-label={`Width of ${column.title}`}
        aria-valuenow={width}
        aria-valuemin={56}
        aria-valuemax={800}
        tabIndex={0}
        onPointerDown={drag}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowRight' ? 16 : event.key === 'ArrowLeft' ? -16 : 0;
          if (step !== 0) onWidth(clampWidth(width + step));
        }}
      />
    </th>
  );
}
