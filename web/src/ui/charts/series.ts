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
}

export function linesOf(series: readonly Series[], horizontal: Horizontal, weight: number, log: boolean): Line[] {
  return series.map(({ id, name, points, colour }) => {
    const start = points[0]?.time ?? 0;
    const placed = new Map<number, number | null>();
    for (const { step, time, value } of points) {
      const at = horizontal === 'step' ? step : horizontal === 'time' ? time / 1000 : (time - start) / 1000;
      // A logarithm has no place for zero and below.
      placed.set(at, typeof value === 'number' && !(log && value <= 0) ? value : null);
    }
    const at = [...placed.keys()].sort((a, b) => a - b);
    const values = at.map((place) => placed.get(place)!);
    return { id, name, colour, at, values, smoothed: weight > 0 ? smooth(values, weight) : null };
  });
}

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
  return [
    places,
    ...lines.flatMap((line) => [spread(line, line.values), ...(line.smoothed ? [spread(line, line.smoothed)] : [])]),
  ];
}

/** A line needs two places; fewer is a number. */
export const isPlottable = (series: readonly Series[]): boolean =>
  series.some(({ points }) => points.some((point) => point.step !== points[0]!.step));

export const newestOf = ({ points }: Series): number | string | null => points.at(-1)?.value ?? null;
