import type { Context } from '../platform/index.ts';
import { listPredictions, type StoredPrediction } from '../predictions/index.ts';
import { newestLabels } from './ground-truth-store.ts';
import { ownColumns } from './investigation.ts';
import type { ReferenceColumns } from './watch.ts';

/** A table in memory: names and rows, null where there is nothing. */
export interface PlainTable {
  columns: string[];
  rows: unknown[][];
}

const mostRows = 20_000;
const mostColumns = 2_000;
const predictionsAtOnce = 500;

/** Rows that a channel was asked since a time, oldest first, with what was answered and, where it is known, what was true. */
export async function windowRows(
  ctx: Context,
  channel: { deploymentId: string; channel: string },
  since: string,
  names: readonly string[],
): Promise<PlainTable & { labelledCount: number }> {
  const truths = new Map(
    (await newestLabels(ctx, { ...channel, versionId: null }, mostRows, since)).map((label) => [
      `${label.predictionId}.${label.rowNumber}`,
      JSON.parse(label.value) as unknown,
    ]),
  );
  const predictions = await predictionsSince(ctx, channel, since);
  const columns = new Map<string, number>();
  for (const prediction of predictions)
    for (const name of namesIn(prediction, names))
      if (columns.size < mostColumns && !columns.has(name)) columns.set(name, columns.size);
  const rows: unknown[][] = [];
  let labelledCount = 0;
  for (const prediction of predictions) {
    const here = namesIn(prediction, names).map((name) => columns.get(name));
    for (const [number, values] of prediction.rows.entries()) {
      const cells: unknown[] = Array(columns.size).fill(null);
      for (const [index, value] of values.entries()) if (here[index] !== undefined) cells[here[index]] = value;
      const id = `${prediction.id}.${number}`;
      if (truths.has(id)) labelledCount++;
      rows.push([
        ...cells,
        prediction.id,
        number,
        prediction.at,
        prediction.versionId,
        prediction.status,
        prediction.latencyMilliseconds,
        prediction.outputs[number] ?? null,
        truths.get(id) ?? null,
      ]);
    }
  }
  return { columns: [...columns.keys(), ...ownColumns], rows, labelledCount };
}

/** Newest first from the log, and as many as fit; then in their own order. */
async function predictionsSince(
  ctx: Context,
  { deploymentId, channel }: { deploymentId: string; channel: string },
  since: string,
): Promise<StoredPrediction[]> {
  const found: StoredPrediction[] = [];
  let rowCount = 0;
  for (let before: number | null = null; ; ) {
    const page = await listPredictions(ctx, deploymentId, { before, limit: predictionsAtOnce, filter: { channel } });
    for (const prediction of page) {
      if (prediction.at < since || rowCount >= mostRows) return found.reverse();
      found.push(prediction);
      rowCount += Math.max(1, prediction.rows.length);
    }
    if (page.length < predictionsAtOnce) return found.reverse();
    before = page.at(-1)!.sequence;
  }
}

/** Tensors have no names: theirs are those of the reference, or numbers. */
function namesIn({ columns, rows }: StoredPrediction, known: readonly string[]): readonly string[] {
  if (columns.length > 0) return columns;
  const width = Math.max(0, ...rows.map((row) => row.length));
  return known.length >= width ? known.slice(0, width) : Array.from({ length: width }, (_, index) => String(index));
}

/** The values of a reference as a table. */
export function asTable(columns: ReferenceColumns): PlainTable {
  const names = Object.keys(columns);
  const length = Math.max(0, ...names.map((name) => columns[name]!.values.length));
  return {
    columns: names,
    rows: Array.from({ length }, (_, row) => names.map((name) => columns[name]!.values[row] ?? null)),
  };
}

/** CSV as data: every value as it is. For programs, not for spreadsheets: nothing is made harmless. */
export function csvOf({ columns, rows }: PlainTable): Buffer {
  return Buffer.from(`${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) || text === '' || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
