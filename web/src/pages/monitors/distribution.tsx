import { number } from '../../ui/format.ts';
import { percent } from '../alerts/words.ts';
import { type Bar, type Bin, nameOf, shapeOf } from './shape.ts';

const [width, height] = [400, 100];
/** From which share on rows beyond the ends, or missing ones, are told. */
const oddShare = 0.005;
const tip = (bin: Bin): string => `${nameOf(bin)}: reference ${percent(bin.reference)}, now ${percent(bin.recent)}`;

/** How values are spread in the reference (grey) and in the newest rows (blue). Numbers are a density, categories bars. */
export function Distribution({ bins, label, large = false }: { bins: readonly Bin[]; label: string; large?: boolean }) {
  const shape = shapeOf(bins);
  const said = `${label}: shares of reference and recent rows`;
  const odd = bins.filter((bin) => bin.role !== 'body' && (bin.reference > oddShare || bin.recent > oddShare));
  return (
    <figure className={large ? 'distribution large' : 'distribution'}>
      {shape ? (
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={said}>
          <path className="reference" d={outline(shape.bars, 'reference')} />
          <path className="recent" d={outline(shape.bars, 'recent')} />
          {large &&
            shape.bars.map((bar) => (
              <rect
                key={bar.x}
                className="touch"
                x={bar.x * width}
                width={bar.width * width}
                y={0}
                height={height}
                data-tip={tip(bar.bin)}
              />
            ))}
        </svg>
      ) : large ? (
        <Shares bins={bins.filter((bin) => bin.role === 'body')} />
      ) : (
        <span className="pairs" role="img" aria-label={said}>
          {pairs(bins).map((bin) => (
            <span key={nameOf(bin)}>
              <i className="reference" style={{ height: `${100 * bin.reference}%` }} />
              <i className="recent" style={{ height: `${100 * bin.recent}%` }} />
            </span>
          ))}
        </span>
      )}
      {large && (
        <figcaption>
          {shape && (
            <span className="ends tabular">
              <span>{number(shape.low)}</span>
              <span>{number(shape.high)}</span>
            </span>
          )}
          <span className="legend">
            <span>
              <i className="reference" /> reference
            </span>
            <span>
              <i className="recent" /> now
            </span>
            {odd.map((bin) => (
              <span key={nameOf(bin)}>
                {nameOf(bin)}: {percent(bin.reference)} before, {percent(bin.recent)} now
              </span>
            ))}
          </span>
        </figcaption>
      )}
    </figure>
  );
}

/** Steps from bar to bar, closed on the ground. */
function outline(bars: readonly Bar[], name: 'reference' | 'recent'): string {
  const y = (bar: Bar): string => ((1 - bar[name] * 0.96) * height).toFixed(1);
  const steps = bars.map((bar) => `L${(bar.x * width).toFixed(1)} ${y(bar)}H${((bar.x + bar.width) * width).toFixed(1)}`);
  return `M0 ${height}${steps.join('')}L${width} ${height}Z`;
}

const mostPairs = 12;
const pairs = (bins: readonly Bin[]): Bin[] => {
  const most = Math.max(...bins.flatMap((bin) => [bin.reference, bin.recent]), 0.001);
  return bins
    .filter((bin) => bin.reference + bin.recent > 0)
    .slice(0, mostPairs)
    .map((bin) => ({ ...bin, reference: bin.reference / most, recent: bin.recent / most }));
};

const mostShares = 20;

/** Categories by name, each with both shares. */
function Shares({ bins }: { bins: readonly Bin[] }) {
  const most = Math.max(...bins.flatMap((bin) => [bin.reference, bin.recent]), 0.001);
  return (
    <ul className="shares">
      {bins.slice(0, mostShares).map((bin) => (
        <li key={nameOf(bin)}>
          <span className="clip" title={nameOf(bin)}>
            {nameOf(bin)}
          </span>
          <span className="track" aria-hidden="true">
            <i className="reference" style={{ width: `${(100 * bin.reference) / most}%` }} />
            <i className="recent" style={{ width: `${(100 * bin.recent) / most}%` }} />
          </span>
          <span className="number">
            {percent(bin.reference)} <span className="faint">→</span> {percent(bin.recent)}
          </span>
        </li>
      ))}
      {bins.length > mostShares && <li className="faint">and {bins.length - mostShares} rarer ones</li>}
    </ul>
  );
}
