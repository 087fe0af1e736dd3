import { smooth } from '../format.ts';

export interface Point {
  step: number;
  /** Milliseconds since 1970. */
  time: number;
  /** A word where the number is not finite. */
  value: number | string;
}

export interface Series {
  id: string;
  name: string;
  points: readonly Point[];
  /** Between which values each point lies for all that is known, in step with the points. */
  band?: readonly { low: number; high: number }[];
  /** Place in the palette; a thing keeps its place in table, chart and address. */
  colour: number;
}

export const horizontals = { step: 'step', relative: 'seconds since the start', time: 'time' } as const;
export type Horizontal = keyof typeof horizontals;

/** One line as drawn: places, values (`null`: logged but not a number, a gap), and the same smoothed. */
export interface Line {
  id: string;
  name: string;
  colour: number;
  at: number[];
  values: (number | null)[];
  smoothed: (number | null)[] | null;
  band?: { low: (number | null)[]; high: (number | null)[] };
}

export function linesOf(series: readonly Series[], horizontal: Horizontal, weight: number, log: boolean): Line[] {
  return series.map(({ id, name, points, band, colour }) => {
    const start = points[0]?.time ?? 0;
    // A logarithm has no place for zero and below.
    const drawn = (value: number | string | undefined): number | null =>
      typeof value === 'number' && !(log && value <= 0) ? value : null;
    const placed = new Map<number, { value: number | null; low: number | null; high: number | null }>();
    for (const [index, { step, time, value }] of points.entries()) {
      const at = horizontal === 'step' ? step : horizontal === 'time' ? time / 1000 : (time - start) / 1000;
      placed.set(at, { value: drawn(value), low: drawn(band?.[index]?.low), high: drawn(band?.[index]?.high) });
    }
    const at = [...placed.keys()].sort((a, b) => a - b);
    const column = (name: 'value' | 'low' | 'high') => at.map((place) => placed.get(place)![name]);
    const values = column('value');
    return {
      id,
      name,
      colour,
      at,
      values,
      smoothed: weight > 0 ? smooth(values, weight) : null,
      ...(band ? { band: { low: column('low'), high: column('high') } } : {}),
    };
  });
}

/** The columns of numbers that a line is drawn from: itself, smoothed, and the edges of its band. */
export const columnsOf = ({ values, smoothed, band }: Line): (number | null)[][] => [
  values,
  ...(smoothed ? [smoothed] : []),
  ...(band ? [band.high, band.low] : []),
];

export type Aligned = [number[], ...(number | null | undefined)[][]];

/** All lines over one list of places. `undefined`: that line has no point there, and goes on; `null`: it has a gap there. */
export function align(lines: readonly Line[]): Aligned {
  const places = [...new Set(lines.flatMap((line) => line.at))].sort((a, b) => a - b);
  const indexOf = new Map(places.map((place, index) => [place, index]));
  const spread = (line: Line, values: (number | null)[]): (number | null | undefined)[] => {
    const row = new Array<number | null | undefined>(places.length).fill(undefined);
    line.at.forEach((place, index) => {
      row[indexOf.get(place)!] = values[index];
    });
    return row;
  };
  return [places, ...lines.flatMap((line) => columnsOf(line).map((values) => spread(line, values)))];
}

/** Places of values between two gaps, where no line is drawn. */
export function lonely(column: readonly (number | null | undefined)[]): number[] {
  const own = column.flatMap((value, index) => (value === undefined ? [] : [{ value, index }]));
  const isGap = (at: number): boolean => typeof own[at]?.value !== 'number';
  return own.flatMap(({ index }, at) => (!isGap(at) && isGap(at - 1) && isGap(at + 1) ? [index] : []));
}

/** A line needs two places; fewer is a number. */
export const isPlottable = (series: readonly Series[]): boolean =>
  series.some(({ points }) => points.some((point) => point.step !== points[0]!.step));

export const newestOf = ({ points }: Series): number | string | null => points.at(-1)?.value ?? null;
