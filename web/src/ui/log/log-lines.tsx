import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useState } from 'react';
import { pieces } from './ansi.ts';
import type { LogSource } from './log-source.ts';

const lineHeight = 18;
const drawnCharacters = 5_000;

export interface LinesProps {
  source: LogSource;
  box: RefObject<HTMLDivElement | null>;
  count: number;
  hits: ReadonlySet<number>;
  at: number | null;
}

/** Lines of one height: where each stands is a product, so that a million cost as little as ten. */
export function StraightLines({ source, box, count, hits, at }: LinesProps) {
  const [view, setView] = useState({ top: 0, height: 640 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const watch = new ResizeObserver(look);
    watch.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      watch.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box]);
  const first = Math.max(0, Math.floor(view.top / lineHeight) - 20);
  const last = Math.min(count, Math.ceil((view.top + view.height) / lineHeight) + 20);
  return (
    <div className="log-space" style={{ height: count * lineHeight }}>
      {/* One offset for all in view: the places of single lines would be rounded where a log is long. */}
      <div className="log-window" style={{ top: first * lineHeight }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, step) => first + step).map((index) => (
          <Line key={index} source={source} index={index} hit={hits.has(index)} here={at === index} />
        ))}
      </div>
    </div>
  );
}

/** Lines that break at the edge; their heights are measured as they come into view. */
export function WrappedLines({ source, box, count, hits, at }: LinesProps) {
  const rows = useVirtualizer({ count, getScrollElement: () => box.current, estimateSize: () => lineHeight, overscan: 20 });
  return (
    <div className="log-space" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map((item) => (
        <Line
          key={item.key}
          source={source}
          index={item.index}
          top={item.start}
          hit={hits.has(item.index)}
          here={at === item.index}
          measure={rows.measureElement}
        />
      ))}
    </div>
  );
}

function Line({
  source,
  index,
  top,
  hit,
  here,
  measure,
}: {
  source: LogSource;
  index: number;
  top?: number;
  hit: boolean;
  here: boolean;
  measure?: (element: Element | null) => void;
}) {
  const text = source.line(index);
  const className = `line ${index === source.firstFault ? 'fault' : ''} ${hit ? 'hit' : ''} ${here ? 'at' : ''}`;
  return (
    <div
      className={className}
      data-index={index}
      ref={measure}
      style={top === undefined ? undefined : { transform: `translateY(${top}px)` }}
    >
      <b>{index + 1}</b>
      <span>
        {text === null
          ? '…'
          : pieces(text.slice(0, drawnCharacters)).map((piece, place) =>
              piece.className ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a line never change places
                <span key={place} className={piece.className}>
                  {piece.text}
                </span>
              ) : (
                piece.text
              ),
            )}
        {text !== null && text.length > drawnCharacters && (
          <span className="faint">
            {' '}
            … {(text.length - drawnCharacters).toLocaleString('en')} more characters, see the raw log
          </span>
        )}
      </span>
    </div>
  );
}

export const topOf = (index: number): number => index * lineHeight;
