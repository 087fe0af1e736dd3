import { normalQuantile } from './normal.ts';

/**
 * The reference of one signal as people read it: ranges of numbers or single values, the common texts, and what is odd. How large a change is,
 * is told from these; that there is one at all, from the ranks (`signal-reference.ts`), which know nothing of values.
 *
 * How often a text was seen tells how common it is only if that is often enough: of many rare texts, those seen are the lucky ones, and more are
 * still to come. So rare texts share a bin, and it and the bin of unseen text weigh what each row of the reference would say if it had come
 * after the others (Good and Turing): a text that came once was unseen then.
 */
export interface Bins {
  readonly bins: readonly Bin[];
  /** Of numbers: the least value, and the upper limit of each bin of the body. */
  readonly least: number;
  readonly limits: Float64Array;
  /** Of numbers: whether each value has a bin of its own. */
  readonly isEachValue: boolean;
  /** Of text: the bin of each text that is known. */
  readonly binOfText: ReadonlyMap<string, number>;
  /** How many texts are common: theirs are the first bins. */
  readonly commonTexts: number;
  readonly above: number;
  readonly missing: number;
}

export interface Bin {
  /** Rows of the reference in it; what it does not have at all counts as one. */
  weight: number;
  role: 'below' | 'body' | 'above' | 'missing';
  /** Where it lies as a number of standard deviations of a normal distribution; 0 for missing and for text. */
  score: number;
  /** Limits of a range, the lower one outside of it but for the first range. */
  from: number | null;
  to: number | null;
  label: string | null;
}

const numericBins = 20;
const fewValues = 24;
const mostCategories = 60;
/** A text that came less often shares a bin with the others of its kind. */
const commonFrom = 15;
const rareLabel = '(rare)';
const unseenLabel = '(never seen)';
/**
 * @param sorted the numbers of the reference in order, without what is missing
 * @param worth which share of its rows are no copies of others
 */
export function numericBinsOf(sorted: Float64Array, missingCount: number, worth: number): Bins {
  const absent = 1 / worth;
  const known = sorted.length;
  const distinct = distinctIn(sorted);
  const isEachValue = distinct.length <= fewValues;
  const limits = Float64Array.from(isEachValue ? distinct : quantilesOf(sorted));
  const scoreAt = (position: number): number => normalQuantile((position + 0.5) / known);
  const edge = known > 0 ? normalQuantile(0.5 / (known + 1)) : 0;
  const bins: Bin[] = [{ ...odd('below'), weight: absent, score: edge, to: known > 0 ? sorted[0]! : null }];
  let position = 0;
  for (const [index, to] of limits.entries()) {
    const first = position;
    let score = 0;
    for (; position < known && sorted[position]! <= to; position++) score += scoreAt(position);
    const weight = position - first;
    bins.push({
      weight,
      role: 'body',
      score: score / weight,
      from: index === 0 ? sorted[0]! : limits[index - 1]!,
      to,
      label: null,
    });
  }
  bins.push({ ...odd('above'), weight: absent, score: -edge, from: known > 0 ? sorted[known - 1]! : null });
  bins.push({ ...odd('missing'), weight: Math.max(absent, missingCount) });
  const least = known > 0 ? sorted[0]! : Number.POSITIVE_INFINITY;
  return {
    bins,
    least,
    limits,
    isEachValue,
    binOfText: new Map(),
    commonTexts: 0,
    above: bins.length - 2,
    missing: bins.length - 1,
  };
}

/** @param worth which share of the texts are no copies of others */
export function categoricalBinsOf(texts: readonly string[], missingCount: number, worth: number): Bins {
  const absent = 1 / worth;
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const sorted = [...counts]
    .map(([label, count]) => ({ label, count, times: Math.max(1, Math.round(count * worth)) }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
  const isCommon = (index: number): boolean => index < mostCategories && sorted[index]!.times >= commonFrom;
  const bins: Bin[] = [];
  const rest = { unseen: absent, rare: 0 };
  for (const [index, { label, count, times }] of sorted.entries()) {
    // One that came just often enough would have been rare had any of its rows come last.
    const justCommon = isCommon(index) && times === commonFrom;
    if (isCommon(index)) bins.push({ ...odd('body'), weight: justCommon ? count / 2 : count, label });
    if (times === 1) rest.unseen += count;
    else if (!isCommon(index)) rest.rare += count;
    else if (justCommon) rest.rare += count / 2;
  }
  const rare = bins.length;
  if (sorted.length > rare) bins.push({ ...odd('body'), weight: Math.max(absent, rest.rare), label: rareLabel });
  bins.push({ ...odd('above'), weight: rest.unseen, label: unseenLabel });
  bins.push({ ...odd('missing'), weight: Math.max(absent, missingCount) });
  const binOfText = new Map(sorted.map(({ label }, index) => [label, Math.min(index, rare)]));
  return {
    bins,
    least: 0,
    limits: new Float64Array(),
    isEachValue: false,
    commonTexts: rare,
    binOfText,
    above: bins.length - 2,
    missing: bins.length - 1,
  };
}

/** The bin of a number. */
export function binOfNumber({ least, limits, above }: Bins, value: number): number {
  if (value < least) return 0;
  let low = 0;
  let high = limits.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (limits[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low === limits.length ? above : low + 1;
}

const odd = (role: Bin['role']): Bin => ({ role, weight: 0, score: 0, from: null, to: null, label: null });

/** The values that there are, or too many of them. */
function distinctIn(sorted: Float64Array): number[] {
  const distinct: number[] = [];
  for (const value of sorted) {
    if (value !== distinct.at(-1)) distinct.push(value);
    if (distinct.length > fewValues) break;
  }
  return distinct;
}

/** Limits of bins that hold about the same number of rows. */
function quantilesOf(sorted: Float64Array): number[] {
  const count = Math.max(1, Math.min(numericBins, Math.floor(sorted.length / 5)));
  const limits = Array.from({ length: count }, (_, index) => sorted[Math.ceil(((index + 1) * sorted.length) / count) - 1]!);
  return [...new Set(limits)];
}
