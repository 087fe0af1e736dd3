import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { number } from '../format.ts';
import { makeTip, readAt } from './chart-tip.ts';
import { colourVariable, dashOf, resolveColour, useThemeTurn, withAlpha } from './palette.ts';
import { align, columnsOf, type Horizontal, horizontals, type Line, lonely } from './series.ts';

export type Zoom = readonly [from: number, to: number] | null;

export interface PlotProps {
  title: string;
  lines: Line[];
  horizontal: Horizontal;
  log: boolean;
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
  /** Charts of one group move their cursors together. */
  group?: string;
  height?: number;
  /** Counts stand on zero; other values begin where they are. */
  fromZero?: boolean;
  /** Hands out the canvas, for pictures. */
  onReady?: (plot: uPlot | null) => void;
}

/** Lines on a canvas. Drag to zoom, double press to go back, arrow keys to read value by value. */
export function Plot({ title, lines, horizontal, log, zoom, onZoom, group, height = 200, fromZero = false, onReady }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useThemeTurn();
  const [said, setSaid] = useState('');
  const data = useMemo(() => align(lines), [lines]);
  const latest = useRef({ data, lines, onZoom, zoom });
  latest.current = { data, lines, onZoom, zoom };
  // Only what changes the picture's parts builds it anew; new points flow into it.
  const parts = JSON.stringify([
    lines.map((line) => [line.id, line.colour, line.smoothed !== null, line.band !== undefined, line.values.includes(null)]),
    horizontal,
    log,
    fromZero,
    theme,
    height,
  ]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const colours = latest.current.lines.map((line) => resolveColour(colourVariable(line.colour)));
    const [text, gridColour, zero] = [resolveColour('var(--text-3)'), resolveColour('var(--hair)'), resolveColour('var(--edge)')];
    const isCrowd = latest.current.lines.length > 16;
    const axis: uPlot.Axis = {
      stroke: text,
      grid: { stroke: gridColour, width: 1 },
      ticks: { show: false },
      font: '11px "Inter Variable", sans-serif',
      gap: 6,
    };
    const series: uPlot.Series[] = [
      {},
      ...latest.current.lines.flatMap((line, index): uPlot.Series[] => {
        const one: uPlot.Series = {
          stroke: colours[index]!,
          width: isCrowd ? 1 : 1.5,
          dash: dashOf(line.colour),
          spanGaps: false,
          points: pointsOf(line, isCrowd, colours[index]!),
        };
        const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
        const edges = line.band ? [edge, edge] : [];
        if (!line.smoothed) return [one, ...edges];
        // What was logged stays to be seen under what is smoothed.
        const faint = withAlpha(colours[index]!, 0.25);
        return [
          { ...one, stroke: faint, width: 1, points: { show: false } },
          { ...one, width: 2, points: { show: false } },
          ...edges,
        ];
      }),
    ];
    let column = 1;
    const bands = latest.current.lines.flatMap((line, index): uPlot.Band[] => {
      column += columnsOf(line).length;
      return line.band ? [{ series: [column - 2, column - 1], fill: withAlpha(colours[index]!, 0.14) }] : [];
    });
    let tip: ReturnType<typeof makeTip> | null = null;
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        padding: [8, 12, 0, 0],
        scales: {
          x: { time: horizontal === 'time', range: (_plot, low, high) => [...(latest.current.zoom ?? widen(low, high))] },
          y: log ? { distr: 3 } : { range: (_plot, low, high) => (fromZero ? [0, (high ?? 0) * 1.08 || 1] : pad(low, high)) },
        },
        axes: [
          // A time is a longer word than a step; closer, one would stand in the other.
          { ...axis, size: 26, ...(horizontal === 'time' ? { space: 92, values: (_plot, places) => timesText(places) } : {}) },
          {
            ...axis,
            size: (_plot, values) => 16 + 6.4 * Math.max(3, ...(values ?? []).map((value) => value.length)),
            values: (_plot, values) => values.map((value) => (value === null ? '' : number(value))),
          },
        ],
        series,
        bands,
        focus: { alpha: 0.3 },
        cursor: {
          focus: { prox: latest.current.lines.length > 1 ? 24 : -1 },
          drag: { x: true, y: false, setScale: false },
          points: { size: 6, width: 0 },
          ...(group
            ? { sync: { key: group, filters: { pub: (type: string) => type === 'mousemove' || type === 'mouseleave' } } }
            : {}),
          bind: {
            dblclick: () => () => {
              latest.current.onZoom(null);
              return null;
            },
          },
        },
        hooks: {
          ready: [
            (ready) => {
              tip = makeTip(ready.over);
            },
          ],
          setCursor: [
            (now) => {
              const { idx } = now.cursor;
              // Others of the group show their line alone; the values belong to the chart under the pointer.
              const isHere = element.matches(':hover') || document.activeElement === element;
              if (idx === null || idx === undefined || (now.cursor.left ?? -1) < 0 || !isHere) return tip?.hide();
              const x = now.data[0][idx]!;
              const at = now.valToPos(x, 'x');
              const near = (place: number): boolean => Math.abs(now.valToPos(place, 'x') - at) <= 12;
              tip?.show(now, placeText(x, horizontal), readAt(latest.current.data, latest.current.lines, idx, colours, near));
            },
          ],
          setSelect: [
            (now) => {
              const { left, width } = now.select;
              if (width < 8) return;
              latest.current.onZoom([now.posToVal(left, 'x'), now.posToVal(left + width, 'x')]);
              now.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
          drawAxes: [
            (now) => {
              const { min, max } = now.scales.y!;
              if (log || min === undefined || max === undefined || min === null || max === null || min >= 0 || max <= 0) return;
              const y = Math.round(now.valToPos(0, 'y', true)) + 0.5;
              now.ctx.strokeStyle = zero;
              now.ctx.lineWidth = 1;
              now.ctx.beginPath();
              now.ctx.moveTo(now.bbox.left, y);
              now.ctx.lineTo(now.bbox.left + now.bbox.width, y);
              now.ctx.stroke();
            },
          ],
        },
      },
      latest.current.data as uPlot.AlignedData,
      element,
    );
    plot.current = made;
    onReady?.(made);
    const watch = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== made.width) made.setSize({ width: element.clientWidth, height });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
      onReady?.(null);
    };
  }, [parts, group]);

  useEffect(() => {
    plot.current?.setData(data as uPlot.AlignedData, true);
  }, [data, zoom?.[0], zoom?.[1]]);

  const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const now = plot.current;
    if (event.key === 'Escape' && zoom) onZoom(null);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!now || step === 0) return;
    event.preventDefault();
    const from = now.scales.x!.min ?? Number.NEGATIVE_INFINITY;
    const to = now.scales.x!.max ?? Number.POSITIVE_INFINITY;
    const inView = data[0].map((_place, index) => index).filter((index) => data[0][index]! >= from && data[0][index]! <= to);
    const before = inView.indexOf(now.cursor.idx ?? -1);
    const index = inView[Math.max(0, Math.min(inView.length - 1, before < 0 ? 0 : before + step))];
    if (index === undefined) return;
    now.setCursor({ left: now.valToPos(data[0][index]!, 'x'), top: 24 });
    const readings = readAt(
      data,
      lines,
      index,
      lines.map(() => ''),
      (place) => place === data[0][index],
    );
    setSaid(`${placeText(data[0][index]!, horizontal)}: ${readings.map((one) => `${one.name} ${number(one.value)}`).join(', ')}`);
  };
  return (
    <>
      <div
        ref={box}
        className="chart"
        role="application"
        aria-roledescription="chart"
        aria-label={`${title} over ${horizontals[horizontal]}. Arrow keys read it value by value.`}
        tabIndex={0}
        style={{ height }}
        onKeyDown={onKey}
        onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
      />
      <span className="unseen" aria-live="polite">
        {said}
      </span>
    </>
  );
}

/** Few points are all marked; of many only those that no line reaches, which would else not be seen. */
function pointsOf(line: Line, isCrowd: boolean, fill: string): uPlot.Series.Points {
  if (line.at.length < 40 && !isCrowd) return { show: true, size: 4, fill };
  if (!line.values.includes(null)) return { show: false };
  return { show: true, size: 4, fill, filter: (plot, column) => lonely(plot.data[column] as (number | null | undefined)[]) };
}

const placeText = (x: number, horizontal: Horizontal): string =>
  horizontal === 'step'
    ? `step ${x.toLocaleString('en')}`
    : horizontal === 'relative'
      ? `${number(x)} s`
      : new Date(x * 1000).toLocaleString();

/** Times of one day as clock times, longer spans as days; in one line, for an axis has one. */
function timesText(places: readonly number[]): string[] {
  const [first = 0, second = 0] = places;
  const [span, step] = [(places.at(-1) ?? 0) - first, second - first];
  const day: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric' };
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const exact: Intl.DateTimeFormatOptions = { ...clock, second: '2-digit', ...(step < 1 ? { fractionalSecondDigits: 1 } : {}) };
  const shown = step >= 86_400 || span > 3 * 86_400 ? day : step < 60 ? exact : clock;
  return places.map((place) => new Date(place * 1000).toLocaleString(undefined, shown));
}

/** From the data, with a little air; a flat line stands in the middle. */
function pad(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  if (low === high) return low === 0 ? [-1, 1] : [low - Math.abs(low) * 0.1, low + Math.abs(low) * 0.1];
  const air = (high - low) * 0.06;
  return [low - air, high + air];
}
const widen = (low: number | null, high: number | null): [number, number] =>
  low === null || high === null ? [0, 1] : low === high ? [low - 1, high + 1] : [low, high];
