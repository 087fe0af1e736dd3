import { type TSchema, Type } from 'typebox';
import { invalidField } from '../problem.ts';
import { oneOf } from './schemas.ts';

/** Query of every list: `limit` 1-1000 (default 50), the `cursor` of the answer before, and `format=csv` for all of it as a table. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50, description: 'How many items at most.' })),
  cursor: Type.Optional(Type.String({ maxLength: 8000, description: '`nextCursor` of the answer before.' })),
  format: Type.Optional(oneOf(['json', 'csv'], 'csv: every page in one table; the same by Accept: text/csv.')),
};

export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });

/** A cursor made by hand, for what is no table (commits, templates). Lists of tables are declared by `defineList` and read by `readPage`. */
export function encodeCursor(values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws 400 on anything that `encodeCursor` did not make with that many values */
export function decodeCursor(cursor: string | undefined, length: number): (string | number | null)[] | null {
  if (cursor === undefined) return null;
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const wellFormed =
      Array.isArray(values) &&
      values.length === length &&
      values.every(
        (value) => value === null || typeof value === 'number' || (typeof value === 'string' && !value.includes('\u0000')),
      );
    if (wellFormed) return values;
  } catch {
    // Answered below.
  }
  throw invalidField('query/cursor', 'is not a cursor of this list; use nextCursor of the answer before, unchanged');
}

/** Cuts a result that was read with one row too many into a page. */
export function page<T>(
  rows: T[],
  limit: number,
  cursorOf: (last: T) => readonly (string | number | null)[],
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(cursorOf(last)) : null };
}
