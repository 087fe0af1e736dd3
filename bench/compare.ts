/** One figure of ours beside the peer's. */
export interface Comparison {
  measure: string;
  unit: string;
  ours: number;
  /** Null where the peer did not give one. */
  theirs: number | null;
  better: 'more' | 'less';
  /** What is to be reached: so many times better than the peer, or a figure of ours alone. */
  bar?: { times: number } | { figure: number };
}

/** A section of the run: what was measured, how, and what of ours went wrong. */
export interface Measured {
  title: string;
  /** In a sentence or two, for who reads the table. */
  method: string;
  comparisons: Comparison[];
  /** Requests of ours that failed and the like: any makes the run fail. */
  faults: string[];
  /** What the run keeps besides, as it was taken. */
  rows: unknown;
}

/** How many times better ours is. */
export function timesBetter({ ours, theirs, better }: Comparison): number | null {
  const [more, less] = better === 'more' ? [ours, theirs] : [theirs, ours];
  return theirs === null || more === null || !less ? null : more / less;
}

/** Whether the bar is met; null without one, or without a peer to measure it by. */
export function stands(one: Comparison): boolean | null {
  if (!one.bar) return null;
  if ('figure' in one.bar) return one.better === 'more' ? one.ours >= one.bar.figure : one.ours <= one.bar.figure;
  const times = timesBetter(one);
  return times === null ? null : times >= one.bar.times;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The comparisons as lines of a table that reads as Markdown too. */
export function tableOf(comparisons: readonly Comparison[]): string[] {
  const cells = comparisons.map((one) => {
    const times = timesBetter(one);
    const met = stands(one);
    return [
      `${one.measure} (${one.unit})`,
      shown(one.ours),
      one.theirs === null ? '–' : shown(one.theirs),
      times === null ? '–' : `${times.toFixed(times < 10 ? 1 : 0)} times`,
      one.bar === undefined
        ? '–'
        : 'figure' in one.bar
          ? `${one.better === 'more' ? '≥' : '≤'} ${one.bar.figure}`
          : `${one.bar.times} times`,
      met === null ? '–' : met ? 'met' : 'below',
    ];
  });
  const all = [['measure', 'Plinth', 'MLflow', 'better by', 'bar', ''], ...cells];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length), 3));
  const line = (values: readonly string[]) => `| ${values.map((value, at) => value.padEnd(widths[at]!)).join(' | ')} |`;
  return [line(all[0]!), line(widths.map((width) => '-'.repeat(width))), ...all.slice(1).map(line)];
}

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 100) / 100);
