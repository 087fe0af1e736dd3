import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { AnyRoute } from '../http/route.ts';
import type { Page } from './list.ts';

interface Shape {
  type?: string;
  properties?: Record<string, Shape>;
  items?: Shape;
  anyOf?: Shape[];
}

/** The schema of one item of a route that answers a page; null for any other route. */
export function itemOfPage(definition: AnyRoute): TSchema | null {
  const { properties } = (definition.response[200] ?? {}) as Shape;
  return definition.method === 'GET' && properties?.items?.items && properties.nextCursor
    ? (properties.items.items as TSchema)
    : null;
}

export function wantsCsv(request: FastifyRequest): boolean {
  const { format } = request.query as { format?: string };
  if (format) return format === 'csv';
  // Only who names it first gets it: browsers and scripts take anything and mean JSON.
  return /^\s*text\/csv\s*(?:[;,]|$)/i.test(request.headers.accept ?? '');
}

/** Where a page of an export is read, a thousand rows at a time. */
export const exportLimit = 1000;

/**
 * A whole list as CSV, from the page in hand through all that follow. Columns are those of the answer's schema, so that nothing is shown
 * here that JSON would not show.
 */
export function sendCsv(
  reply: FastifyReply,
  item: TSchema,
  first: Page<object>,
  next: (cursor: string) => Promise<Page<object>>,
): FastifyReply {
  const columns = columnsOf(item as Shape);
  async function* lines() {
    yield `${columns.map(({ name }) => cell(name)).join(',')}\r\n`;
    for (let page = first; ; ) {
      const rows = page.items.map((row) => columns.map(({ path }) => cell(valueAt(row, path))).join(','));
      if (rows.length > 0) yield `${rows.join('\r\n')}\r\n`;
      if (page.nextCursor === null) return;
      page = await next(page.nextCursor);
    }
  }
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="export.csv"')
    .send(Readable.from(lines()));
}

/** Nested objects become columns of their own, `cost.amount`; lists and free objects stay JSON in one cell. */
function columnsOf(shape: Shape, path: string[] = []): { name: string; path: string[] }[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, given]) => {
    const inner = given.anyOf?.find((one) => one.properties) ?? given;
    const here = [...path, key];
    return inner.properties ? columnsOf(inner, here) : [{ name: here.join('.'), path: here }];
  });
}

const valueAt = (row: object, path: string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], row);

/** A spreadsheet would run text that begins so: a quote in front makes it text. Numbers of ours are no text. */
const formula = /^[=+\-@\t\r]/;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
