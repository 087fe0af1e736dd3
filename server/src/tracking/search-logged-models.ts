import { type Expression, type SqlBool, sql } from 'kysely';
import {
  type Context,
  compare,
  type Field,
  fields,
  filterFault,
  invalidField,
  type Page,
  type SortKey,
} from '../platform/index.ts';
import { type Comparison, parseComparisons } from './filter.ts';
import { modelsWhere } from './logged-model-store.ts';
import { compareTag } from './search-runs.ts';
import type { LoggedModel } from './tracking.ts';

const attributes: Record<string, Field> = {
  name: fields.text('loggedModels.name'),
  model_id: fields.text('loggedModels.id'),
  model_type: fields.text('loggedModels.modelType', { nullable: true }),
  status: fields.text('loggedModels.status'),
  source_run_id: fields.text('loggedModels.sourceRunId', { nullable: true }),
  creation_time: fields.integer('loggedModels.createdTime'),
  creation_timestamp: fields.integer('loggedModels.createdTime'),
  creation_timestamp_ms: fields.integer('loggedModels.createdTime'),
  last_updated_time: fields.integer('loggedModels.updatedTime'),
  last_updated_timestamp: fields.integer('loggedModels.updatedTime'),
  last_updated_timestamp_ms: fields.integer('loggedModels.updatedTime'),
};
const attributeOf = (key: string): Field | undefined => (Object.hasOwn(attributes, key) ? attributes[key] : undefined);

/** A dataset on which metrics count; without a digest, in whatever state. */
export interface MetricDataset {
  name: string;
  digest?: string | undefined;
}

export interface LoggedModelSearch {
  /** The right was asked for on each of them. */
  experimentIds: string[];
  filter?: string | undefined;
  /** When given, terms on metrics hold for values on one of these alone. */
  datasets?: MetricDataset[];
  orderBy?: { field: string; descending: boolean; dataset?: MetricDataset | undefined }[];
  limit: number;
  cursor?: string | undefined;
}

/** Logged models of some experiments, newest first unless ordered otherwise; missing and NaN values stand last in both directions. */
export async function searchLoggedModels(ctx: Context, search: LoggedModelSearch): Promise<Page<LoggedModel>> {
  const { datasets = [], orderBy = [] } = search;
  const where = parseComparisons(search.filter).map((comparison) => predicateOf(comparison, datasets));
  if (search.experimentIds.length === 0) return { items: [], nextCursor: null };
  where.unshift(sql<SqlBool>`logged_models.experiment_id = any(${search.experimentIds}::text[])`);
  const keys: SortKey[] = orderBy.map(({ field, descending, dataset }) => ({ ...orderOf(field, dataset), descending }));
  return modelsWhere(ctx, {
    where,
    keys: [
      ...keys,
      { ...fields.integer('loggedModels.createdTime'), descending: true },
      { ...fields.text('loggedModels.id'), descending: false },
    ],
    order: `logged-models ${JSON.stringify(orderBy)}`,
    limit: search.limit,
    cursor: search.cursor,
    pointer: 'page_token',
  });
}

function predicateOf(comparison: Comparison, datasets: readonly MetricDataset[]): Expression<SqlBool> {
  const { entity, key, value, position } = comparison;
  if (entity === 'tag') return compareTag(sql.ref('loggedModels.tags'), comparison);
  if (entity === 'param') return compareTag(sql.ref('loggedModels.params'), comparison);
  if (entity === 'metric') {
    const measured = sql`select 1 from logged_model_metrics m where m.model_id = logged_models.id and m.key = ${key} ${onDatasets(datasets)}`;
    if (comparison.operator === 'is null') return sql<SqlBool>`not exists (${measured})`;
    if (comparison.operator === 'is not null') return sql<SqlBool>`exists (${measured})`;
    return sql<SqlBool>`exists (${measured} and ${compare(sql.ref('m.value'), 'number', comparison)})`;
  }
  const field = entity === 'attribute' ? attributeOf(key) : undefined;
  if (!field)
    throw filterFault(
      'filter',
      position,
      `"${key.slice(0, 100)}" is not of logged models; they have ${Object.keys(attributes).join(', ')}, metrics, params and tags`,
    );
  return compare(field.column, field.type, key === 'status' ? { ...comparison, value: stateOf(value) } : comparison);
}

/** Clients write states in capitals, some with a word in front. */
const stateOf = (value: Comparison['value']): Comparison['value'] =>
  Array.isArray(value)
    ? value.map((one) => stateOf(one) as string)
    : typeof value === 'string'
      ? value.toLowerCase().replace(/^logged_model_(upload_)?/, '')
      : value;

const onDatasets = (datasets: readonly MetricDataset[]) =>
  datasets.length === 0
    ? sql``
    : sql`and (${sql.join(
        datasets.map(({ name, digest }) =>
          digest === undefined ? sql`m.dataset_name = ${name}` : sql`(m.dataset_name = ${name} and m.dataset_digest = ${digest})`,
        ),
        sql` or `,
      )})`;

/** The key of an order is that of a filter: the same parser reads it. */
function orderOf(text: string, dataset: MetricDataset | undefined): Field {
  const [term, more] = parseComparisons(`${text} IS NULL`, 'order_by') as [Comparison, Comparison?];
  if (more) throw invalidField('order_by', `"${text.slice(0, 100)}" is more than one key`);
  const { entity, key } = term;
  if (dataset && entity !== 'metric')
    throw invalidField('order_by', `"${text.slice(0, 100)}" is no metric, so it has no dataset`);
  if (entity === 'metric')
    return fields.number(
      sql`(select nullif(m.value, 'NaN'::float8) from logged_model_metrics m where m.model_id = logged_models.id and m.key = ${key}
        ${onDatasets(dataset ? [dataset] : [])} order by m.step desc, m.time desc, m.value desc limit 1)`,
      { nullable: true },
    );
  if (entity === 'param' || entity === 'tag')
    return fields.text(sql`left(${sql.ref(`loggedModels.${entity}s`)}->>${key}::text, 250)`, { nullable: true });
  const field = entity === 'attribute' ? attributeOf(key) : undefined;
  if (!field)
    throw invalidField(
      'order_by',
      `"${text.slice(0, 100)}" is not of logged models; they have ${Object.keys(attributes).join(', ')}`,
    );
  return field;
}
