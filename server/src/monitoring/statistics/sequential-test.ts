import { type Bet, betsOn, learningRows } from './bets.ts';
import { referenceCounts, type SignalReference } from './signal-reference.ts';

/**
 * A test that may be looked at after every row, for ever, without losing its level.
 *
 * Under "nothing changed" the chances of the cells are known exactly (`SignalReference`), so the wealth of every bet is a fair game with stake 1,
 * and so is any weighted mean of bets, also of bets that begin later. By Ville's inequality the chance that the mean ever reaches 1/α is at most
 * α: no correction for looking often, for the size of the reference, or for how long the stream is. A change may come at any time, so a new set
 * of bets begins every `rowsBetweenStarts` rows; the weights of all possible starts add up to one. A budget period begins the weights anew.
 */
export interface SequentialTest {
  readonly reference: SignalReference;
  readonly bets: readonly Bet[];
  /** Of the bets, for speed: their shares, and which of them learns. */
  readonly shares: Float64Array;
  readonly learns: number;
  /** The urn: weight of each cell before, and rows since. */
  readonly pool: number[];
  /** What it held before the first row. */
  readonly weight: number;
  /** Rows in each bin, those of the reference included: what the cells are to chances, the bins are to people. */
  readonly binPool: number[];
  rows: number;
  /** How many starts the period had. */
  starts: number;
  period: number;
  active: Start[];
}

interface Start {
  period: number;
  /** What share of the period's stake it has. */
  weight: number;
  /** Rows seen before it, and what the caller called the first row after (a time). */
  atRow: number;
  since: string;
  wealth: Float64Array;
  /** Rows in each cell since, and in each bin. */
  counts: number[];
  binCounts: number[];
  /** Chance of each cell by each bet, cell by cell; made anew from the pool when a state is read back. */
  chances: Float64Array;
}

/** What a test knows now. `eValue` at or over 1/α is an alarm at level α. */
export interface Evidence {
  eValue: number;
  /** The bet that gained most, and where the start of the best set lies. */
  bet: string;
  atRow: number;
  since: string | null;
  rowsSince: number;
  /** Rows in each bin since that start. */
  counts: readonly number[];
}

export interface StoredTest {
  rows: number;
  starts: number;
  period: number;
  pool: number[];
  binPool: number[];
  active: {
    period: number;
    weight: number;
    atRow: number;
    since: string;
    wealth: number[];
    counts: number[];
    binCounts: number[];
  }[];
}

export const rowsBetweenStarts = 25;
const mostStarts = 10;
/** Starts too young to be dropped for lack of wealth. */
const youngStarts = 4;
/** Wealth beyond this is as good as infinite; the limit keeps the numbers finite. */
const mostWealth = 1e200;

export function newTest(reference: SignalReference): SequentialTest {
  const bets = betsOn(reference);
  return {
    reference,
    bets,
    shares: Float64Array.from(bets, (bet) => bet.share),
    learns: bets.findIndex((bet) => bet.tilt === null),
    pool: reference.cells.map((cell) => cell.weight),
    weight: reference.cells.reduce((sum, cell) => sum + cell.weight, 0),
    binPool: referenceCounts(reference),
    rows: 0,
    starts: 0,
    period: 0,
    active: [],
  };
}

/** Takes one row by its cell and its bin; `since` names it, for the start of a change. @returns the e-value after it */
export function observe(test: SequentialTest, cell: number, bin: number, since = ''): number {
  if (test.rows % rowsBetweenStarts === 0 || test.active.length === 0) begin(test, since);
  const { bets, shares, learns, pool } = test;
  const inverse = (test.weight + test.rows) / pool[cell]!;
  const offset = cell * bets.length;
  let eValue = 0;
  let earlier = 0;
  for (const start of test.active) {
    const { wealth, chances, counts } = start;
    let mean = 0;
    for (let index = 0; index < shares.length; index++) {
      let chance = chances[offset + index]!;
      if (index === learns) chance = (learningRows * chance + counts[cell]!) / (learningRows + test.rows - start.atRow);
      const now = wealth[index]! * chance * inverse;
      wealth[index] = now < mostWealth ? now : mostWealth;
      mean += shares[index]! * now;
    }
    counts[cell]!++;
    start.binCounts[bin]!++;
    if (start.period === test.period) eValue += start.weight * mean;
    else earlier += start.weight * mean;
  }
  pool[cell]!++;
  test.binPool[bin]!++;
  test.rows++;
  return Math.max(eValue, earlier);
}

/** Begins a new budget period: its stakes are new, those of the period before live on until the one after. */
export function beginPeriod(test: SequentialTest, period: number): void {
  if (period === test.period) return;
  test.active = test.active.filter((start) => start.period === test.period);
  test.period = period;
  test.starts = 0;
}

/** Forgets what was seen since a row (after an alarm is over); the budget that was spent stays spent. */
export function restart(test: SequentialTest): void {
  test.active = [];
  test.pool.splice(0, test.pool.length, ...test.reference.cells.map((cell) => cell.weight));
  test.binPool.splice(0, test.binPool.length, ...referenceCounts(test.reference));
  test.rows = 0;
}

export function evidenceOf(test: SequentialTest): Evidence {
  const sums = new Map<number, number>();
  let best: Start | null = null;
  let bestBet = 0;
  let most = 0;
  for (const start of test.active) {
    for (const [index, bet] of test.bets.entries()) {
      const gained = start.weight * bet.share * start.wealth[index]!;
      sums.set(start.period, (sums.get(start.period) ?? 0) + gained);
      if (gained > most) [best, bestBet, most] = [start, index, gained];
    }
  }
  return {
    eValue: Math.max(0, ...sums.values()),
    bet: test.bets[bestBet]?.name ?? 'other',
    atRow: best?.atRow ?? test.rows,
    since: best?.since ?? null,
    rowsSince: best ? test.rows - best.atRow : 0,
    counts: best?.binCounts ?? test.binPool.map(() => 0),
  };
}

/**
 * How much more likely each bin has become than it was before, as a logarithm, from the rows in each since: tells which rows show the change
 * most, and by its largest sum from a row to the end, where the change began.
 */
export function surpriseOf(test: SequentialTest, counts: readonly number[]): number[] {
  const rows = counts.reduce((sum, one) => sum + one, 0);
  const before = test.binPool.map((count, bin) => count - counts[bin]!);
  const total = before.reduce((sum, one) => sum + one, 0);
  return before.map((weight, bin) => {
    const chance = weight / total;
    return Math.log((learningRows * chance + counts[bin]!) / (learningRows + rows) / chance);
  });
}

export function storeTest(test: SequentialTest): StoredTest {
  return {
    rows: test.rows,
    starts: test.starts,
    period: test.period,
    pool: [...test.pool],
    binPool: [...test.binPool],
    active: test.active.map(({ chances: _madeAnew, wealth, counts, binCounts, ...start }) => ({
      ...start,
      wealth: [...wealth],
      counts: [...counts],
      binCounts: [...binCounts],
    })),
  };
}

/** The test as it was stored; goes on exactly as if it had never stopped. */
export function readTest(reference: SignalReference, stored: StoredTest): SequentialTest {
  const test: SequentialTest = { ...newTest(reference), rows: stored.rows, starts: stored.starts, period: stored.period };
  test.pool.splice(0, test.pool.length, ...stored.pool);
  test.binPool.splice(0, test.binPool.length, ...stored.binPool);
  test.active = stored.active.map((start) => ({
    ...start,
    wealth: Float64Array.from(start.wealth),
    counts: [...start.counts],
    binCounts: [...start.binCounts],
    chances: chancesOf(
      test.bets,
      stored.pool.map((count, cell) => count - start.counts[cell]!),
    ),
  }));
  return test;
}

function begin(test: SequentialTest, since: string): void {
  const before = test.starts++;
  const left = (index: number): number => 1 / (1 + Math.log2(1 + index));
  test.active.push({
    period: test.period,
    weight: left(before) - left(before + 1),
    atRow: test.rows,
    since,
    wealth: new Float64Array(test.bets.length).fill(1),
    counts: test.pool.map(() => 0),
    binCounts: test.binPool.map(() => 0),
    chances: chancesOf(test.bets, test.pool),
  });
  if (test.active.length <= mostStarts) return;
  // The poorest of those that had their time goes: less wealth is always allowed.
  const worth = (start: Start): number =>
    start.weight * test.bets.reduce((sum, bet, index) => sum + bet.share * start.wealth[index]!, 0);
  const old = test.active.slice(0, -youngStarts);
  const poorest = old.reduce((least, start) => (worth(start) < worth(least) ? start : least));
  test.active.splice(test.active.indexOf(poorest), 1);
}

function chancesOf(bets: readonly Bet[], pool: readonly number[]): Float64Array {
  const chances = new Float64Array(pool.length * bets.length);
  for (const [index, { tilt }] of bets.entries()) {
    let total = 0;
    for (let cell = 0; cell < pool.length; cell++) total += pool[cell]! * (tilt?.[cell] ?? 1);
    for (let cell = 0; cell < pool.length; cell++)
      chances[cell * bets.length + index] = (pool[cell]! * (tilt?.[cell] ?? 1)) / total;
  }
  return chances;
}
