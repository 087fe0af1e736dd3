import { type Expression, type SqlBool, sql } from 'kysely';
import { compare, type Field, fields, filterFault, parseFilter, type Term } from '../platform/index.ts';

/** What the words before the first dot mean in filters over runs, experiments and logged models. A bare key is an attribute. */
const entities = {
  metric: 'metric',
  metrics: 'metric',
  param: 'param',
  params: 'param',
  parameter: 'param',
  parameters: 'param',
  tag: 'tag',
  tags: 'tag',
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
  dataset: 'dataset',
  datasets: 'dataset',
} as const;

export interface Comparison extends Term {
  entity: (typeof entities)[keyof typeof entities];
}

/** @throws 400 that says what is wrong at which character */
export function parseComparisons(text: string | undefined, pointer = 'filter'): Comparison[] {
  return parseFilter(text, { entities, pointer }).map((term) => ({ ...term, entity: term.entity ?? 'attribute' }) as Comparison);
}

/** Clients may give any 64-bit number as a time; beyond the years that have a name it counts as the last of them. */
const timeOf = (column: string) =>
  sql`to_timestamp(least(greatest(${sql.ref(column)}, -62135596800000), 253402300799000) / 1000.0)`;

/** Attributes of runs, by the names of the clients and by those of our own answers, in lower case. */
const runAttributes: Record<string, Field> = {
  id: fields.text('runs.id'),
  run_id: fields.text('runs.id'),
  name: fields.text('runs.name'),
  run_name: fields.text('runs.name'),
  'run name': fields.text('runs.name'),
  status: fields.text('runs.status'),
  userid: fields.text('runs.userId'),
  user_id: fields.text('runs.userId'),
  experimentid: fields.text('runs.experimentId'),
  artifact_uri: fields.text('runs.id'),
  origin: fields.text('runs.origin'),
  jobid: fields.text('runs.jobId', { nullable: true }),
  commit: fields.text('runs.commit', { nullable: true }),
  environmentdigest: fields.text('runs.environmentDigest', { nullable: true }),
  start_time: fields.integer('runs.startTime'),
  created: fields.integer('runs.startTime'),
  end_time: fields.integer('runs.endTime', { nullable: true }),
  startedat: fields.time(timeOf('runs.startTime')),
  endedat: fields.time(timeOf('runs.endTime'), { nullable: true }),
};

/** An attribute of runs by any of its names. */
export function runAttribute(key: string, fault: (detail: string) => Error): Field {
  const found = Object.hasOwn(runAttributes, key.toLowerCase()) ? runAttributes[key.toLowerCase()] : undefined;
  if (found) return found;
  throw fault(
    `"${key.slice(0, 100)}" is no attribute of runs; there are id, name, status, startedAt, endedAt, userId, experimentId, origin, jobId, commit, environmentDigest, and metrics.<key>, params.<key>, tags.<key>, datasets.name`,
  );
}

/** A filter over runs as predicates. */
export function compileRunFilter(comparisons: readonly Comparison[], pointer = 'filter'): Expression<SqlBool>[] {
  return comparisons.map((comparison) => {
    const { entity, key } = comparison;
    if (entity === 'attribute') return attributeFilter(comparison, pointer);
    if (entity === 'dataset') return datasetFilter(comparison, pointer);
    if (entity === 'metric')
      return keyed(sql`latest_metrics`, comparison, key, compare(sql.ref('t.value'), 'number', comparison, pointer));
    return keyed(
      entity === 'param' ? sql`run_params` : sql`run_tags`,
      comparison,
      key,
      compare(sql.ref('t.value'), 'text', comparison, pointer),
    );
  });
}

/** A row of that key whose value fits; no row is what IS NULL asks for. */
function keyed(
  table: Expression<unknown>,
  { entity, operator }: Comparison,
  key: string,
  fits: Expression<SqlBool>,
): Expression<SqlBool> {
  // Values of metrics are found by experiment and key.
  const ofExperiment = entity === 'metric' ? sql`and t.experiment_id = runs.experiment_id` : sql``;
  const ofKey = sql`select 1 from ${table} t where t.run_id = runs.id and t.key = ${key} ${ofExperiment}`;
  if (operator === 'is null') return sql<SqlBool>`not exists (${ofKey})`;
  return operator === 'is not null' ? sql<SqlBool>`exists (${ofKey})` : sql<SqlBool>`exists (${ofKey} and ${fits})`;
}

function attributeFilter(comparison: Comparison, pointer: string): Expression<SqlBool> {
  const { key, value, position } = comparison;
  const { column, type } = runAttribute(key, (detail) => filterFault(pointer, position, detail));
  if (key.toLowerCase() !== 'status') return compare(column, type, comparison, pointer);
  // Clients write states in capitals, we in small letters: both find them.
  return compare(sql`upper(runs.status)`, type, { ...comparison, value: upper(value) }, pointer);
}

const upper = (value: Term['value']): Term['value'] =>
  Array.isArray(value) ? value.map((one) => one.toUpperCase()) : typeof value === 'string' ? value.toUpperCase() : value;

function datasetFilter(comparison: Comparison, pointer: string): Expression<SqlBool> {
  const columns: Record<string, Expression<unknown>> = {
    name: sql.ref('d.name'),
    digest: sql.ref('d.digest'),
    context: sql`d.tags->>'context'`,
  };
  const column = Object.hasOwn(columns, comparison.key) ? columns[comparison.key] : undefined;
  if (!column) throw filterFault(pointer, comparison.position, 'datasets have name, digest and context');
  return sql<SqlBool>`exists (select 1 from run_datasets d where d.run_id = runs.id and ${compare(column, 'text', comparison, pointer)})`;
}
