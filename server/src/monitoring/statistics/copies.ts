import { textOf } from './signal-reference.ts';
import { logGamma } from './tails.ts';

/**
 * Which share of the rows of a table is worth counting: 1 unless rows are copies of each other, as after oversampling or where a client sent the
 * same request again and again while the monitor learned. Copies look like more knowledge than there is, and a test that believes them takes the
 * luck of few rows for the truth. By Kish: (Σm)² / Σm², with m the times that a row is there.
 *
 * Equal rows are no copies by themselves: of few categories there are only so many combinations. They are where equal rows are not to be expected
 * from how common their values are, or where they have a fraction that no other row has.
 */
export function worthOf(columns: readonly (readonly unknown[])[]): number {
  const rowCount = columns[0]?.length ?? 0;
  const texts = columns.map((values) => values.map(textOf));
  const counts = texts.map(countsOf);
  if (counts.some((one) => one.size > rowCount * nearlyAll)) return 1;
  const groups = Map.groupBy(Array(rowCount).keys(), (row) => texts.map((values) => values[row]).join('\u0000'));
  let squares = 0;
  for (const [first, ...others] of groups.values()) {
    const times = 1 + others.length;
    squares += times > 1 && areCopies(first!, times) ? times * times : times;
  }
  return rowCount / squares;

  function areCopies(row: number, times: number): boolean {
    let surprise = 0;
    for (const [column, values] of columns.entries()) {
      const value = values[row];
      const count = counts[column]!.get(texts[column]![row]!)!;
      const isFraction = typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value);
      if (isFraction && count === times && counts[column]!.size >= manyValues) return true;
      surprise += Math.log(count / rowCount);
    }
    // Columns hang together, so they tell half of what they would tell by themselves. Then by Poisson's law, for rare things.
    const expected = rowCount * Math.exp(surprise / 2);
    return expected < 1 && (times - 1) * Math.log(expected) - logGamma(times) < Math.log(byChance);
  }
}

/** A column with so many different values leaves no room for copies. */
const nearlyAll = 0.95;
/** In a column of so many fractions, equal ones are no chance. */
const manyValues = 10;
const byChance = 0.001;

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
