import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { number, smooth } from './format.ts';

export interface Point {
  step: number;
  time: number;
  value: number | string;
}

/** Counts the turns between light and dark, by the reader or by the system. */
function useThemeTurn(): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const next = (): void => setTurn((count) => count + 1);
    const watch = new MutationObserver(next);
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', next);
    return () => {
      watch.disconnect();
      system.removeEventListener('change', next);
    };
  }, []);
  return turn;
}

/** One metric over its steps: log scale, smoothing over the raw line, picture, CSV, and the same numbers as a table. */
export function LineChart({ title, points, total }: { title: string; points: Point[]; total: number }) {
  const box = useRef<HTMLDivElement>(null);
  const [log, setLog] = useState(false);
  const [weight, setWeight] = useState(0);
  const [table, setTable] = useState(false);
  const theme = useThemeTurn();

  useEffect(() => {
    const element = box.current;
    if (!element || table) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const raw = points.map((point) => (typeof point.value === 'number' ? point.value : null));
    const axis = {
      stroke: colour('--text-2'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { stroke: colour('--line') },
      font: '11px Inter Variable',
    };
    const series: uPlot.Series[] = [
      { label: 'step' },
      {
        label: title,
        stroke: colour('--series-1') + (weight > 0 ? '40' : ''),
        width: 1.5,
        spanGaps: false,
        points: { show: points.length < 60 },
      },
    ];
    const data: uPlot.AlignedData = [points.map((point) => point.step), raw, ...(weight > 0 ? [smooth(raw, weight)] : [])];
    if (weight > 0) series.push({ label: 'smoothed', stroke: colour('--series-1'), width: 2, points: { show: false } });
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: 200,
        scales: { x: { time: false }, y: { distr: log ? 3 : 1 } },
        axes: [axis, { ...axis, size: 64, values: (_plot, values) => values.map((value) => number(value)) }],
        series,
      },
      data,
      element,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: 200 }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [points, log, weight, table, title, theme]);

  const save = (name: string, url: string): void => {
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
  };
  const file = title.replaceAll(/[^\w.-]+/g, '-');
  return (
    <section className="card" aria-label={`Chart of ${title}`}>
      <div className="row">
        <h3 style={{ flex: 1 }}>{title}</h3>
        <span className="faint">{total.toLocaleString('en')} points</span>
      </div>
      {table ? (
        <div className="table-wrap" style={{ maxHeight: 200 }} tabIndex={0} role="region" aria-label={`Values of ${title}`}>
          <table>
            <thead>
              <tr>
                <th className="number">step</th>
                <th className="number">value</th>
              </tr>
            </thead>
            <tbody>
              {points.map((point, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: points have no other identity
                <tr key={index}>
                  <td className="number">{point.step}</td>
                  <td className="number">{number(point.value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div ref={box} className="chart" />
      )}
      <div className="row faint">
        <label className="row" style={{ gap: 4 }}>
          <input
            type="checkbox"
            style={{ width: 14, minHeight: 14 }}
            checked={log}
            onChange={(event) => setLog(event.target.checked)}
          />{' '}
          log
        </label>
        <label className="row" style={{ gap: 4 }}>
          smooth{' '}
          <input
            type="range"
            min="0"
            max="0.98"
            step="0.02"
            style={{ width: 90, minHeight: 14, padding: 0 }}
            value={weight}
            onChange={(event) => setWeight(Number(event.target.value))}
          />
        </label>
        <button type="button" className="quiet" onClick={() => setTable(!table)}>
          {table ? 'Chart' : 'Table'}
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() =>
            save(
              `${file}.csv`,
              URL.createObjectURL(
                new Blob(
                  [`step,time,value\n${points.map((point) => `${point.step},${point.time},${point.value}`).join('\n')}\n`],
                  { type: 'text/csv' },
                ),
              ),
            )
          }
        >
          CSV
        </button>
        <button
          type="button"
          className="quiet"
          disabled={table}
          title={table ? 'Show the chart first' : ''}
          onClick={() => box.current && save(`${file}.png`, box.current.querySelector('canvas')!.toDataURL('image/png'))}
        >
          PNG
        </button>
      </div>
    </section>
  );
}
