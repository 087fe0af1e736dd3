import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { sha256 } from '../../kit/digest.ts';
import { invalidField } from '../problem.ts';
import type { FieldType } from './compare.ts';

/** One key of an order. Rows where it is null stand last in both directions. */
export interface SortKey {
  column: Expression<unknown>;
  type: FieldType;
  descending: boolean;
  /** It may be null; said only where it may, for an index is used more freely without. */
  nullable?: boolean;
}

/** The exact value as text, so that a cursor never rounds: times in microseconds, doubles to their last bit. */
const toText: Record<FieldType, (column: Expression<unknown>) => Expression<unknown>> = {
  text: (column) => column,
  integer: (column) => sql`(${column})::bigint::text`,
  number: (column) => sql`(${column})::float8::text`,
  time: (column) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`,
  flag: (column) => sql`(${column})::text`,
};

const fromText: Record<FieldType, (text: string) => Expression<unknown>> = {
  text: (text) => sql`${text}::text`,
  integer: (text) => sql`${text}::bigint`,
  number: (text) => sql`${text}::float8`,
  time: (text) => sql`(${text}::timestamp at time zone 'UTC')`,
  flag: (text) => sql`${text}::boolean`,
};

const wellFormed: Record<FieldType, (text: string) => boolean> = {
  text: (text) => !text.includes('\u0000') && text.isWellFormed(),
  integer: (text) => /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text),
  // What JavaScript rounds to zero or infinity PostgreSQL would refuse.
  number: (text) =>
    /^(NaN|-?Infinity|-?0)$/.test(text) ||
    (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) && Number.isFinite(Number(text)) && Number(text) !== 0),
  time: (text) => /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/.test(text),
  flag: (text) => text === 'true' || text === 'false',
};

/** A column that holds the values of all keys, from which `cursorAfter` makes the next cursor. */
export const keyValues = (keys: readonly SortKey[]): RawBuilder<(string | null)[]> =>
  sql<(string | null)[]>`json_build_array(${sql.join(keys.map(({ column, type }) => toText[type](column)))})`;

export const orderOf = (keys: readonly SortKey[]): Expression<unknown>[] =>
  keys.map(
    ({ column, descending, nullable }) =>
      sql`${column} ${descending ? sql`desc` : sql`asc`}${nullable ? sql` nulls last` : sql``}`,
  );

/**
 * What stands after a row, given by the values of its keys. The last key must be unique, so that pages neither repeat nor lose a row
 * whatever is inserted meanwhile.
 */
export function rowsAfter(keys: readonly SortKey[], values: readonly (string | null)[]): Expression<SqlBool> {
  const either: Expression<SqlBool>[] = [];
  const equal: Expression<SqlBool>[] = [];
  keys.forEach(({ column, type, descending, nullable }, index) => {
    const text = values[index] ?? null;
    if (text === null) {
      equal.push(sql<SqlBool>`${column} is null`);
      return;
    }
    const value = fromText[type](text);
    const beyond = sql<SqlBool>`${column} ${descending ? sql`<` : sql`>`} ${value}`;
    either.push(and([...equal, nullable ? sql<SqlBool>`(${beyond} or ${column} is null)` : beyond]));
    equal.push(sql<SqlBool>`${column} = ${value}`);
  });
  const after = either.length > 0 ? sql<SqlBool>`(${sql.join(either, sql` or `)})` : sql<SqlBool>`false`;
  const first = keys[0]!;
  const bound = values[0] ?? null;
  if (first.nullable || bound === null) return after;
  // The same said once more as one bound, by which an index on the first key is entered in the middle.
  return sql<SqlBool>`(${first.column} ${first.descending ? sql`<=` : sql`>=`} ${fromText[first.type](bound)} and ${after})`;
}

const and = (terms: Expression<SqlBool>[]): Expression<SqlBool> => sql<SqlBool>`(${sql.join(terms, sql` and `)})`;

/** `order` names list and sort in words; a cursor carries their mark and so is refused by any other. */
export const cursorAfter = (order: string, values: readonly (string | null)[]): string =>
  Buffer.from(JSON.stringify([markOf(order), ...values])).toString('base64url');

/** @throws 400 on anything that `cursorAfter` did not make for that order */
export function readCursor(
  order: string,
  keys: readonly SortKey[],
  cursor: string | undefined,
  pointer = 'query/cursor',
): (string | null)[] | null {
  if (cursor === undefined || cursor === '') return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed)) {
      const [mark, ...values] = parsed;
      const fits = keys.every((key, index) => isValueOf(key, values[index]));
      if (mark === markOf(order) && values.length === keys.length && fits) return values;
    }
  } catch {
    // Answered below.
  }
  throw invalidField(pointer, 'is not a cursor of this list in this order; use the one of the answer before, unchanged');
}

const isValueOf = ({ type, nullable }: SortKey, value: unknown): boolean =>
  value === null ? nullable === true : typeof value === 'string' && wellFormed[type](value);

const markOf = (order: string): string => sha256(order).slice(0, 10);
