import './log/log.css';
import { type CSSProperties, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react';
import { here } from '../base.ts';
import { bytes, count as countText } from './format.ts';
import { Button, IconButton } from './kit.tsx';
import { StraightLines, topOf, WrappedLines } from './log/log-lines.tsx';
import { LogSource } from './log/log-source.ts';

const hitsAtMost = 10_000;

/**
 * A log that follows while it grows, stops following when the reader scrolls up, and can be searched. It is read by ranges and only the lines in
 * view are drawn, so its length does not matter.
 */
export function LogViewer({ path, over = false }: { path: string; over?: boolean }) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const source = useMemo(() => new LogSource(path, redraw), [path]);
  const [following, setFollowing] = useState(true);
  const [wrap, setWrap] = useState(() => localStorage.getItem('plinth-log-wrap') === 'yes');
  const box = useRef<HTMLDivElement>(null);
  const find = useFind(source);
  source.over = over;

  useEffect(() => {
    void source.run();
    return () => source.close();
  }, [source]);

  // The last line is empty when the log ends with a line break: it is no line.
  const count = Math.max(0, source.lineCount - (source.lineCount > 0 && source.line(source.lineCount - 1) === '' ? 1 : 0));
  useLayoutEffect(() => {
    const element = box.current;
    if (following && element) element.scrollTop = element.scrollHeight;
  }, [count, following, wrap]);

  const goTo = (line: number): void => {
    setFollowing(false);
    requestAnimationFrame(() => {
      const element = box.current;
      if (element) element.scrollTop = Math.max(0, topOf(line) - element.clientHeight / 3);
    });
  };
  // Who presses Enter before the search is through is brought there as soon as it is.
  const wanted = useRef(0);
  const step = (by: number): void => {
    const line = find.move(by);
    wanted.current = line === null ? by : 0;
    if (line !== null) goTo(line);
  };
  useEffect(() => {
    if (wanted.current !== 0 && find.hits.length > 0) step(wanted.current);
  }, [find.hits]);
  const Lines = wrap ? WrappedLines : StraightLines;
  return (
    <section className="stack" aria-label="Output">
      <div className="log-tools">
        <div className="find">
          <input
            type="search"
            aria-label="Find in log"
            placeholder="Find in log"
            value={find.word}
            onChange={(event) => find.setWord(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              step(event.shiftKey ? -1 : 1);
            }}
          />
          {find.word && (
            <>
              <IconButton
                icon="up"
                label="Previous find"
                reason={find.hits.length === 0 && 'Nothing found'}
                onClick={() => step(-1)}
              />
              <IconButton
                icon="down"
                label="Next find"
                reason={find.hits.length === 0 && 'Nothing found'}
                onClick={() => step(1)}
              />
              <span className="faint tabular" role="status">
                {find.busy ? 'searching' : `${find.at === null ? '' : `${find.at + 1} of `}${countOf(find.hits.length)}`}
              </span>
            </>
          )}
        </div>
        {source.firstFault !== null && (
          <button type="button" className="quiet fault-link" onClick={() => goTo(source.firstFault!)}>
            First error, line {(source.firstFault + 1).toLocaleString('en')}
          </button>
        )}
        <span className="grow" />
        <span className="faint tabular">
          {countText(count, 'line')}
          {source.readBytes < source.totalBytes ? `, ${bytes(source.readBytes)} of ${bytes(source.totalBytes)} read` : ''}
          {source.ended ? '' : ', growing'}
        </span>
        <Button
          tone="quiet"
          icon="wrap"
          aria-pressed={wrap}
          onClick={() => {
            localStorage.setItem('plinth-log-wrap', wrap ? 'no' : 'yes');
            setWrap(!wrap);
          }}
        >
          Wrap
        </Button>
        <Button tone="quiet" icon="down" aria-pressed={following && !source.ended} onClick={() => setFollowing(true)}>
          {following && !source.ended ? 'Following' : 'Jump to end'}
        </Button>
        <a className="button quiet" href={here(path)} download="log.txt">
          Raw
        </a>
      </div>
      <div
        ref={box}
        className={`log ${wrap ? 'wrapped' : ''}`}
        role="log"
        aria-label="Log"
        aria-live="off"
        tabIndex={0}
        style={{ '--digits': Math.max(3, String(count).length) } as CSSProperties}
        onScroll={(event) => {
          const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
          setFollowing(scrollTop + clientHeight >= scrollHeight - 24);
        }}
      >
        {count === 0 ? (
          <div className="faint log-none">{source.ended ? 'It wrote nothing.' : 'Nothing yet.'}</div>
        ) : (
          <Lines source={source} box={box} count={count} hits={find.lines} at={find.line} />
        )}
      </div>
    </section>
  );
}

const countOf = (found: number): string =>
  found >= hitsAtMost ? `${hitsAtMost.toLocaleString('en')} or more` : found === 0 ? 'none' : found.toLocaleString('en');

/** Finds while the reader types; what is found is marked, and one of it is where the reader stands. */
function useFind(source: LogSource) {
  const [word, setWord] = useState('');
  const [hits, setHits] = useState<number[]>([]);
  const [at, setAt] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  // A log that grows is searched anew now and then, not with every line.
  const grown = source.ended ? source.lineCount : Math.floor(source.lineCount / 500);
  useEffect(() => {
    setAt(null);
  }, [word]);
  useEffect(() => {
    if (!word) {
      setHits([]);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      setBusy(true);
      source
        .find(word, hitsAtMost, stop.signal)
        .then((found) => !stop.signal.aborted && setHits(found))
        .finally(() => setBusy(false));
    }, 200);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [word, source, grown]);
  const lines = useMemo(() => new Set(hits), [hits]);
  return {
    word,
    setWord,
    hits,
    lines,
    at,
    busy,
    line: at === null ? null : (hits[at] ?? null),
    /** Goes on by some finds, around the ends. @returns the line */
    move: (by: number): number | null => {
      if (hits.length === 0) return null;
      const next = at === null ? (by > 0 ? 0 : hits.length - 1) : (at + by + hits.length) % hits.length;
      setAt(next);
      return hits[next]!;
    },
  };
}
