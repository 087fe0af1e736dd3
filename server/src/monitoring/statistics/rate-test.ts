/**
 * Whether something happens more often than is tolerated (failed requests, slow ones), looked at after every request. The wealth of a bet on a
 * higher rate is at most a fair game for every tolerated rate, so Ville's inequality bounds the false alarms as in `sequential-test.ts`.
 */
export interface RateTest {
  tolerated: number;
  count: number;
  starts: number;
  period: number;
  active: { period: number; weight: number; since: string; rows: number; hits: number; wealth: number[] }[];
}

const betweenStarts = 25;
const mostStarts = 8;
const mostWealth = 1e200;
const bets = [0.05, 0.15, 0.4, 0.8];

export const newRateTest = (tolerated: number): RateTest => ({ tolerated, count: 0, starts: 0, period: 0, active: [] });

/** Takes one request. @returns the e-value after it */
export function observeRate(test: RateTest, hit: boolean, since: string): number {
  if (test.count % betweenStarts === 0 || test.active.length === 0) begin(test, since);
  test.count++;
  const sums = new Map<number, number>();
  for (const start of test.active) {
    start.rows++;
    if (hit) start.hits++;
    let mean = 0;
    for (const [index, bet] of bets.entries()) {
      const rate = rateOf(test, bet);
      const factor = hit ? rate / test.tolerated : (1 - rate) / (1 - test.tolerated);
      start.wealth[index] = Math.min(mostWealth, start.wealth[index]! * factor);
      mean += start.wealth[index]! / bets.length;
    }
    sums.set(start.period, (sums.get(start.period) ?? 0) + start.weight * mean);
  }
  return Math.max(...sums.values());
}

/** The stretch that speaks loudest: since when, how many requests, how many of them hit. */
export function loudest(test: RateTest): { since: string | null; rows: number; rate: number } {
  const worth = (start: RateTest['active'][number]) => start.weight * Math.max(...start.wealth);
  const best = test.active.reduce<RateTest['active'][number] | null>(
    (most, start) => (most && worth(most) >= worth(start) ? most : start),
    null,
  );
  return best ? { since: best.since, rows: best.rows, rate: best.hits / best.rows } : { since: null, rows: 0, rate: 0 };
}

export function beginRatePeriod(test: RateTest, period: number): void {
  if (period === test.period) return;
  test.active = test.active.filter((start) => start.period === test.period);
  test.period = period;
  test.starts = 0;
}

export function restartRate(test: RateTest): void {
  test.active = [];
}

/** A bet is on a rate that far between what is tolerated and always. */
const rateOf = (test: RateTest, bet: number): number => test.tolerated + (1 - test.tolerated) * bet;

function begin(test: RateTest, since: string): void {
  const left = (index: number): number => 1 / (1 + Math.log2(1 + index));
  const before = test.starts++;
  test.active.push({
    period: test.period,
    weight: left(before) - left(before + 1),
    since,
    rows: 0,
    hits: 0,
    wealth: bets.map(() => 1),
  });
  if (test.active.length <= mostStarts) return;
  const worth = (start: RateTest['active'][number]) => start.weight * start.wealth.reduce((sum, one) => sum + one, 0);
  const old = test.active.slice(0, -3);
  test.active.splice(test.active.indexOf(old.reduce((least, start) => (worth(start) < worth(least) ? start : least))), 1);
}
