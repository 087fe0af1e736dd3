import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, compare, fields, filterFault, invalidField, type Page, type SortKey } from '../platform/index.ts';
import { type Comparison, compileRunFilter, parseComparisons, runAttribute } from './filter.ts';
import type { RunRow } from './tracking.ts';
import { type OrderJoin, runsWhere } from './tracking-store.ts';

export interface RunSearch {
  /** The right was asked for on each of them, or on the project. */
  in: { experimentIds: string[] } | { projectId: string };
  filter?: string | undefined;
  /** `metrics.auc DESC`, `start_time`, `params.depth asc` */
  orderBy?: string[];
  view?: 'active' | 'deleted' | 'all';
  limit: number;
  cursor?: string | undefined;
  /** Keys that a client has for tags and that are attributes here, by the attribute's name. */
  tagAttributes?: Readonly<Record<string, string>>;
  /** Where filter, order and cursor came from, for errors. */
  pointers?: { filter: string; order: string; cursor: string };
}

const wirePointers = { filter: 'filter', order: 'order_by', cursor: 'page_token' };

/** A page of runs by keyset, in any order, missing and NaN values last in both directions. */
export async function searchRuns(ctx: Context, search: RunSearch): Promise<Page<RunRow>> {
  const { pointers = wirePointers, orderBy = [], view = 'active', tagAttributes = {} } = search;
  const where = compileRunFilter(
    parseComparisons(search.filter, pointers.filter).map((one) => asAttribute(one, tagAttributes)),
    pointers.filter,
  );
  if (view !== 'all') where.push(sql<SqlBool>`runs.lifecycle = ${view}`);
  const { keys, joins, byMetric } = orderOf(orderBy, pointers.order, tagAttributes);
  if ('experimentIds' in search.in && search.in.experimentIds.length === 0) return { items: [], nextCursor: null };
  return runsWhere(ctx, {
    in: search.in,
    where,
    joins,
    byMetric,
    keys,
    order: `runs ${JSON.stringify(orderBy)}`,
    limit: search.limit,
    cursor: search.cursor,
    pointer: pointers.cursor,
  });
}

function orderOf(
  orderBy: string[],
  pointer: string,
  tagAttributes: Readonly<Record<string, string>>,
): { keys: SortKey[]; joins: OrderJoin[]; byMetric: OrderJoin | null } {
  if (orderBy.length > 20) throw invalidField(pointer, 'has more than 20 keys');
  const joins: OrderJoin[] = [];
  let firstIsMetric = false;
  const keys = orderBy.map((clause, index): SortKey => {
    const match = /^\s*(.+?)(?:\s+(asc|desc))?\s*$/is.exec(clause);
    if (!match) throw invalidField(pointer, `"${clause.slice(0, 100)}" is not a key with ASC or DESC`);
    const key = keyOf(match[1]!, pointer, joins, tagAttributes);
    if (index === 0) firstIsMetric = joins[0]?.table === 'latestMetrics';
    return { ...key, descending: match[2]?.toLowerCase() === 'desc' };
  });
  keys.push({ ...fields.integer('runs.startTime'), descending: true }, { ...fields.text('runs.id'), descending: false });
  const byMetric = firstIsMetric && joins[0] ? joins[0] : null;
  return { keys, joins, byMetric };
}

const asAttribute = (comparison: Comparison, tagAttributes: Readonly<Record<string, string>>): Comparison =>
  comparison.entity === 'tag' && Object.hasOwn(tagAttributes, comparison.key)
    ? { ...comparison, entity: 'attribute', key: tagAttributes[comparison.key]! }
    : comparison;

/** The key of an order is that of a filter: the same parser reads it. */
function keyOf(
  text: string,
  pointer: string,
  joins: OrderJoin[],
  tagAttributes: Readonly<Record<string, string>>,
): Omit<SortKey, 'descending'> {
  const terms = parseComparisons(`${text} IS NULL`, pointer);
  const { entity, key } = asAttribute(terms[0]!, tagAttributes);
  if (terms.length > 1) throw invalidField(pointer, `"${text.slice(0, 100)}" is more than one key`);
  if (entity === 'attribute') {
    // Ties of our own times are those of the clients' numbers, which have an index.
    const name = { startedat: 'start_time', endedat: 'end_time' }[key.toLowerCase()] ?? key;
    return runAttribute(name, (detail) => invalidField(pointer, detail));
  }
  if (entity === 'dataset') throw invalidField(pointer, 'datasets are no order of runs; a run may have several');
  const alias = `order_${joins.length}`;
  joins.push({ alias, table: ({ metric: 'latestMetrics', param: 'runParams', tag: 'runTags' } as const)[entity], key });
  const value = sql.ref(`${alias}.value`);
  return entity === 'metric'
    ? { column: sql`nullif(${value}, 'NaN'::float8)`, type: 'number', nullable: true }
    : // The beginning is order enough, and keeps cursors short.
      { column: sql`left(${value}, 250)`, type: 'text', nullable: true };
}

/** Predicates of a filter over experiments, in the clients' names. */
export function compileExperimentFilter(filter: string | undefined): Expression<SqlBool>[] {
  return parseComparisons(filter).map((comparison) => {
    const { entity, key, position } = comparison;
    if (entity === 'tag') return compareTag(sql.ref('experiments.tags'), comparison);
    if (entity === 'attribute' && key === 'name') return compare(sql.ref('experiments.name'), 'text', comparison);
    if (entity === 'attribute' && key === 'experiment_id') return compare(sql.ref('experiments.id'), 'text', comparison);
    if (entity === 'attribute' && (key === 'creation_time' || key === 'last_update_time'))
      return compare(sql.ref(`experiments.${key === 'creation_time' ? 'created_time' : 'updated_time'}`), 'integer', comparison);
    throw filterFault(
      'filter',
      position,
      `"${key.slice(0, 100)}" is not of experiments; they have name, experiment_id, creation_time, last_update_time and tags`,
    );
  });
}

/** A value in a JSON object of texts. */
export const compareTag = (
  column: Expression<unknown>,
  comparison: { key: string } & Parameters<typeof compare>[2],
  pointer?: string,
) => compare(sql`${column}->>${comparison.key}::text`, 'text', comparison, pointer);
