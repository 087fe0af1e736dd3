import type { Metric } from './tracking.ts';

/**
 * At most `points` points of a series that keep its shape: first, last, and the lowest and highest of each stretch, so that no spike is lost.
 * Points without a number (NaN) stay, one a stretch, so that a gap is seen as a gap.
 */
export function downsample(series: readonly Metric[], points: number): Metric[] {
  if (series.length <= points) return [...series];
  const stretches = Math.max(1, Math.floor((points - 2) / 2));
  const kept = new Set<number>([0, series.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * series.length) / stretches);
    const to = Math.floor(((stretch + 1) * series.length) / stretches);
    let low = -1;
    let high = -1;
    for (let index = from; index < to; index++) {
      const { value } = series[index]!;
      if (Number.isNaN(value)) continue;
      if (low < 0 || value < series[low]!.value) low = index;
      if (high < 0 || value > series[high]!.value) high = index;
    }
    for (const index of low < 0 ? [from] : [low, high]) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b).map((index) => series[index]!);
}
