import { useAddress } from '../address.ts';
import { Button } from '../kit.tsx';
import type { Zoom } from './plot.tsx';
import { type Horizontal, horizontals } from './series.ts';

export interface ChartSettings {
  horizontal: Horizontal;
  /** 0 to 0.99; 0 shows what was logged alone. */
  smoothing: number;
  log: boolean;
  zoom: Zoom;
  setZoom: (zoom: Zoom) => void;
}

/** How all charts of the page are drawn, from its address. */
export function useChartSettings(): ChartSettings {
  const [address, change] = useAddress();
  const [from, to] = (address.zoom ?? '').split('..').map(Number);
  return {
    horizontal: address.x && address.x in horizontals ? (address.x as Horizontal) : 'step',
    smoothing: Math.min(0.99, Math.max(0, Number(address.smooth) || 0)),
    log: address.log === '1',
    zoom: address.zoom && Number.isFinite(from) && Number.isFinite(to) ? [from!, to!] : null,
    setZoom: (zoom) => change({ zoom: zoom ? zoom.map((value) => Number(value.toPrecision(8))).join('..') : null }),
  };
}

/** One bar steers all charts of a page. */
export function ChartBar({ settings }: { settings: ChartSettings }) {
  const [, change] = useAddress();
  return (
    <div className="chart-bar">
      <label className="row">
        <span className="caption">Across</span>
        <select
          aria-label="Across"
          value={settings.horizontal}
          onChange={(event) => change({ x: event.target.value === 'step' ? null : event.target.value, zoom: null })}
        >
          <option value="step">step</option>
          <option value="relative">time since start</option>
          <option value="time">clock time</option>
        </select>
      </label>
      <label className="row">
        <span className="caption">Smoothing</span>
        <input
          type="range"
          min="0"
          max="0.98"
          step="0.02"
          aria-label="Smoothing"
          value={settings.smoothing}
          onChange={(event) => change({ smooth: event.target.value === '0' ? null : event.target.value }, 'replace')}
        />
        <span className="caption tabular">{settings.smoothing.toFixed(2)}</span>
      </label>
      <label className="check">
        <input type="checkbox" checked={settings.log} onChange={(event) => change({ log: event.target.checked ? '1' : null })} />{' '}
        Log scale
      </label>
      {settings.zoom && <Button onClick={() => settings.setZoom(null)}>Reset zoom</Button>}
    </div>
  );
}
