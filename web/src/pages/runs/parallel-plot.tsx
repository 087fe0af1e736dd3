import { useMemo, useState } from 'react';
import { colourVariable, dashOf } from '../../ui/charts/palette.ts';
import { number } from '../../ui/format.ts';
import { Button, Panel } from '../../ui/kit.tsx';
import type { ComparedRun } from '../compare.tsx';
import { axesOf } from './parallel-axes.ts';

const [width, height, top, bottom] = [1120, 280, 36, 16];

type Ranges = Record<string, [low: number, high: number]>;

/** One line a run across all that differs; ranges on the axes leave lines out. The values below say the same in words. */
export function ParallelPlot({ runs }: { runs: readonly ComparedRun[] }) {
  const axes = useMemo(() => axesOf(runs, (value) => number(Number(value.toPrecision(3)))), [runs]);
  const [ranges, setRanges] = useState<Ranges>({});
  const [lifted, setLifted] = useState<string | null>(null);
  if (axes.length < 2 || runs.length < 3) return null;
  const x = (index: number): number => 72 + (index * (width - 144)) / (axes.length - 1);
  const y = (at: number): number => height - bottom - at * (height - top - bottom);
  const isIn = (run: ComparedRun): boolean =>
    axes.every((axis) => {
      const range = ranges[axis.id];
      const at = axis.places.get(run.id);
      return !range || (at !== undefined && at >= range[0] - 1e-9 && at <= range[1] + 1e-9);
    });
  const inside = runs.filter(isIn);
  const brush = (id: string, from: number, event: React.PointerEvent<SVGRectElement>): void => {
    const box = event.currentTarget.ownerSVGElement!.getBoundingClientRect();
    const at = (clientY: number): number => {
      const inPicture = ((clientY - box.top) / box.height) * height;
      return Math.min(1, Math.max(0, (height - bottom - inPicture) / (height - top - bottom)));
    };
    const now = at(event.clientY);
    setRanges((before) => ({ ...before, [id]: [Math.min(from, now), Math.max(from, now)] }));
  };
  return (
    <Panel
      title="Parameters and results"
      aside={
        <>
          <span className="caption" aria-live="polite">
            {inside.length === runs.length ? `${runs.length} runs` : `${inside.length} of ${runs.length} runs`}
          </span>
          {Object.keys(ranges).length > 0 && <Button onClick={() => setRanges({})}>Show all</Button>}
        </>
      }
    >
      <div className="parallel" tabIndex={0} role="region" aria-label="Parallel coordinates">
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="group"
          aria-label={`Parallel coordinates of ${runs.length} runs over ${axes.map((axis) => axis.name).join(', ')}`}
        >
          {runs.map((run) => {
            let pen = 'M';
            const path = axes
              .map((axis, index) => {
                const at = axis.places.get(run.id);
                if (at === undefined) {
                  pen = 'M';
                  return '';
                }
                const part = `${pen}${x(index)} ${y(at).toFixed(1)}`;
                pen = 'L';
                return part;
              })
              .join('');
            const faded = !isIn(run) || (lifted !== null && lifted !== run.id);
            return (
              <path
                key={run.id}
                d={path}
                className={faded ? 'faded' : undefined}
                stroke={colourVariable(run.colour)}
                strokeDasharray={dashOf(run.colour).join(' ')}
                onPointerEnter={() => setLifted(run.id)}
                onPointerLeave={() => setLifted(null)}
              >
                <title>{run.name}</title>
              </path>
            );
          })}
          {axes.map((axis, index) => (
            <g key={axis.id} transform={`translate(${x(index)} 0)`}>
              <line y1={top} y2={height - bottom} />
              <text y={16} textAnchor="middle" className={axis.kind}>
                {axis.name.length > 22 ? `${axis.name.slice(0, 20)}…` : axis.name}
                <title>{axis.name}</title>
              </text>
              {axis.marks.map((mark) => (
                <text key={mark.text} x={6} y={y(mark.at) + 4} className="mark">
                  {mark.text}
                </text>
              ))}
              {ranges[axis.id] && (
                <rect
                  className="range"
                  x={-5}
                  width={10}
                  y={y(ranges[axis.id]![1])}
                  height={Math.max(2, y(ranges[axis.id]![0]) - y(ranges[axis.id]![1]))}
                />
              )}
              <rect
                className="brush"
                role="slider"
                tabIndex={0}
                aria-label={`Least of ${axis.name}; arrow keys move it, Escape shows all`}
                aria-orientation="vertical"
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={Math.round(100 * (ranges[axis.id]?.[0] ?? 0))}
                onKeyDown={(event) => {
                  const step = event.key === 'ArrowUp' ? 0.1 : event.key === 'ArrowDown' ? -0.1 : 0;
                  if (event.key === 'Escape') setRanges(({ [axis.id]: _gone, ...rest }) => rest);
                  if (step === 0) return;
                  event.preventDefault();
                  const [low, high] = ranges[axis.id] ?? [0, 1];
                  setRanges({ ...ranges, [axis.id]: [Math.min(high, Math.max(0, low + step)), high] });
                }}
                x={-12}
                y={top}
                width={24}
                height={height - top - bottom}
                onPointerDown={(event) => {
                  event.currentTarget.setPointerCapture(event.pointerId);
                  const box = event.currentTarget.ownerSVGElement!.getBoundingClientRect();
                  const inPicture = ((event.clientY - box.top) / box.height) * height;
                  event.currentTarget.dataset.from = String((height - bottom - inPicture) / (height - top - bottom));
                }}
                onPointerMove={(event) => {
                  const { from } = event.currentTarget.dataset;
                  if (from) brush(axis.id, Number(from), event);
                }}
                onPointerUp={(event) => {
                  delete event.currentTarget.dataset.from;
                }}
                onDoubleClick={() => setRanges(({ [axis.id]: _gone, ...rest }) => rest)}
              />
            </g>
          ))}
        </svg>
      </div>
    </Panel>
  );
}
