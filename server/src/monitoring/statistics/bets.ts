import type { SignalReference } from './signal-reference.ts';

/**
 * The ways in which a signal may change that a test bets on. A bet says how the chances of the cells would be; its wealth is multiplied by its
 * chance over the urn's at each row, so it grows only if the bet foretells the rows better than "nothing changed". Shares add up to one.
 */
export interface Bet {
  name: string;
  share: number;
  /** Factor on the chance of each cell, before they are brought to the sum 1 again; null for the bet that learns the new chances. */
  tilt: readonly number[] | null;
}

/** How many rows' worth of weight the learning bet gives to what was before. */
export const learningRows = 40;

export function betsOn(reference: SignalReference): Bet[] {
  const { cells } = reference;
  const body = (factor: (score: number) => number) =>
    cells.map((cell) => (cell.role === 'missing' ? 1 : factor(Math.max(-3, Math.min(3, cell.score)))));
  const bets: Bet[] = [];
  if (reference.kind === 'numeric') {
    for (const [shift, share] of [
      [0.4, 0.1],
      [0.8, 0.1],
      [1.5, 0.05],
    ] as const) {
      for (const sign of [1, -1])
        bets.push({ name: sign > 0 ? 'higher' : 'lower', share, tilt: body((score) => Math.exp(sign * shift * score)) });
    }
    for (const [spread, share] of [
      [0.2, 0.05],
      [-0.3, 0.05],
    ] as const)
      bets.push({
        name: spread > 0 ? 'wider' : 'narrower',
        share,
        tilt: body((score) => Math.exp(spread * (score * score - 1))),
      });
  }
  // The odd cells hold little by themselves: a factor that takes them to a few or to many of all rows.
  const total = cells.reduce((sum, cell) => sum + cell.weight, 0);
  const odd = cells.flatMap((cell, index) => (cell.role === 'body' ? [] : [index]));
  for (const index of odd) {
    for (const target of [0.05, 0.4]) {
      const now = cells[index]!.weight / total;
      const wanted = now + (1 - now) * target;
      const factor = (wanted * (1 - now)) / (now * (1 - wanted));
      bets.push({
        name: cells[index]!.role,
        share: 0.2 / (odd.length * 2),
        tilt: cells.map((_, at) => (at === index ? factor : 1)),
      });
    }
  }
  bets.push({ name: 'other', share: 0, tilt: null });
  const given = bets.reduce((sum, bet) => sum + bet.share, 0);
  bets.at(-1)!.share = 1 - given;
  return bets;
}
