import { recentEffect } from './statistics/panel.ts';
import { evidenceOf } from './statistics/sequential-test.ts';
import type { Watch } from './watch.ts';

/** What one signal showed in a window. */
export interface WindowSignal {
  /** Logarithm to base 10 of the e-value. */
  evidence: number;
  location: number | null;
  populationStability: number;
  missing: number;
}

const rowsOfWindow = 50;
/** Once a monitor has so many windows, each lasts a minute at least. */
const quickWindows = 200;
const leastMilliseconds = 60_000;

export interface ClosedWindow {
  number: number;
  fromAt: string;
  toAt: string;
  rowCount: number;
  signals: Record<string, WindowSignal>;
}

/** Adds rows to the window that is open. @returns the window when it is full */
export function closeWindow(watch: Watch, at: string, rows: number): ClosedWindow | null {
  watch.window ??= { from: at, rows: 0 };
  const { window } = watch;
  window.rows += rows;
  const lasts = Date.parse(at) - Date.parse(window.from);
  if (window.rows < rowsOfWindow || (watch.windowCount >= quickWindows && lasts < leastMilliseconds)) return null;
  const signals: Record<string, WindowSignal> = {};
  for (const panel of [watch.features, watch.answers]) {
    for (const signal of panel?.signals ?? []) {
      const effect = recentEffect(signal, window.rows);
      signals[signal.name] = {
        evidence: round(Math.log10(Math.max(1e-9, evidenceOf(signal.test).eValue))),
        location: effect.location === null ? null : round(effect.location),
        populationStability: round(effect.populationStability),
        missing: round(effect.missing),
      };
    }
  }
  watch.window = null;
  return { number: watch.windowCount++, fromAt: window.from, toAt: at, rowCount: window.rows, signals };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
