import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, invalidField } from '../platform/index.ts';
import { type Comparison, compareNumber, compareText, compileRunFilter, parseFilter } from './filter.ts';
import type { LoggedModel, RunRow } from './tracking.ts';
import { modelsWhere, runsWhere } from './tracking-store.ts';

export interface RunSearch {
  experimentIds: string[];
  filter?: string | undefined;
  /** `metrics.auc DESC`, `start_time`, `params.depth asc` */
  orderBy?: string[];
  view?: 'active' | 'deleted' | 'all';
  limit: number;
  offset?: number;
}

/** Runs of some experiments; the right was asked on each experiment before. */
export async function searchRuns(ctx: Context, search: RunSearch): Promise<RunRow[]> {
  if (search.experimentIds.length === 0) return [];
  const where: Expression<SqlBool>[] = [
    sql<SqlBool>`runs.experiment_id = any(${search.experimentIds}::text[])`,
    ...compileRunFilter(parseFilter(search.filter)),
  ];
  const view = search.view ?? 'active';
  if (view !== 'all') where.push(sql<SqlBool>`runs.lifecycle = ${view}`);
  return runsWhere(ctx, { where, order: orderOf(search.orderBy ?? []), limit: search.limit, offset: search.offset ?? 0 });
}

function orderOf(orderBy: string[]): Expression<unknown>[] {
  if (orderBy.length > 20) throw invalidField('order_by', 'has more than 20 keys');
  const orders = orderBy.map((clause) => {
    const match = /^\s*(.+?)(?:\s+(asc|desc))?\s*$/i.exec(clause);
    if (!match) throw invalidField('order_by', `"${clause.slice(0, 100)}" is not a key with ASC or DESC`);
    const direction = match[2]?.toLowerCase() === 'desc' ? sql`desc` : sql`asc`;
    // Missing and NaN stand last in both directions.
    return sql`${keyExpression(match[1]!)} ${direction} nulls last`;
  });
  return [...orders, sql`runs.start_time desc`, sql`runs.id`];
}

/** The key of an order is that of a filter: the same parser reads it. */
function keyExpression(key: string): Expression<unknown> {
  const [{ entity, key: name } = { entity: 'attribute', key: '' }] = parseFilter(`${key} = ''`) as Comparison[];
  if (entity === 'metric')
    return sql`(select nullif(m.value, 'NaN'::float8) from latest_metrics m where m.run_id = runs.id and m.key = ${name})`;
  if (entity === 'param') return sql`(select p.value from run_params p where p.run_id = runs.id and p.key = ${name})`;
  if (entity === 'tag') return sql`(select t.value from run_tags t where t.run_id = runs.id and t.key = ${name})`;
  const columns: Record<string, string> = {
    start_time: 'start_time',
    created: 'start_time',
    end_time: 'end_time',
    status: 'status',
    run_name: 'name',
    'run name': 'name',
    name: 'name',
    run_id: 'id',
    user_id: 'user_id',
    artifact_uri: 'id',
  };
  const column = columns[name.toLowerCase()];
  if (!column) throw invalidField('order_by', `"${name}" is no attribute of runs`);
  return sql.ref(`runs.${column}`);
}

/** Predicates of a filter over experiments. */
export function compileExperimentFilter(filter: string | undefined): Expression<SqlBool>[] {
  return parseFilter(filter).map((comparison) => {
    const { entity, key, operator } = comparison;
    if (entity === 'tag') {
      if (operator === 'is null') return sql<SqlBool>`not (experiments.tags ? ${key})`;
      if (operator === 'is not null') return sql<SqlBool>`experiments.tags ? ${key}`;
      return compareText(sql`experiments.tags->>${key}::text`, comparison);
    }
    if (entity === 'attribute' && key === 'name') return compareText(sql.ref('experiments.name'), comparison);
    if (entity === 'attribute' && key === 'experiment_id') return compareText(sql.ref('experiments.id'), comparison);
    if (entity === 'attribute' && (key === 'creation_time' || key === 'last_update_time'))
      return compareNumber(sql.ref(`experiments.${key === 'creation_time' ? 'created_time' : 'updated_time'}`), comparison);
    throw invalidField('filter', `has "${key}"; experiments have name, experiment_id, creation_time, last_update_time and tags`);
  });
}

/** Logged models of some experiments. */
export async function searchLoggedModels(
  ctx: Context,
  search: { experimentIds: string[]; filter?: string | undefined; limit: number; offset: number },
): Promise<LoggedModel[]> {
  const columns: Record<string, string> = {
    name: 'name',
    model_id: 'id',
    model_type: 'model_type',
    status: 'status',
    source_run_id: 'source_run_id',
  };
  const numbers: Record<string, string> = {
    creation_time: 'created_time',
    creation_timestamp: 'created_time',
    last_updated_time: 'updated_time',
    last_updated_timestamp: 'updated_time',
  };
  const where = parseFilter(search.filter).map((comparison) => {
    const { entity, key } = comparison;
    if (entity === 'tag') return compareText(sql`logged_models.tags->>${key}::text`, comparison);
    if (entity === 'param') return compareText(sql`logged_models.params->>${key}::text`, comparison);
    const column = columns[key];
    if (entity === 'attribute' && column) {
      const value =
        column === 'status' && typeof comparison.value === 'string' ? comparison.value.toLowerCase() : comparison.value;
      return compareText(sql.ref(`logged_models.${column}`), { ...comparison, value });
    }
    if (entity === 'attribute' && numbers[key]) return compareNumber(sql.ref(`logged_models.${numbers[key]}`), comparison);
    throw invalidField(
      'filter',
      `has "${key}"; logged models have ${[...Object.keys(columns), ...Object.keys(numbers)].join(', ')}, tags and params`,
    );
  });
  if (search.experimentIds.length === 0) return [];
  return modelsWhere(
    ctx,
    [sql<SqlBool>`logged_models.experiment_id = any(${search.experimentIds}::text[])`, ...where],
    search.limit,
    search.offset,
  );
}
