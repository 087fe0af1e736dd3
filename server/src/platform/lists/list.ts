import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { Type } from 'typebox';
import { pageQuery } from '../http/paging.ts';
import { invalidField } from '../problem.ts';
import { compare, type FieldType } from './compare.ts';
import { filterFault, parseFilter, type Term } from './filter-grammar.ts';
import { cursorAfter, keyValues, orderOf, readCursor, rowsAfter, type SortKey } from './keyset.ts';

/** A field of a list: what its answers call it, where it is in the database, and what it holds. */
export interface Field {
  column: Expression<unknown>;
  type: FieldType;
  nullable?: boolean;
  /** False for what is too dear to sort by. */
  sortable?: boolean;
}

/** Keys under a word, as `tags.team`: each with its own SQL. */
export interface KeyedFields {
  /** Also written so: `tags`, `tag`. */
  words: readonly string[];
  compare(term: Term): Expression<SqlBool>;
}

export interface ListDefinition {
  /** Stable name, part of every cursor. */
  name: string;
  fields: Readonly<Record<string, Field>>;
  keyed?: readonly KeyedFields[];
  /** As a caller would write it: `-createdAt`. */
  sort: string;
  /** Unique and never null: what orders rows that are otherwise equal. A field's name. */
  id: string;
}

export interface ListQuery {
  limit?: number | undefined;
  cursor?: string | undefined;
  sort?: string | undefined;
  filter?: string | undefined;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface List {
  definition: ListDefinition;
  /** The query of its route: limit, cursor, sort, filter, format, with the fields named. */
  query: ReturnType<typeof queryOf>;
}

/** Declares what a list can be filtered and sorted by; `readPage` reads it. */
export const defineList = (definition: ListDefinition): List => ({ definition, query: queryOf(definition) });

/** Fields in few words: `text('jobs.name')`. A reference or an expression. */
const field =
  (type: FieldType) =>
  (column: string | Expression<unknown>, more: Pick<Field, 'nullable' | 'sortable'> = {}): Field => ({
    column: typeof column === 'string' ? sql.ref(column) : column,
    type,
    ...more,
  });
export const fields = {
  text: field('text'),
  integer: field('integer'),
  number: field('number'),
  time: field('time'),
  flag: field('flag'),
};

/**
 * One page of a list, filtered and sorted as the caller asked, by keyset: whatever is inserted meanwhile, no row comes twice and none is
 * left out. `select` brings columns and the rows that the caller may see.
 *
 * @example readPage(jobList, ctx.db.selectFrom('jobs').select(columns).where(readable), query)
 */
export async function readPage<DB, TB extends keyof DB, O>(
  { definition }: List,
  select: SelectQueryBuilder<DB, TB, O>,
  query: ListQuery,
): Promise<Page<O>> {
  const limit = query.limit ?? 50;
  const sort = query.sort ?? definition.sort;
  const keys = keysOf(definition, sort);
  let reading = select;
  for (const term of parseFilter(query.filter, { entities: entitiesOf(definition), pointer: 'query/filter' }))
    reading = reading.where(compile(definition, term));
  return readKeyset(reading, { order: `${definition.name} ${sort}`, keys, limit, cursor: query.cursor });
}

/** The same for an order made by hand. `order` names list and order for the cursor. */
export async function readKeyset<DB, TB extends keyof DB, O>(
  select: SelectQueryBuilder<DB, TB, O>,
  {
    order,
    keys,
    limit,
    cursor,
    pointer,
  }: {
    order: string;
    keys: readonly SortKey[];
    limit: number;
    cursor?: string | undefined;
    pointer?: string;
  },
): Promise<Page<O>> {
  const after = readCursor(order, keys, cursor, pointer);
  let reading = select.select(keyValues(keys).as('keyValues'));
  if (after) reading = reading.where(rowsAfter(keys, after));
  for (const key of orderOf(keys)) reading = reading.orderBy(key);
  const rows = (await reading.limit(limit + 1).execute()) as (O & { keyValues: (string | null)[] })[];
  const last = rows[limit - 1];
  const nextCursor = rows.length > limit && last ? cursorAfter(order, last.keyValues) : null;
  const items = rows.slice(0, limit).map(({ keyValues: _keys, ...row }) => row as unknown as O);
  return { items, nextCursor };
}

function keysOf({ fields, id }: ListDefinition, sort: string): SortKey[] {
  const descending = sort.startsWith('-');
  const name = descending ? sort.slice(1) : sort;
  const found = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!found || found.sortable === false)
    throw invalidField('query/sort', `can be ${sortable(fields).join(', ')}, with a minus in front for descending`);
  const keys: SortKey[] = [{ ...found, descending }];
  if (name !== id) keys.push({ ...fields[id]!, descending });
  return keys;
}

function compile({ fields, keyed = [] }: ListDefinition, term: Term): Expression<SqlBool> {
  if (term.entity) return keyed.find(({ words }) => words[0] === term.entity)!.compare(term);
  const found = Object.hasOwn(fields, term.key) ? fields[term.key] : undefined;
  if (found) return compare(found.column, found.type, term, 'query/filter');
  throw filterFault(
    'query/filter',
    term.position,
    `there is no "${term.key.slice(0, 100)}" here; there are ${namesOf({ fields, keyed }).join(', ')}`,
  );
}

const entitiesOf = ({ keyed }: ListDefinition): Record<string, string> | undefined =>
  keyed && Object.fromEntries(keyed.flatMap(({ words }) => words.map((word) => [word, words[0]!])));

const sortable = (all: ListDefinition['fields']): string[] => Object.keys(all).filter((name) => all[name]!.sortable !== false);

const namesOf = ({ fields, keyed = [] }: Pick<ListDefinition, 'fields' | 'keyed'>): string[] => [
  ...Object.keys(fields),
  ...keyed.map(({ words }) => `${words[0]}.<key>`),
];

const queryOf = (definition: ListDefinition) => listQuery(sortable(definition.fields), namesOf(definition), definition.sort);

/** The query of every list, with what it can be sorted and filtered by named. */
export const listQuery = (sortableBy: readonly string[], filterableBy: readonly string[], sort: string) => ({
  ...pageQuery,
  sort: Type.Optional(
    Type.String({
      maxLength: 100,
      description: `${sortableBy.join(', ')}; a minus in front for descending; ${sort} unless said otherwise.`,
    }),
  ),
  filter: Type.Optional(
    Type.String({
      maxLength: 32_768,
      description: `Terms joined by AND, as name LIKE 'a%' AND createdAt > '2026-01-31', over ${filterableBy.join(', ')}.`,
    }),
  ),
});
