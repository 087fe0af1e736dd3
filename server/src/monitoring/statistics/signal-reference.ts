import { type Bins, binOfNumber, categoricalBinsOf, numericBinsOf } from './bins.ts';
import { normalQuantile } from './normal.ts';
import { hashOf, uniform } from './ties.ts';

/**
 * The reference of one signal (a feature or an output), cut into cells by its ranks.
 *
 * The n reference values in order leave n + 1 gaps. As long as nothing changes, the next value falls into each gap with the same chance,
 * whatever the distribution: 1/(n + 1), then in proportion to 1 + how many came there already (Pólya's urn). A cell is a run of neighbouring
 * gaps, so its chance is known exactly, with the reference's own sampling error in it. Equal values are ordered by a number drawn for each of
 * them, common texts by how common they are, all others by a number drawn from each text, missing ones last. So numbers, categories and gaps in
 * the data are one case.
 *
 * To be exact, neither the order nor the cuts may depend on the luck of the reference. They do at values that come often, which have a cell each:
 * how often they came is known so well that it does no harm. Rare texts are different: those that came are the lucky ones, and others are still
 * to come. So they and the unseen ones lie in one stretch, in an order that nobody's luck has made, and it is cut by ranks alone.
 */
export interface SignalReference extends Bins {
  readonly kind: 'numeric' | 'categorical';
  /** Sorted by value, then by tie. Missing is +Infinity; common texts are their codes. */
  readonly values: Float64Array;
  readonly ties: Float64Array;
  /** How many of them are not missing. */
  readonly known: number;
  /** Which cell each of the n + 1 gaps belongs to. */
  readonly cellOfGap: Uint8Array;
  readonly cells: readonly Cell[];
  /** How many rows it is worth: copies of rows tell nothing new. */
  readonly rowCount: number;
}

export interface Cell {
  /** How many gaps it has: its weight in the urn before the first row. */
  weight: number;
  role: 'below' | 'body' | 'above' | 'missing';
  /** Where it lies as a number of standard deviations of a normal distribution; 0 for missing and for text. */
  score: number;
}

export const smallestReference = 50;
/** Cells of a stretch that is cut by ranks at most, and how many gaps each has at least. */
const rankCells = 20;
const leastGaps = 5;

/** @param worth which share of its rows are no copies of others */
export function makeReference(
  kind: SignalReference['kind'],
  raw: readonly unknown[],
  seed = 'reference',
  worth = 1,
): SignalReference {
  const present = raw.filter((value) => !isMissing(value));
  const missingCount = raw.length - present.length;
  const bins =
    kind === 'numeric'
      ? numericBinsOf(Float64Array.from(present, orderOfNumber).filter(Number.isFinite).sort(), missingCount, worth)
      : categoricalBinsOf(present.map(textOf), missingCount, worth);
  const hash = hashOf(seed);
  const rows = raw
    .map((value, index) => ({ order: orderOf(kind, bins, value), tie: uniform(hash, index) }))
    .sort((a, b) => (a.order === b.order ? a.tie - b.tie : a.order < b.order ? -1 : 1));
  const values = Float64Array.from(rows, (row) => row.order);
  const known = firstAbove(values, Number.MAX_VALUE);
  const { cellOfGap, cells } = cut(kind, bins, values, known);
  // The gaps at the ends are one each however few the rows are.
  for (const cell of cells) cell.weight = cell.role === 'body' ? cell.weight * worth : Math.max(1, cell.weight * worth);
  return {
    ...bins,
    kind,
    values,
    ties: Float64Array.from(rows, (row) => row.tie),
    known,
    cellOfGap,
    cells,
    rowCount: values.length * worth,
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

/** The bin of a new value. */
export function binOf(reference: SignalReference, value: unknown, order: number): number {
  if (order === Number.POSITIVE_INFINITY) return reference.missing;
  if (reference.kind === 'numeric') return binOfNumber(reference, order);
  return reference.binOfText.get(textOf(value)) ?? reference.above;
}

/** Reference rows in each bin, for distances. */
export const referenceCounts = ({ bins, rowCount }: SignalReference): number[] => {
  const total = bins.reduce((sum, bin) => sum + bin.weight, 0);
  return bins.map((bin) => (bin.weight / total) * rowCount);
};

/** What a column of these values is. Numbers and booleans beside text count as text. */
export function kindOf(values: readonly unknown[]): SignalReference['kind'] {
  return values.every((value) => isMissing(value) || typeof value === 'number') ? 'numeric' : 'categorical';
}

export const isMissing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (typeof value === 'number' && Number.isNaN(value));

/** Text of a value as a category; what is no plain value counts by its JSON. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));

/** Where a value stands among others of its signal. */
export const orderIn = (reference: SignalReference, value: unknown): number => orderOf(reference.kind, reference, value);

function orderOf(kind: SignalReference['kind'], { binOfText, commonTexts }: Bins, value: unknown): number {
  if (isMissing(value)) return Number.POSITIVE_INFINITY;
  if (kind === 'numeric') return orderOfNumber(value);
  const text = textOf(value);
  const bin = binOfText.get(text);
  return bin !== undefined && bin < commonTexts ? bin : commonTexts + uniform(hashOf(text), 0);
}

function orderOfNumber(value: unknown): number {
  const number = typeof value === 'boolean' ? Number(value) : typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) return Number.POSITIVE_INFINITY;
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, number));
}

/** Cuts the gaps into cells: one beyond each end, missing ones apart, in the body one for each value that comes often, else by ranks. */
function cut(kind: SignalReference['kind'], bins: Bins, values: Float64Array, known: number) {
  const n = values.length;
  const cellOfGap = new Uint8Array(n + 1);
  const cells: Cell[] = [];
  const add = (role: Cell['role'], firstGap: number, lastGap: number): void => {
    if (lastGap < firstGap) return;
    let score = 0;
    for (let gap = firstGap; gap <= lastGap; gap++) {
      cellOfGap[gap] = cells.length;
      if (role !== 'missing' && kind === 'numeric') score += normalQuantile((gap + 0.5) / (known + 1));
    }
    cells.push({ role, weight: lastGap - firstGap + 1, score: score / (lastGap - firstGap + 1) });
  };
  if (kind === 'numeric') add('below', 0, 0);
  const starts = bodyStarts(kind, bins, values, known);
  for (const [index, first] of starts.entries()) add('body', first, (starts[index + 1] ?? known) - 1);
  if (known > 0) add('above', known, known);
  add('missing', known + 1, n);
  return { cellOfGap, cells };
}

/** First gaps of the cells of the body. */
function bodyStarts(kind: SignalReference['kind'], bins: Bins, values: Float64Array, known: number): number[] {
  const begin = kind === 'numeric' ? 1 : 0;
  const starts: number[] = [];
  let byRank = begin;
  if (kind === 'categorical' || bins.isEachValue) {
    const limit = kind === 'categorical' ? bins.commonTexts : Number.POSITIVE_INFINITY;
    for (; byRank < known && values[byRank]! < limit; byRank++)
      if (byRank === begin || values[byRank]! !== values[byRank - 1]!) starts.push(byRank);
  }
  const gaps = known - byRank;
  const count = Math.min(gaps, Math.max(1, Math.min(rankCells, Math.floor(gaps / leastGaps))));
  for (let index = 0; index < count; index++) starts.push(byRank + Math.floor((index * gaps) / count));
  return starts;
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
