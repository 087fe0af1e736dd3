import { number } from '../format.ts';

export interface Bin {
  from: number;
  to: number;
  count: number;
}

/** How values are spread, in the height of a row or larger. */
export function Histogram({ bins, label, large = false }: { bins: readonly Bin[]; label: string; large?: boolean }) {
  const most = Math.max(...bins.map((bin) => bin.count), 1);
  return (
    <span
      className={large ? 'bars large' : 'bars'}
      role="img"
      aria-label={`${label}: from ${number(bins[0]?.from)} to ${number(bins.at(-1)?.to)}, most often ${peakText(bins)}`}
    >
      {bins.map((bin) => (
        <i
          key={bin.from}
          style={{ height: `${bin.count === 0 ? 0 : Math.max(4, (100 * bin.count) / most)}%` }}
          data-tip={`${number(bin.from)} to ${number(bin.to)}: ${bin.count.toLocaleString('en')}`}
        />
      ))}
    </span>
  );
}

function peakText(bins: readonly Bin[]): string {
  const peak = bins.reduce((best, bin) => (bin.count > best.count ? bin : best), { from: 0, to: 0, count: -1 });
  return `${number(peak.from)} to ${number(peak.to)}`;
}
