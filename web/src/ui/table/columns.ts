import type { ReactNode } from 'react';
import { type Address, type Change, listOf, listText } from '../address.ts';

export interface DataColumn<T> {
  /** Stable; it stands in addresses and saved views. */
  id: string;
  title: string;
  cell: (row: T) => ReactNode;
  /** What a file gets; numbers as numbers. */
  value: (row: T) => string | number | null | undefined;
  width?: number;
  numeric?: boolean;
  /** Whether the list can be ordered by it. */
  sortable?: boolean;
  /** Takes the room that is left. */
  grow?: boolean;
  /** Not shown until chosen. */
  optional?: boolean;
  /** Says itself what it is, as a button or a state does: in a card its title is left out. */
  bare?: boolean;
}

export interface Sort {
  id: string;
  descending: boolean;
}

export const densities = { dense: 28, default: 36, roomy: 44 } as const;
export type Density = keyof typeof densities;

/** How a table is laid out; all of it stands in the address. */
export interface TableLayout {
  shown: string[];
  pinned: string[];
  widths: Record<string, number>;
  sort: Sort | null;
  density: Density;
  selected: string[];
  peek: string | null;
}

/** What belongs to the moment, neither to a saved view nor to what is asked for. */
export const passing = ['selected', 'peek'];

const narrowest = 56;
const widest = 800;
export const clampWidth = (width: number): number => Math.round(Math.min(widest, Math.max(narrowest, width)));

export function readSort(address: Address): Sort | null {
  const [, id, direction] = /^(.+) (asc|desc)$/s.exec(address.sort ?? '') ?? [];
  return id ? { id, descending: direction === 'desc' } : null;
}

export function readLayout(address: Address, defaults: { shown: string[]; pinned: string[] }): TableLayout {
  return {
    shown: address.columns === undefined ? defaults.shown : listOf(address.columns),
    pinned: address.pinned === undefined ? defaults.pinned : listOf(address.pinned),
    widths: Object.fromEntries(
      listOf(address.widths).map((one) => {
        const at = one.lastIndexOf(':');
        return [one.slice(0, at), clampWidth(Number(one.slice(at + 1)) || 120)];
      }),
    ),
    sort: readSort(address),
    density: address.density && address.density in densities ? (address.density as Density) : 'default',
    selected: listOf(address.selected),
    peek: address.peek ?? null,
  };
}

/** The column that names a row. */
export const leadOf = <T>(columns: readonly DataColumn<T>[]): DataColumn<T> | undefined =>
  columns.find((column) => column.id === 'name') ?? columns.find((column) => column.grow) ?? columns[0];

/** An empty choice is a choice too: it is written as a dash that no column is called. */
const noneText = '-';
export const showColumns = (ids: readonly string[]): Change => ({ columns: listText(ids) || noneText });
export const pinColumns = (ids: readonly string[]): Change => ({ pinned: listText(ids) || noneText });
export const widthsText = (widths: Record<string, number>): string =>
  listText(Object.entries(widths).map(([id, width]) => `${id}:${width}`));
export const sortText = (sort: Sort | null): string | null => (sort ? `${sort.id} ${sort.descending ? 'desc' : 'asc'}` : null);

/** The order as lists of the API take it; columns that have no field there are ordered by nobody. */
export function listOrder(sort: Sort | null, fields: Record<string, string>): string | undefined {
  const field = sort && fields[sort.id];
  return field ? `${sort.descending ? '-' : ''}${field}` : undefined;
}

/** First greatest, then least, then as the server gives it. */
export function nextSort(sort: Sort | null, id: string): Sort | null {
  if (sort?.id !== id) return { id, descending: true };
  return sort.descending ? { id, descending: false } : null;
}

/** Pinned columns first, each in its own order. */
export function arrange<T>(columns: readonly DataColumn<T>[], layout: TableLayout): DataColumn<T>[] {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const shown = layout.shown.map((id) => byId.get(id)).filter((column) => column !== undefined);
  return [
    ...shown.filter((column) => layout.pinned.includes(column.id)),
    ...shown.filter((column) => !layout.pinned.includes(column.id)),
  ];
}
