import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useNarrow } from '../narrow.ts';
import { type DataColumn, densities, leadOf, type TableLayout } from './columns.ts';
import type { DataTableProps } from './data-table.tsx';
import { DataRow, GroupRow, type RowFrame } from './grid-rows.tsx';
import { HeaderCell } from './header-cell.tsx';

/** More rows than this are drawn only where they are seen. */
const drawAllUpTo = 80;
const chooseWidth = 40;
const peekWidth = 40;
/** How high a card is before it is measured. */
const cardHeight = 96;

export type Line<T> = { kind: 'row'; row: T } | { kind: 'group'; name: string; rows: T[] };

interface GridProps<T extends { id: string }> extends DataTableProps<T> {
  lines: Line<T>[];
  layout: TableLayout;
  arranged: DataColumn<T>[];
  widthOf: (column: DataColumn<T>) => number;
  setWidth: (id: string, width: number) => void;
  chosen: ReadonlySet<string>;
  choose: (ids: Iterable<string>) => void;
  baselineRow: T | undefined;
  closed: ReadonlySet<string>;
  toggleGroup: (name: string) => void;
  onSort: (id: string) => void;
  onPeek: (id: string) => void;
}

/** The rows themselves: drawn where they are seen, walked by keys, chosen singly and by range. */
export function Grid<T extends { id: string }>(props: GridProps<T>) {
  const { lines, layout, arranged, widthOf, pages, chosen, choose, bulk, href, baselineRow } = props;
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const lastChosen = useRef<string | null>(null);
  const height = densities[layout.density];
  const isNarrow = useNarrow();
  const isLong = lines.length > drawAllUpTo;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => (isNarrow ? cardHeight : height),
    overscan: 12,
    enabled: isLong,
  });
  useEffect(() => virtual.measure(), [height, isNarrow, virtual]);
  const drawn = isLong ? virtual.getVirtualItems() : lines.map((_line, index) => ({ index, start: index * height, end: 0 }));
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (isLong && pages.hasMore && last >= lines.length - 15) pages.loadMore();
  }, [isLong, last, lines.length, pages.hasMore]);

  const rows = lines.filter((line) => line.kind === 'row').map((line) => line.row);
  const offsets = new Map<string, number>();
  let left = bulk ? chooseWidth : 0;
  for (const column of arranged.filter((one) => layout.pinned.includes(one.id))) {
    offsets.set(column.id, left);
    left += widthOf(column);
  }
  const total = arranged.reduce((sum, column) => sum + widthOf(column), (bulk ? chooseWidth : 0) + (props.peek ? peekWidth : 0));

  const toggle = (id: string, range = false): void => {
    const next = new Set(chosen);
    const from = rows.findIndex((row) => row.id === lastChosen.current);
    const to = rows.findIndex((row) => row.id === id);
    if (range && from >= 0) for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(row.id);
    else if (!next.delete(id)) next.add(id);
    lastChosen.current = id;
    choose(next);
  };
  const open = (row: T): void => {
    if (href) void navigate({ to: href(row) as '/' });
  };
  const frame: RowFrame<T> = {
    arranged,
    height,
    leftOf: (column) => offsets.get(column.id),
    isChosen: (id) => chosen.has(id),
    canChoose: Boolean(bulk),
    canPeek: Boolean(props.peek),
    hasFiller: !arranged.some((column) => column.grow),
    href,
    nameOf: (row) => props.nameOf?.(row) ?? row.id,
    open,
    toggle,
    setChosen: (ids, on) => choose(on ? new Set([...chosen, ...ids]) : [...chosen].filter((id) => !ids.includes(id))),
    peek: props.onPeek,
    peeked: layout.peek,
    isNarrow,
    lead: leadOf(arranged),
    measure: virtual.measureElement,
  };

  const focus = (index: number): void => {
    const next = Math.max(0, Math.min(lines.length - 1, index));
    setAt(next);
    if (isLong) virtual.scrollToIndex(next);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`tr[data-line="${next}"]`)?.focus());
    // What is looked into goes along.
    const line = lines[next];
    if (layout.peek && line?.kind === 'row' && line.row.id !== layout.peek) props.onPeek(line.row.id);
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    if (!(event.target as HTMLElement).matches('tr') || event.metaKey || event.ctrlKey || event.altKey) return;
    const line = lines[at];
    const row = line?.kind === 'row' ? line.row : null;
    const acts: Record<string, () => void> = {
      j: () => focus(at + 1),
      ArrowDown: () => focus(at + 1),
      k: () => focus(at - 1),
      ArrowUp: () => focus(at - 1),
      Home: () => focus(0),
      End: () => focus(lines.length - 1),
      x: () => row && bulk && toggle(row.id),
      X: () => row && bulk && toggle(row.id, true),
      ' ': () => row && props.peek && props.onPeek(row.id),
      Enter: () => (row ? open(row) : line?.kind === 'group' && props.toggleGroup(line.name)),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  const before = drawn[0]?.start ?? 0;
  const after = isLong ? virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0) : 0;
  const placeOf = (index: number) => ({ index, isCurrent: index === at, onFocus: () => setAt(index) });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys come up from the rows
    <div ref={box} className="table-wrap grid cards" onKeyDown={onKey} data-density={layout.density} data-long={isLong}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are walked and chosen, which a grid is for
        role="grid"
        aria-label={props.label}
        aria-rowcount={pages.hasMore ? -1 : lines.length + 1}
        aria-multiselectable={bulk ? true : undefined}
        style={{ minWidth: total }}
      >
        <colgroup>
          {bulk && <col style={{ width: chooseWidth }} />}
          {arranged.map((column) => (
            <col key={column.id} style={column.grow ? undefined : { width: widthOf(column) }} />
          ))}
          {frame.canPeek && <col style={{ width: peekWidth }} />}
          {frame.hasFiller && <col />}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {bulk && <ChooseAll label={props.label} rows={rows} chosen={chosen} choose={choose} />}
            {arranged.map((column) => (
              <HeaderCell
                key={column.id}
                column={column}
                width={widthOf(column)}
                sort={layout.sort}
                onSort={column.sortable || !pages.hasMore ? () => props.onSort(column.id) : null}
                onWidth={(width) => props.setWidth(column.id, width)}
                left={offsets.get(column.id)}
              />
            ))}
            {frame.canPeek && (
              <th scope="col">
                <span className="unseen">Look into</span>
              </th>
            )}
            {frame.hasFiller && <td className="filler" />}
          </tr>
        </thead>
        <tbody>
          {baselineRow && (
            <DataRow frame={frame} row={baselineRow} place={{ index: 0, isCurrent: false, onFocus: () => undefined }} baseline />
          )}
          {before > 0 && <Gap height={before} />}
          {drawn.map(({ index }) => {
            const line = lines[index]!;
            return line.kind === 'row' ? (
              <DataRow key={line.row.id} frame={frame} row={line.row} place={placeOf(index)} />
            ) : (
              <GroupRow
                key={`group ${line.name}`}
                frame={frame}
                name={line.name}
                rows={line.rows}
                closed={props.closed.has(line.name)}
                toggle={() => props.toggleGroup(line.name)}
                summary={props.groupSummary}
                place={placeOf(index)}
              />
            );
          })}
          {after > 0 && <Gap height={after} />}
        </tbody>
      </table>
    </div>
  );
}

/** The height of the rows that are not drawn. */
const Gap = ({ height }: { height: number }) => (
  <tr className="gap">
    <td style={{ height }} />
  </tr>
);

function ChooseAll<T extends { id: string }>({
  label,
  rows,
  chosen,
  choose,
}: {
  label: string;
  rows: T[];
  chosen: ReadonlySet<string>;
  choose: (ids: Iterable<string>) => void;
}) {
  const all = rows.length > 0 && rows.every((row) => chosen.has(row.id));
  return (
    <th scope="col" className="pinned select" style={{ left: 0 }}>
      <label className="check">
        <input
          type="checkbox"
          aria-label={`Choose all ${label.toLowerCase()} that are loaded`}
          checked={all}
          ref={(input) => {
            if (input) input.indeterminate = !all && chosen.size > 0;
          }}
          onChange={() => choose(all ? [] : rows.map((row) => row.id))}
        />
      </label>
    </th>
  );
}
