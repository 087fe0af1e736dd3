import type { Output } from '@plinth/sdk';
import { number } from '../../ui/format.ts';

export type Bin = Output<'getMonitor'>['signals'][number]['bins'][number];

export interface Bar {
  /** Left edge and width as parts of the whole width. */
  x: number;
  width: number;
  /** Heights as parts of the greatest. */
  reference: number;
  recent: number;
  bin: Bin;
}

/** Numbers as a density over their true width; null where values have none. The ends and missing values have no width and are told in words. */
export function shapeOf(bins: readonly Bin[]): { low: number; high: number; bars: Bar[] } | null {
  const body = bins.flatMap((bin) => {
    const { role, from, to } = bin;
    return role === 'body' && bin.label === null && from !== null && to !== null ? [{ bin, from, to }] : [];
  });
  const [first, last] = [body[0], body.at(-1)];
  if (!first || !last || body.some((one) => one.to <= one.from)) return null;
  const [low, high] = [first.from, last.to];
  const merged = merge(body, (high - low) / mostBars);
  const density = merged.map(({ bin, from, to }) => [bin.reference / (to - from), bin.recent / (to - from)] as const);
  const most = Math.max(...density.flat()) || 1;
  return {
    low,
    high,
    bars: merged.map(({ bin, from, to }, index) => ({
      x: (from - low) / (high - low),
      width: (to - from) / (high - low),
      reference: density[index]![0] / most,
      recent: density[index]![1] / most,
      bin,
    })),
  };
}

/** More would show the chance in the reference rather than its shape. */
const mostBars = 16;

interface Piece {
  bin: Bin;
  from: number;
  to: number;
}

/** Neighbours that are narrower than a bar may be are drawn as one. */
function merge(pieces: readonly Piece[], least: number): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const before = merged.at(-1);
    if (!before || before.to - before.from >= least * 0.999 || piece.to - piece.from >= least) {
      merged.push(piece);
      continue;
    }
    const bin = {
      ...before.bin,
      to: piece.to,
      reference: before.bin.reference + piece.bin.reference,
      recent: before.bin.recent + piece.bin.recent,
    };
    merged[merged.length - 1] = { bin, from: before.from, to: piece.to };
  }
  return merged;
}

export function nameOf({ role, label, from, to }: Bin): string {
  if (label !== null) return label;
  if (role === 'missing') return 'missing';
  if (role === 'below') return `below ${number(to)}`;
  if (role === 'above') return from === null ? 'never seen before' : `above ${number(from)}`;
  return `${number(from)} to ${number(to)}`;
}
