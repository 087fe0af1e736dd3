import { useMemo, useRef, useState } from 'react';
import type uPlot from 'uplot';
import { number } from '../format.ts';
import { Menu, PanelBoundary, toast } from '../kit.tsx';
import { BarList } from './bar-list.tsx';
import type { ChartSettings } from './chart-bar.tsx';
import { swatch } from './palette.ts';
import { saveNumbers, savePng, saveSvg } from './pictures.ts';
import { Plot } from './plot.tsx';
import { isPlottable, linesOf, newestOf, type Series } from './series.ts';

interface LineChartProps {
  title: string;
  series: readonly Series[];
  /** Points logged, where fewer are drawn. */
  total?: number;
  settings: ChartSettings;
  group?: string;
  height?: number;
  legend?: boolean;
  /** Counts stand on zero; other values begin where they are. */
  fromZero?: boolean;
}

/** One metric of one thing or several: a line where there is one, a number or bars where there is not; the same values as a table; picture and file. */
export function LineChart({
  title,
  series,
  total,
  settings,
  group,
  height = 200,
  legend = false,
  fromZero = false,
}: LineChartProps) {
  const [asTable, setAsTable] = useState(false);
  const plot = useRef<uPlot | null>(null);
  const { horizontal, smoothing, log, zoom, setZoom } = settings;
  const lines = useMemo(() => linesOf(series, horizontal, smoothing, log), [series, horizontal, smoothing, log]);
  const plottable = isPlottable(series);
  const count = series.reduce((sum, one) => sum + one.points.length, 0);
  return (
    <section className="card chart-card" aria-label={`Chart of ${title}`}>
      <header>
        <h3 className="clip" title={title}>
          {title}
        </h3>
        {series.length === 1 && plottable && <span className="tabular">{number(newestOf(series[0]!))}</span>}
        <Menu
          label={`Actions of ${title}`}
          compact
          icon="more"
          tone="quiet"
          items={[
            {
              label: asTable ? 'Show as chart' : 'Show as table',
              icon: asTable ? 'chart' : 'table',
              act: () => setAsTable(!asTable),
            },
            {
              label: 'Save PNG',
              icon: 'download',
              reason: plot.current || plottable ? null : 'There is no chart to draw',
              act: () => plot.current && savePng(title, plot.current.ctx.canvas, lines),
            },
            {
              label: 'Save SVG',
              icon: 'download',
              reason: plottable ? null : 'There is no chart to draw',
              act: () => saveSvg(title, lines, log),
            },
            { label: 'Save CSV', icon: 'download', act: () => saveNumbers(title, series) },
            {
              label: 'Copy link',
              icon: 'link',
              act: () => {
                void navigator.clipboard?.writeText(window.location.href);
                toast('Copied the address of this view.');
              },
            },
          ]}
        />
      </header>
      <PanelBoundary>
        {asTable ? (
          <ValueTable title={title} series={series} height={height} byTime={horizontal === 'time'} />
        ) : !plottable ? (
          <BarList values={series.map((one) => ({ id: one.id, name: one.name, colour: one.colour, value: newestOf(one) }))} />
        ) : (
          <Plot
            title={title}
            lines={lines}
            horizontal={horizontal}
            log={log}
            zoom={zoom}
            onZoom={setZoom}
            height={height}
            fromZero={fromZero}
            {...(group ? { group } : {})}
            onReady={(ready) => {
              plot.current = ready;
            }}
          />
        )}
      </PanelBoundary>
      {legend && series.length > 1 && plottable && <Legend series={series} />}
      {total !== undefined && total > count && (
        <span className="caption">
          {count.toLocaleString('en')} of {total.toLocaleString('en')} points drawn; every peak is among them
        </span>
      )}
    </section>
  );
}

/** More names than these say nothing at a look. */
const mostNames = 24;

export const Legend = ({ series }: { series: readonly Pick<Series, 'id' | 'name' | 'colour'>[] }) => (
  <ul className="legend">
    {series.slice(0, mostNames).map((one) => (
      <li key={one.id}>
        <i style={{ background: swatch(one.colour) }} aria-hidden="true" />
        <span className="clip" title={one.name}>
          {one.name}
        </span>
      </li>
    ))}
    {series.length > mostNames && <li>and {series.length - mostNames} more; hover a line for its name</li>}
  </ul>
);

const mostRows = 2_000;

function ValueTable({
  title,
  series,
  height,
  byTime,
}: {
  title: string;
  series: readonly Series[];
  height: number;
  byTime: boolean;
}) {
  const rows = series.flatMap((one) => one.points.map((point) => ({ ...point, name: one.name }))).slice(0, mostRows);
  return (
    <div className="table-wrap" style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={`Values of ${title}`}>
      <table>
        <thead>
          <tr>
            {series.length > 1 && <th scope="col">Name</th>}
            <th scope="col" className="number">
              {byTime ? 'Time' : 'Step'}
            </th>
            <th scope="col" className="number">
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: points have no other identity
            <tr key={index}>
              {series.length > 1 && <td>{row.name}</td>}
              <td className="number">{byTime ? new Date(row.time).toLocaleString() : row.step.toLocaleString('en')}</td>
              <td className="number">{number(row.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === mostRows && <p className="caption">The first {mostRows.toLocaleString('en')}; the CSV has all.</p>}
    </div>
  );
}
