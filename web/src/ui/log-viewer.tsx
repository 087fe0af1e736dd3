import { readMessages } from '@plinth/sdk';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { client } from '../api.ts';

const maximumLines = 1_000_000;
const faulty = /^(error|fatal|traceback|[\w.]*(Error|Exception)\b)|\bERROR\b|×/i;

/** A log that follows while it grows, stops following when the reader scrolls up, and can be searched. Only the lines in view are drawn. */
export function LogViewer({ path }: { path: string }) {
  const [lines, setLines] = useState<string[]>([]);
  const [following, setFollowing] = useState(true);
  const [search, setSearch] = useState('');
  const [ended, setEnded] = useState(false);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const stop = new AbortController();
    let rest = '';
    let offset = '';
    const all: string[] = [];
    setLines([]);
    setEnded(false);
    const follow = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          const response = await client.fetch(`${path}?follow=true`, {
            signal: stop.signal,
            headers: offset ? { 'last-event-id': offset } : {},
          });
          for await (const message of readMessages(response)) {
            if (message.event === 'end') {
              if (rest) all.push(rest);
              setLines(all.slice(-maximumLines));
              setEnded(true);
              return;
            }
            offset = message.id;
            const parts = (rest + message.data).split('\n');
            rest = parts.pop() ?? '';
            all.push(...parts);
            setLines(rest ? [...all, rest] : [...all]);
          }
        } catch {
          if (stop.signal.aborted) return;
        }
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    };
    void follow();
    return () => stop.abort();
  }, [path]);

  const shown = useMemo(() => {
    const word = search.toLowerCase();
    return lines
      .map((text, index) => ({ text, number: index + 1 }))
      .filter((line) => !word || line.text.toLowerCase().includes(word));
  }, [lines, search]);
  const rows = useVirtualizer({ count: shown.length, getScrollElement: () => box.current, estimateSize: () => 18, overscan: 30 });
  const firstFault = lines.findIndex((line) => faulty.test(line.trim()));

  useEffect(() => {
    if (following && shown.length > 0) rows.scrollToIndex(shown.length - 1);
  }, [shown.length, following, rows]);

  return (
    <div className="stack">
      <div className="row">
        <input
          aria-label="Find in log"
          placeholder="Find in log"
          style={{ width: 220 }}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <span className="faint">
          {shown.length.toLocaleString('en')} lines{ended ? '' : ', growing'}
        </span>
        {firstFault >= 0 && (
          <button
            type="button"
            className="quiet"
            onClick={() => {
              setSearch('');
              setFollowing(false);
              requestAnimationFrame(() => rows.scrollToIndex(firstFault, { align: 'center' }));
            }}
          >
            First error, line {firstFault + 1}
          </button>
        )}
        {!following && (
          <button type="button" className="quiet" onClick={() => setFollowing(true)}>
            Jump to end
          </button>
        )}
        <a href={path} download="log.txt">
          Raw
        </a>
      </div>
      <div
        ref={box}
        className="log"
        role="log"
        aria-label="Log"
        tabIndex={0}
        onWheel={(event) => event.deltaY < 0 && setFollowing(false)}
        onKeyDown={(event) => ['ArrowUp', 'PageUp', 'Home'].includes(event.key) && setFollowing(false)}
      >
        {shown.length === 0 && (
          <div className="faint" style={{ padding: 12 }}>
            {ended ? 'It wrote nothing.' : 'Nothing yet.'}
          </div>
        )}
        <div style={{ height: rows.getTotalSize(), position: 'relative', minWidth: 'max-content' }}>
          {rows.getVirtualItems().map((item) => {
            const line = shown[item.index]!;
            return (
              <div
                key={item.key}
                className={`line mono ${faulty.test(line.text.trim()) ? 'fault' : ''}`}
                style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${item.start}px)` }}
              >
                <b>{line.number}</b>
                {line.text}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
