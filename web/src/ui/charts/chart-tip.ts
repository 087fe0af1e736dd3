import type uPlot from 'uplot';
import { number } from '../format.ts';
import { type Aligned, columnsOf, type Line } from './series.ts';

export interface Reading {
  name: string;
  colour: string;
  value: number;
}

/** The values of all lines at a place of the chart, greatest first; a line without a point there gives its nearest, if that is near. */
export function readAt(
  data: Aligned,
  lines: readonly Line[],
  index: number,
  colours: readonly string[],
  isNear: (x: number) => boolean,
): Reading[] {
  let column = 1;
  return lines
    .flatMap((line, place) => {
      const row = data[column] as (number | null | undefined)[];
      column += columnsOf(line).length;
      const value = nearest(row, data[0], index, isNear);
      return typeof value === 'number' ? [{ name: line.name, colour: colours[place]!, value }] : [];
    })
    .sort((a, b) => b.value - a.value);
}

function nearest(
  row: readonly (number | null | undefined)[],
  places: readonly number[],
  index: number,
  isNear: (x: number) => boolean,
) {
  if (row[index] !== undefined) return row[index];
  for (let step = 1; step < row.length; step++) {
    const [before, after] = [index - step, index + step];
    const near = [before, after].filter((one) => one >= 0 && one < row.length && isNear(places[one]!));
    if (near.length === 0) return undefined;
    for (const one of near) if (row[one] !== undefined) return row[one];
  }
  return undefined;
}

const shownLines = 12;

/** The floating list of values beside the cursor. */
export function makeTip(over: HTMLElement): { show(plot: uPlot, title: string, readings: Reading[]): void; hide(): void } {
  const box = document.createElement('div');
  box.className = 'chart-tip';
  box.hidden = true;
  over.append(box);
  const line = (className: string, ...parts: (string | HTMLElement)[]): HTMLElement => {
    const element = document.createElement('div');
    element.className = className;
    element.append(...parts);
    return element;
  };
  return {
    hide: () => {
      box.hidden = true;
    },
    show: (plot, title, readings) => {
      const rows = readings.slice(0, shownLines).map((reading) => {
        const mark = document.createElement('i');
        mark.style.background = reading.colour;
        const value = document.createElement('b');
        value.textContent = number(reading.value);
        const name = document.createElement('span');
        name.textContent = reading.name;
        return line('reading', mark, name, value);
      });
      const rest = readings.length - shownLines;
      box.replaceChildren(line('caption', title), ...rows, ...(rest > 0 ? [line('caption', `and ${rest} lower`)] : []));
      box.hidden = readings.length === 0;
      const left = plot.cursor.left ?? 0;
      const flip = left + 16 + box.offsetWidth > over.clientWidth;
      box.style.left = `${Math.max(0, flip ? left - 16 - box.offsetWidth : left + 16)}px`;
      box.style.top = `${Math.max(0, Math.min((plot.cursor.top ?? 0) - 8, over.clientHeight - box.offsetHeight))}px`;
    },
  };
}
