import type { Output } from '@plinth/sdk';
import { number } from '../../ui/format.ts';

type Bin = Output<'getMonitor'>['signals'][number]['bins'][number];

const nameOf = (bin: Bin): string =>
  bin.label ??
  (bin.role === 'missing'
    ? 'missing'
    : bin.role === 'below'
      ? `below ${number(bin.to)}`
      : bin.role === 'above'
        ? `above ${number(bin.from)}`
        : `${number(bin.from)} to ${number(bin.to)}`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** How values are spread in the reference and in the newest rows, side by side in each bin. */
export function Overlay({ bins, label }: { bins: readonly Bin[]; label: string }) {
  const most = Math.max(...bins.flatMap((bin) => [bin.reference, bin.recent]), 0.001);
  return (
    <figure className="overlay">
      <span className="overlay-bins" role="img" aria-label={`${label}: shares of reference and recent rows by bin`}>
        {bins.map((bin) => (
          <span key={nameOf(bin)} data-tip={`${nameOf(bin)}: reference ${percent(bin.reference)}, recent ${percent(bin.recent)}`}>
            <i className="reference" style={{ height: `${(100 * bin.reference) / most}%` }} />
            <i className="recent" style={{ height: `${(100 * bin.recent) / most}%` }} />
          </span>
        ))}
      </span>
      <figcaption className="soft">Light: reference; full: recent rows</figcaption>
    </figure>
  );
}
