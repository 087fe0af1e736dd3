import { saveFile, toCsv } from '../csv.ts';
import { number } from '../format.ts';
import { colourVariable, dashOf, resolveColour } from './palette.ts';
import type { Line, Series } from './series.ts';

/** The chart as it is on screen, with its title and names, on the ground of the theme. */
export function savePng(title: string, canvas: HTMLCanvasElement, lines: readonly Line[]): void {
  const ratio = window.devicePixelRatio || 1;
  const [head, foot] = [28 * ratio, (lines.length > 1 ? 20 * Math.ceil(lines.length / 3) + 8 : 8) * ratio];
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height + head + foot;
  const context = picture.getContext('2d')!;
  context.fillStyle = resolveColour('var(--bg)');
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, 0, head);
  context.font = `600 ${13 * ratio}px "Inter Variable", sans-serif`;
  context.fillStyle = resolveColour('var(--text-1)');
  context.fillText(title, 12 * ratio, 19 * ratio);
  context.font = `${11 * ratio}px "Inter Variable", sans-serif`;
  if (lines.length > 1)
    lines.forEach((line, index) => {
      const x = 12 * ratio + (index % 3) * (picture.width / 3);
      const y = head + canvas.height + (16 + 20 * Math.floor(index / 3)) * ratio;
      context.fillStyle = resolveColour(colourVariable(line.colour));
      context.fillRect(x, y - 7 * ratio, 10 * ratio, 3 * ratio);
      context.fillStyle = resolveColour('var(--text-2)');
      context.fillText(line.name, x + 16 * ratio, y);
    });
  picture.toBlob((blob) => blob && saveFile(`${title}.png`, blob));
}

/** The lines as shapes that stay sharp at any size. */
export function saveSvg(title: string, lines: readonly Line[], log: boolean): void {
  const [width, height, left, top, right, bottom] = [720, 400, 64, 40, 16, 32];
  const scale = (value: number): number => (log ? Math.log10(value) : value);
  const drawn = lines.map((line) => ({ ...line, values: line.smoothed ?? line.values }));
  const xs = drawn.flatMap((line) => line.at);
  const ys = drawn.flatMap((line) => line.values.filter((value) => value !== null)).map(scale);
  const [x0, x1, y0, y1] = [least(xs), greatest(xs), least(ys), greatest(ys)];
  const x = (value: number): number => left + ((value - x0) / (x1 - x0 || 1)) * (width - left - right);
  const y = (value: number): number => height - bottom - ((scale(value) - y0) / (y1 - y0 || 1)) * (height - top - bottom);
  const text = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const [ink, faint, ground, lineColour] = ['--text-1', '--text-3', '--bg', '--line'].map((name) =>
    resolveColour(`var(${name})`),
  );
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const value = y0 + part * (y1 - y0);
    const at = height - bottom - part * (height - top - bottom);
    return `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" stroke="${lineColour}"/><text x="${left - 8}" y="${at + 4}" text-anchor="end" fill="${faint}">${number(log ? 10 ** value : value)}</text>`;
  });
  const ends = [x0, x1].map(
    (value, index) =>
      `<text x="${x(value)}" y="${height - 10}" text-anchor="${index ? 'end' : 'start'}" fill="${faint}">${number(value)}</text>`,
  );
  const paths = drawn.map((line) => {
    let pen = 'M';
    const path = line.at
      .map((place, index) => {
        const value = line.values[index];
        if (value === null || value === undefined) {
          pen = 'M';
          return '';
        }
        const part = `${pen}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
        pen = 'L';
        return part;
      })
      .join('');
    return `<path d="${path}" fill="none" stroke="${resolveColour(colourVariable(line.colour))}" stroke-width="1.5" stroke-dasharray="${dashOf(line.colour).join(' ')}"><title>${text(line.name)}</title></path>`;
  });
  saveFile(
    `${title}.svg`,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Inter, sans-serif" font-size="11"><rect width="100%" height="100%" fill="${ground}"/><text x="12" y="22" font-size="13" font-weight="600" fill="${ink}">${text(title)}</text>${marks.join('')}${ends.join('')}${paths.join('')}</svg>`,
    'image/svg+xml',
  );
}

export function saveNumbers(title: string, series: readonly Series[]): void {
  const rows = series.flatMap((one) =>
    one.points.map((point) => [one.name, point.step, new Date(point.time).toISOString(), point.value]),
  );
  saveFile(`${title}.csv`, toCsv([['series', 'step', 'time', 'value'], ...rows]));
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
