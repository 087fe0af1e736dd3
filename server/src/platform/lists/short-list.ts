import type { TObject, TSchema } from 'typebox';
import { decodeCursor, encodeCursor } from '../http/paging.ts';
import { invalidField } from '../problem.ts';
import type { FieldType } from './compare.ts';
import { filterFault, parseFilter, type Term } from './filter-grammar.ts';
import { type ListQuery, listQuery, type Page } from './list.ts';

type Value = string | number | boolean | null;

/** A list that is short by nature and read whole (members, goals, tiers): it filters, sorts and pages like every other, without SQL. */
export interface ShortList {
  name: string;
  /** Every field of an item that holds one value, from its schema. */
  fields: Readonly<Record<string, FieldType>>;
  sort: string;
  id: readonly string[];
  query: ReturnType<typeof listQuery>;
}

/**
 * @param sort as a caller would write it: `-createdAt`
 * @param id fields that together are unique among the items
 */
export function defineShortList<S extends TObject>(
  name: string,
  item: S,
  { sort, id }: { sort: string; id: (keyof S['properties'] & string)[] },
): ShortList {
  const fields = Object.fromEntries(
    Object.entries(item.properties as Record<string, TSchema>).flatMap(([field, schema]) => {
      const type = typeOf(schema as Shape);
      return type ? [[field, type] as const] : [];
    }),
  );
  return { name, fields, sort, id, query: listQuery(Object.keys(fields), Object.keys(fields), sort) };
}

/** One page of items that were read whole. */
export function readShortList<T extends object>(list: ShortList, all: readonly T[], query: ListQuery): Page<T> {
  const sort = query.sort ?? list.sort;
  const descending = sort.startsWith('-');
  const name = descending ? sort.slice(1) : sort;
  if (!Object.hasOwn(list.fields, name))
    throw invalidField('query/sort', `can be ${Object.keys(list.fields).join(', ')}, with a minus in front for descending`);
  const terms = parseFilter(query.filter, { pointer: 'query/filter' });
  const tests = terms.map((term) => testOf(list.fields, term));
  const fieldOf = (item: T, field: string): Value => ((item as Record<string, unknown>)[field] ?? null) as Value;
  const keyOf = (item: T): Value[] => [name, ...list.id].map((field) => fieldOf(item, field));
  const order = `${list.name} ${sort}`;
  const rows = all
    .filter((item) => tests.every(({ field, holds }) => holds(fieldOf(item, field))))
    .toSorted((a, b) => compareKeys(keyOf(a), keyOf(b), descending));
  const after = decodeCursor(query.cursor, 2 + list.id.length);
  if (after && after[0] !== order)
    throw invalidField('query/cursor', 'is not a cursor of this list in this order; use the one of the answer before, unchanged');
  const rest = after ? rows.filter((item) => compareKeys(keyOf(item).map(plain), after.slice(1), descending) > 0) : rows;
  const items = rest.slice(0, query.limit ?? 50);
  const last = items.at(-1);
  return { items, nextCursor: rest.length > items.length && last ? encodeCursor([order, ...keyOf(last).map(plain)]) : null };
}

interface Shape {
  type?: string;
  format?: string;
  anyOf?: Shape[];
  enum?: unknown[];
  const?: unknown;
}

/** What a schema holds; null for lists and objects. */
function typeOf(schema: Shape): FieldType | null {
  const options = schema.anyOf?.filter((one) => one.type !== 'null');
  if (options) {
    const types = new Set(options.map(typeOf));
    return types.size === 1 ? [...types][0]! : null;
  }
  if (schema.type === 'string' || typeof schema.const === 'string') return schema.format === 'date-time' ? 'time' : 'text';
  if (schema.type === 'integer') return 'integer';
  if (schema.type === 'number') return 'number';
  return schema.type === 'boolean' ? 'flag' : null;
}

const plain = (value: Value): string | number | null => (typeof value === 'boolean' ? Number(value) : value);

/** Missing values stand last in both directions, as in every list. */
function compareKeys(a: readonly Value[], b: readonly Value[], descending: boolean): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? null;
    if (value === other) continue;
    if (value === null) return 1;
    if (other === null) return -1;
    return (value < other ? -1 : 1) * (descending ? -1 : 1);
  }
  return 0;
}

/** As `compare.ts` says it in SQL: nothing but IS NULL holds where there is no value. */
function testOf(fields: ShortList['fields'], term: Term): { field: string; holds(value: Value): boolean } {
  const type = Object.hasOwn(fields, term.key) && !term.entity ? fields[term.key]! : null;
  const fault = (detail: string) => filterFault('query/filter', term.position, detail);
  if (!type) throw fault(`there is no "${term.key.slice(0, 100)}" here; there are ${Object.keys(fields).join(', ')}`);
  const { key, operator } = term;
  if (operator === 'is null') return { field: key, holds: (value) => value === null };
  if (operator === 'is not null') return { field: key, holds: (value) => value !== null };
  const wanted = wantedOf(type, term, fault);
  const holds = (value: Value): boolean => {
    const given = type === 'time' ? Date.parse(String(value)) : value;
    switch (operator) {
      case 'in':
        return (wanted as string[]).includes(String(given));
      case 'not in':
        return !(wanted as string[]).includes(String(given));
      case 'like':
        return likeness(String(wanted), '').test(String(given));
      case 'ilike':
        return likeness(String(wanted), 'i').test(String(given));
      case 'rlike':
        throw fault('RLIKE is not taken here; use LIKE');
      case '=':
        return given === wanted;
      case '!=':
        return given !== wanted;
      case '<':
        return given! < wanted;
      case '<=':
        return given! <= wanted;
      case '>':
        return given! > wanted;
      case '>=':
        return given! >= wanted;
    }
  };
  return { field: key, holds: (value) => value !== null && holds(value) };
}

const byType: Record<FieldType, readonly Term['operator'][]> = {
  text: ['=', '!=', 'like', 'ilike', 'in', 'not in'],
  integer: ['=', '!=', '<', '<=', '>', '>='],
  number: ['=', '!=', '<', '<=', '>', '>='],
  time: ['=', '!=', '<', '<=', '>', '>='],
  flag: ['=', '!='],
};

function wantedOf(
  type: FieldType,
  { key, operator, value }: Term,
  fault: (detail: string) => Error,
): string | number | boolean | string[] {
  if (!byType[type].includes(operator))
    throw fault(`"${key}" cannot be compared with ${operator}; use ${byType[type].join(', ')}`);
  if (operator === 'in' || operator === 'not in') return (value as unknown[]).map(String);
  if (type === 'text') {
    if (typeof value !== 'string') throw fault(`"${key}" is text; put the value in single quotes`);
    return value;
  }
  if (type === 'flag') {
    const given = String(value).toLowerCase();
    if (given !== 'true' && given !== 'false') throw fault(`"${key}" is true or false; write ${key} = 'true'`);
    return given === 'true';
  }
  if (type === 'time') {
    const time = typeof value === 'number' ? value : Date.parse(String(value));
    if (!Number.isFinite(time)) throw fault(`"${key}" is a time; give one as '2026-01-31' or '2026-01-31T08:00:00Z'`);
    return time;
  }
  if (typeof value !== 'number') throw fault(`"${key}" is a number; give one without quotes`);
  return value;
}

/** % and _ of LIKE; everything else stands for itself. */
const likeness = (pattern: string, flags: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('%', '[^]*')
      .replaceAll('_', '[^]')}$`,
    `u${flags}`,
  );
