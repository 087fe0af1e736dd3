import type { Bin } from './bins.ts';
import { jensenShannon, populationStability } from './distances.ts';
import { normalQuantile } from './normal.ts';
import { referenceCounts, type SignalReference } from './signal-reference.ts';

/**
 * How large a change is, beside how sure one is of it. A test of many rows finds any trifle, and a reference of some hundred rows lies a little
 * beside the truth; so an alarm also needs an effect whose lower confidence bound is over a floor.
 */
export interface Effect {
  /** Shift of the ranks in standard deviations of a normal distribution: right for any unit, deaf to outliers. Null for categories. */
  location: number | null;
  /** The same for the spread: positive is wider. */
  spread: number | null;
  /** Cohen's w of the shares of coarse bins. */
  shape: number;
  populationStability: number;
  jensenShannon: number;
  /** Share of rows in each odd bin, less the reference's. */
  below: number;
  above: number;
  missing: number;
  /** The measures whose lower bound is over their floor, largest first. */
  exceeded: EffectName[];
}
export type EffectName = 'location' | 'spread' | 'shape' | 'below' | 'above' | 'missing';

/** What counts as worth a person's time: a small effect in Cohen's words for shifts, some rows in a hundred for odd values. */
export const floors: Readonly<Record<EffectName, number>> = {
  location: 0.25,
  spread: 0.4,
  shape: 0.3,
  below: 0.05,
  above: 0.05,
  missing: 0.02,
};

/** Numbers have location and spread to tell what people call drift; the shape of their histogram must differ grossly to count by itself. */
const shapeOfNumbers = 0.6;
/** No alarm rests on fewer rows. */
export const fewestRows = 30;
/** Standard errors that a measure must be over its floor. */
const sureness = 2;
const coarseBins = 5;
/** Ranks of a signal of nearly one value hardly deviate; measured by that, single rows would be large changes. */
const leastDeviation = 0.5;

export function effectOf(reference: SignalReference, counts: readonly number[]): Effect {
  const before = referenceCounts(reference);
  const rows = sum(counts);
  const { exceeded, ...measures } = measure(reference, before, counts);
  return {
    ...measures,
    populationStability: rows === 0 ? 0 : populationStability(before, counts),
    jensenShannon: rows === 0 ? 0 : jensenShannon(before, counts),
    exceeded: rows < fewestRows ? [] : oddFirst(reference, before, counts, { ...measures, exceeded }),
  };
}

type Measured = Omit<Effect, 'populationStability' | 'jensenShannon'>;
const oddRoles = ['below', 'above', 'missing'] as const;

function measure(reference: SignalReference, before: readonly number[], counts: readonly number[]): Measured {
  const { bins } = reference;
  const rows = sum(counts);
  const n = sum(before);
  const error = Math.sqrt(1 / n + 1 / Math.max(1, rows));
  const exceeded: [EffectName, number][] = [];
  const note = (name: EffectName, size: number, standardError: number): void => {
    const over = (Math.abs(size) - sureness * standardError) / floors[name];
    if (over > 1) exceeded.push([name, over]);
  };

  let location: number | null = null;
  let spread: number | null = null;
  if (reference.kind === 'numeric') {
    const [then, now] = [momentsOf(bins, before), momentsOf(bins, counts)];
    if (then && now) {
      location = (now.first - then.first) / then.deviation;
      spread = (now.second - then.second) / (Math.SQRT2 * then.deviation ** 2);
      note('location', location, error);
      note('spread', spread, error);
    }
  }

  const [p, q] = [coarse(bins, before), coarse(bins, counts)];
  const w2 = rows === 0 ? 0 : p.reduce((all, one, index) => all + ((q[index]! / rows - one / n) ** 2 * n) / one, 0);
  const noise = chiSquareQuantile(0.99, p.length - 1) * error ** 2;
  const floor = reference.kind === 'numeric' ? shapeOfNumbers : floors.shape;
  if (w2 - noise > floor ** 2) exceeded.push(['shape', Math.sqrt(w2 - noise) / floor]);

  const odd = { below: 0, above: 0, missing: 0 };
  for (const role of oddRoles) {
    const share = (of: readonly number[], total: number) =>
      total === 0 ? 0 : sum(of.filter((_, index) => bins[index]!.role === role)) / total;
    const [then, now] = [share(before, n), share(counts, rows)];
    odd[role] = now - then;
    if (now > then) note(role, odd[role], Math.sqrt((now * (1 - now)) / Math.max(1, rows) + (then * (1 - then)) / n));
  }
  return {
    location,
    spread,
    shape: Math.sqrt(Math.max(0, w2 - (p.length - 1) * error ** 2)),
    ...odd,
    exceeded: exceeded.sort((a, b) => b[1] - a[1]).map(([name]) => name),
  };
}

/** Rows that are odd change all measures. Where the others by themselves show no change, what is odd is the change. */
function oddFirst(
  reference: SignalReference,
  before: readonly number[],
  counts: readonly number[],
  { exceeded, ...measures }: Measured,
): EffectName[] {
  const [largest] = oddRoles
    .filter((role) => measures[role] > 0)
    .sort((a, b) => measures[b] / floors[b] - measures[a] / floors[a]);
  if (largest === undefined || exceeded.length === 0 || exceeded[0] === largest) return exceeded;
  const withoutOdd = counts.map((count, index) => (reference.bins[index]!.role === 'body' ? count : 0));
  const others = measure(reference, before, withoutOdd).exceeded;
  return others.length > 0 ? exceeded : [largest, ...exceeded.filter((name) => name !== largest)];
}

/** The measure that stands out most, over its floor or not. */
export const largestOf = (effect: Effect): EffectName =>
  effect.exceeded[0] ??
  (Object.keys(floors) as EffectName[]).reduce((largest, name) =>
    sizeIn(effect, name) > sizeIn(effect, largest) ? name : largest,
  );

const sizeIn = (effect: Effect, name: EffectName): number => Math.abs(effect[name] ?? 0) / floors[name];

/** Mean, deviation and mean square of the normal scores over the bins that have one. */
function momentsOf(bins: readonly Bin[], counts: readonly number[]) {
  let rows = 0;
  let first = 0;
  let second = 0;
  for (const [index, { role, score }] of bins.entries()) {
    if (role === 'missing') continue;
    rows += counts[index]!;
    first += counts[index]! * score;
    second += counts[index]! * score * score;
  }
  if (rows === 0) return null;
  const deviation = Math.sqrt(second / rows - (first / rows) ** 2);
  return { first: first / rows, second: second / rows, deviation: Math.max(leastDeviation, deviation) };
}

/** Few bins of about equal weight for numbers, each bin by itself for categories. Odd bins go with their neighbours. */
function coarse(bins: readonly Bin[], counts: readonly number[]): number[] {
  const total = sum(bins.map((bin) => bin.weight));
  const groups: number[] = [];
  let before = 0;
  let last = -1;
  for (const [index, bin] of bins.entries()) {
    const group = Math.min(coarseBins - 1, Math.floor(((before + bin.weight / 2) / total) * coarseBins));
    const own = bin.label !== null && bin.weight / total > 0.02;
    if (own || (bin.role === 'missing' && bin.weight / total > 0.02)) {
      groups.push(counts[index]!);
      last = -1;
    } else if (group === last && groups.length > 0) groups[groups.length - 1]! += counts[index]!;
    else {
      groups.push(counts[index]!);
      last = group;
    }
    before += bin.weight;
  }
  return groups;
}

/** Wilson and Hilferty's approximation, good to some per mille here. */
function chiSquareQuantile(p: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom <= 0) return 0;
  const a = 2 / (9 * degreesOfFreedom);
  return degreesOfFreedom * (1 - a + normalQuantile(p) * Math.sqrt(a)) ** 3;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
