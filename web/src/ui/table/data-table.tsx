import { type ReactNode, useMemo, useRef, useState } from 'react';
import { type Change, listText, useAddress } from '../address.ts';
import { saveFile, toCsv } from '../csv.ts';
import { Button, Inspector, Problem, Skeleton, toast } from '../kit.tsx';
import { useNarrow } from '../narrow.ts';
import type { Pages } from '../pages.ts';
import { type ColumnChoice, ColumnPicker } from './column-picker.tsx';
import {
  arrange,
  type DataColumn,
  nextSort,
  passing,
  readLayout,
  type Sort,
  sortText,
  type TableLayout,
  widthsText,
} from './columns.ts';
import { Grid, type Line } from './grid.tsx';
import { SavedViews } from './saved-views.tsx';

export interface DataTableProps<T extends { id: string }> {
  label: string;
  /** What one row is called, where it is not the label without its last letter. */
  one?: string;
  /** Where saved views belong, as `runs:my-project`. */
  place: string;
  pages: Pages<T>;
  columns: readonly DataColumn<T>[];
  pinned?: string[];
  /** Columns by name searched on the server. */
  find?: (word: string) => Promise<ColumnChoice[]>;
  /** Filters and whatever else steers the list. */
  toolbar?: ReactNode;
  /** The page of a row. */
  href?: (row: T) => string;
  /** What the list shows of a row at its side. */
  peek?: (row: T) => ReactNode;
  nameOf?: (row: T) => string;
  /** What can be done with the chosen rows; without it nothing can be chosen. */
  bulk?: (rows: T[], clear: () => void) => ReactNode;
  /** Rows under headings. */
  groupOf?: ((row: T) => string) | undefined;
  groupSummary?: (column: DataColumn<T>, rows: T[]) => ReactNode;
  /** Names of groups in the order in which they stand; others follow. */
  groupOrder?: readonly string[] | undefined;
  /** A row that others are measured against; it stays on top. */
  baseline?: string | null;
  empty: ReactNode;
}

/** The one list of the product: ordered, filtered and paged by the server, laid out by the reader, all of it in the address. */
export function DataTable<T extends { id: string }>(props: DataTableProps<T>) {
  const { label, pages, columns, bulk, href, groupOf } = props;
  const [address, change] = useAddress();
  const defaults = useMemo(
    () => ({ shown: columns.filter((column) => !column.optional).map((column) => column.id), pinned: props.pinned ?? [] }),
    [columns, props.pinned],
  );
  const layout = readLayout(address, defaults);
  const arranged = arrange(columns, layout);
  const isNarrow = useNarrow();
  const [draft, setDraft] = useState<Record<string, number>>({});
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const widths = { ...layout.widths, ...draft };
  const widthOf = (column: DataColumn<T>): number => widths[column.id] ?? column.width ?? (column.numeric ? 112 : 160);
  const keepWidths = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const setWidth = (id: string, width: number): void => {
    const next = { ...widths, [id]: width };
    setDraft(next);
    clearTimeout(keepWidths.current);
    keepWidths.current = setTimeout(() => change({ widths: widthsText(next) }, 'replace'), 300);
  };

  const baseline = props.baseline ? pages.data?.find((row) => row.id === props.baseline) : undefined;
  const lines = useMemo(
    () =>
      linesOf(
        orderLoaded(pages, columns, layout).filter((row) => row.id !== props.baseline),
        groupOf,
        closed,
        props.groupOrder,
      ),
    [pages.data, columns, layout.sort?.id, layout.sort?.descending, groupOf, closed, props.groupOrder, props.baseline],
  );
  const selected = new Set(layout.selected);
  const select = (ids: Iterable<string>): void => change({ selected: listText([...ids]) }, 'replace');
  const peeked = layout.peek && props.peek ? pages.data?.find((row) => row.id === layout.peek) : undefined;

  const save = async (): Promise<void> => {
    const rows = await pages.all(100_000);
    saveFile(
      `${label.toLowerCase()}.csv`,
      toCsv([arranged.map((column) => column.title), ...rows.map((row) => arranged.map((column) => column.value(row)))]),
    );
    toast(`Saved ${rows.length.toLocaleString('en')} rows as CSV.`);
  };

  // Where there is nothing yet, there is nothing to steer.
  const isBare = pages.data?.length === 0 && Object.keys(address).every((name) => passing.includes(name));
  return (
    <section className="data-table" aria-label={label}>
      {!isBare && (
        <div className="bar">
          {props.toolbar}
          {isNarrow && (
            <OrderBy
              columns={arranged.filter((column) => column.sortable || !pages.hasMore)}
              sort={layout.sort}
              change={change}
            />
          )}
          <span className="bar-end">
            {pages.newCount > 0 && (
              <Button className="pill" icon="up" onClick={pages.showNew}>
                {pages.newCount} new
              </Button>
            )}
            <SavedViews place={props.place} address={address} change={change} />
            <ColumnPicker known={columns} layout={layout} change={change} find={props.find} place={props.place} />
            <Button tone="quiet" icon="download" onClick={() => save().catch((error: Error) => toast(error.message))}>
              CSV
            </Button>
          </span>
        </div>
      )}
      {pages.error && pages.data && <Problem error={pages.error} retry={() => void pages.refetch()} />}
      {pages.data === undefined ? (
        pages.error ? (
          <Problem error={pages.error} retry={() => void pages.refetch()} />
        ) : (
          <Skeleton rows={8} height={20} />
        )
      ) : pages.data.length === 0 ? (
        props.empty
      ) : (
        <Grid
          {...props}
          lines={lines}
          layout={layout}
          arranged={arranged}
          widthOf={widthOf}
          setWidth={setWidth}
          chosen={selected}
          choose={select}
          baselineRow={baseline}
          toggleGroup={(name) =>
            setClosed(closed.has(name) ? new Set([...closed].filter((one) => one !== name)) : new Set([...closed, name]))
          }
          closed={closed}
          onSort={(id) => change({ sort: sortText(nextSort(layout.sort, id)) })}
          onPeek={(id) => change({ peek: layout.peek === id ? null : id }, 'replace')}
        />
      )}
      {pages.data && pages.data.length > 0 && (
        <div className="foot caption">
          <span aria-live="polite">
            {pages.data.length.toLocaleString('en')}{' '}
            {pages.data.length === 1 ? (props.one ?? label.slice(0, -1)).toLowerCase() : label.toLowerCase()}
            {pages.hasMore ? ' loaded, more on the server' : ''}
          </span>
          {pages.hasMore && (
            <Button tone="quiet" onClick={pages.loadMore} disabled={pages.isFetching}>
              {pages.isFetching ? 'Loading…' : 'Load more'}
            </Button>
          )}
          {href && (
            <span className="keys">
              <span>
                <kbd>j</kbd> <kbd>k</kbd> move
              </span>
              {bulk && (
                <span>
                  <kbd>x</kbd> choose
                </span>
              )}
              {props.peek && (
                <span>
                  <kbd>Space</kbd> look into
                </span>
              )}
              <span>
                <kbd>Enter</kbd> open
              </span>
            </span>
          )}
        </div>
      )}
      {bulk && selected.size > 0 && (
        <div className="bulk" role="toolbar" aria-label="Chosen rows">
          <strong>{selected.size} chosen</strong>
          {bulk(
            layout.selected.map((id) => pages.data?.find((row) => row.id === id)).filter((row) => row !== undefined),
            () => select([]),
          )}
          <Button tone="quiet" onClick={() => select([])}>
            Clear
          </Button>
        </div>
      )}
      {peeked && (
        <Inspector title={props.nameOf?.(peeked) ?? peeked.id} close={() => change({ peek: null }, 'replace')}>
          {props.peek?.(peeked)}
        </Inspector>
      )}
    </section>
  );
}

/** Where rows are cards there is no head to press: the order is chosen from a list. */
function OrderBy<T>({
  columns,
  sort,
  change,
}: {
  columns: DataColumn<T>[];
  sort: Sort | null;
  change: (changes: Change) => void;
}) {
  return (
    <select aria-label="Order" value={sortText(sort) ?? ''} onChange={(event) => change({ sort: event.target.value || null })}>
      <option value="">Usual order</option>
      {columns
        .filter((column) => !column.bare)
        .flatMap((column) => [
          <option key={`${column.id} asc`} value={`${column.id} asc`}>
            {column.title} ↑
          </option>,
          <option key={`${column.id} desc`} value={`${column.id} desc`}>
            {column.title} ↓
          </option>,
        ])}
    </select>
  );
}

/** A list that is wholly here can be ordered by any column; the server orders the rest. */
function orderLoaded<T extends { id: string }>(pages: Pages<T>, columns: readonly DataColumn<T>[], layout: TableLayout): T[] {
  const rows = pages.data ?? [];
  const column = columns.find((one) => one.id === layout.sort?.id);
  if (!column || column.sortable || pages.hasMore) return rows;
  const sign = layout.sort?.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [column.value(a) ?? '', column.value(b) ?? ''];
    return (
      sign * (typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right)))
    );
  });
}

function linesOf<T extends { id: string }>(
  rows: T[],
  groupOf: ((row: T) => string) | undefined,
  closed: ReadonlySet<string>,
  order: readonly string[] = [],
): Line<T>[] {
  if (!groupOf) return rows.map((row) => ({ kind: 'row', row }));
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const groups = [...Map.groupBy(rows, groupOf)].sort(([a], [b]) => place(a) - place(b));
  return groups.flatMap(([name, members]): Line<T>[] => [
    { kind: 'group', name, rows: members },
    ...(closed.has(name) ? [] : members.map((row): Line<T> => ({ kind: 'row', row }))),
  ]);
}
