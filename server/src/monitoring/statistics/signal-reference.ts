import { normalQuantile } from './normal.ts';
import { hashOf, uniform } from './ties.ts';

/**
 * The reference of one signal (a feature or an output), cut into cells.
 *
 * The n reference values in order leave n + 1 gaps. As long as nothing changes, the next value falls into each gap with the same chance,
 * whatever the distribution: 1/(n + 1), then in proportion to 1 + how many came there already (Pólya's urn). A cell is a run of neighbouring
 * gaps, so its chance is known exactly, with the reference's own sampling error in it. Equal values are ordered by a number drawn for each of
 * them; text is ordered by how common it is, unseen text after all known, missing last. So numbers, categories and gaps in the data are one case.
 */
export interface SignalReference {
  readonly kind: 'numeric' | 'categorical';
  /** Sorted by value, then by tie. Missing is +Infinity. */
  readonly values: Float64Array;
  readonly ties: Float64Array;
  /** How many of them are not missing. */
  readonly known: number;
  /** Which cell each of the n + 1 gaps belongs to. */
  readonly cellOfGap: Uint8Array;
  readonly cells: readonly Cell[];
  /** Code of each known text, most common first; empty for numbers. */
  readonly categories: readonly string[];
  readonly codes: ReadonlyMap<string, number>;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
}

export interface Cell {
  /** How many gaps it has: its weight in the urn before the first row. */
  weight: number;
  role: 'below' | 'body' | 'above' | 'missing';
  /** Where it lies as a number of standard deviations of a normal distribution; 0 for missing. */
  score: number;
  /** In words of the data: limits of a range, or the category. */
  from: number | null;
  to: number | null;
  label: string | null;
}

/** What is odd about a value, if anything. */
export type Oddity = 'missing' | 'unseen' | 'below' | 'above';

export const smallestReference = 50;
const bodyCells = 20;
const fewValues = 24;
const mostCategories = 60;

export function makeReference(kind: SignalReference['kind'], raw: readonly unknown[], seed = 'reference'): SignalReference {
  const { categories, codes } = kind === 'categorical' ? rank(raw) : { categories: [], codes: new Map<string, number>() };
  const hash = hashOf(seed);
  const rows = raw
    .map((value, index) => ({ order: orderOf(kind, codes, value), tie: uniform(hash, index) }))
    .sort((a, b) => (a.order === b.order ? a.tie - b.tie : a.order < b.order ? -1 : 1));
  const values = Float64Array.from(rows, (row) => row.order);
  const known = firstAbove(values, Number.MAX_VALUE);
  const { cellOfGap, cells } = cut(kind, values, known, categories);
  const numbers = kind === 'numeric' ? values.subarray(0, known) : null;
  const mean = numbers && known > 0 ? numbers.reduce((sum, one) => sum + one / known, 0) : null;
  const variance = mean !== null && known > 1 ? numbers!.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (known - 1) : null;
  return {
    kind,
    values,
    ties: Float64Array.from(rows, (row) => row.tie),
    known,
    cellOfGap,
    cells,
    categories,
    codes,
    mean,
    standardDeviation: variance === null ? null : Math.sqrt(variance),
  };
}

/** The cell of a new value; `tie` is its own draw in [0, 1). */
export function cellOf(reference: SignalReference, order: number, tie: number): number {
  const { values, ties, cellOfGap } = reference;
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = values[middle]!;
    if (value < order || (value === order && ties[middle]! < tie)) low = middle + 1;
    else high = middle;
  }
  return cellOfGap[low]!;
}

/** What is odd about a value of that order. Asked only of those that fall into an odd cell. */
export function oddityOf(reference: SignalReference, order: number): Oddity | null {
  if (order === Number.POSITIVE_INFINITY) return 'missing';
  if (reference.kind === 'categorical') return order === reference.categories.length ? 'unseen' : null;
  if (reference.known === 0) return null;
  if (order < reference.values[0]!) return 'below';
  return order > reference.values[reference.known - 1]! ? 'above' : null;
}

/** Reference rows in each cell, for distances: the gaps of a cell, less the one too many. */
export const referenceCounts = (reference: SignalReference): number[] => {
  const scale = reference.values.length / (reference.values.length + 1);
  return reference.cells.map((cell) => cell.weight * scale);
};

/** What a column of these values is. Numbers and booleans beside text count as text. */
export function kindOf(values: readonly unknown[]): SignalReference['kind'] {
  return values.every((value) => isMissing(value) || typeof value === 'number') ? 'numeric' : 'categorical';
}

export const isMissing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (typeof value === 'number' && Number.isNaN(value));

/** Text of a value as a category; what is no plain value counts by its JSON. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));

/** Where a value stands among others of its signal: numbers by size, text by how common it is, missing last. */
export const orderIn = (reference: SignalReference, value: unknown): number => orderOf(reference.kind, reference.codes, value);

function orderOf(kind: SignalReference['kind'], codes: ReadonlyMap<string, number>, value: unknown): number {
  if (isMissing(value)) return Number.POSITIVE_INFINITY;
  if (kind === 'categorical') return codes.get(textOf(value)) ?? codes.size;
  const number = typeof value === 'boolean' ? Number(value) : typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) return Number.POSITIVE_INFINITY;
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, number));
}

/** Known texts, most common first; beyond the cap they count as unseen, in the reference too. */
function rank(raw: readonly unknown[]): { categories: string[]; codes: Map<string, number> } {
  const counts = new Map<string, number>();
  for (const value of raw) if (!isMissing(value)) counts.set(textOf(value), (counts.get(textOf(value)) ?? 0) + 1);
  const categories = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, mostCategories)
    .map(([text]) => text);
  return { categories, codes: new Map(categories.map((text, code) => [text, code])) };
}

/** Cuts the gaps into cells: one beyond each end, missing ones apart, the body by equal shares or at each of few values. */
function cut(kind: SignalReference['kind'], values: Float64Array, known: number, categories: readonly string[]) {
  const n = values.length;
  const cellOfGap = new Uint8Array(n + 1);
  const cells: Cell[] = [];
  const add = (role: Cell['role'], firstGap: number, lastGap: number, label: string | null = null): void => {
    if (lastGap < firstGap) return;
    let score = 0;
    for (let gap = firstGap; gap <= lastGap; gap++) {
      cellOfGap[gap] = cells.length;
      if (role !== 'missing') score += normalQuantile((Math.min(gap, known) + 0.5) / (known + 1));
    }
    cells.push({
      role,
      weight: lastGap - firstGap + 1,
      score: score / (lastGap - firstGap + 1),
      from: kind === 'numeric' && role !== 'missing' && firstGap > 0 ? values[firstGap - 1]! : null,
      to: kind === 'numeric' && role !== 'missing' && lastGap < known ? values[lastGap]! : null,
      label,
    });
  };
  if (kind === 'numeric') add('below', 0, 0);
  for (const [first, last] of bodyRuns(kind, values, known)) {
    add('body', first, last, kind === 'categorical' ? (categories[values[first]!] ?? null) : null);
  }
  if (known > 0) add('above', known, known);
  add('missing', known + 1, n);
  return { cellOfGap, cells };
}

/** Runs of the gaps before the last known value: a run per value when they are few, else runs of the same length. */
function bodyRuns(kind: SignalReference['kind'], values: Float64Array, known: number): [number, number][] {
  const begin = kind === 'numeric' ? 1 : 0;
  const changes: number[] = [];
  for (let gap = begin; gap < known; gap++) if (gap === begin || values[gap]! !== values[gap - 1]!) changes.push(gap);
  const count = Math.max(1, Math.min(bodyCells, Math.floor((known - 1) / 5)));
  const starts =
    kind === 'categorical' || changes.length <= fewValues
      ? changes
      : Array.from({ length: count }, (_, index) => 1 + Math.floor((index * (known - 1)) / count));
  return starts.map((first, index) => [first, (starts[index + 1] ?? known) - 1]);
}

function firstAbove(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
