import { type Expression, type SqlBool, sql } from 'kysely';
import {
  type Context,
  compare,
  type Field,
  fields,
  filterFault,
  invalidField,
  type Page,
  Problem,
  parseFilter,
  type SortKey,
  type Term,
} from '../platform/index.ts';
import type { Trace } from './trace.ts';
import { tracesWhere } from './trace-store.ts';

/** What the words before the first dot mean. A bare key is an attribute. */
const entities = {
  tag: 'tag',
  tags: 'tag',
  metadata: 'metadata',
  request_metadata: 'metadata',
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  trace: 'attribute',
  span: 'span',
  feedback: 'feedback',
  expectation: 'expectation',
} as const;
type Entity = (typeof entities)[keyof typeof entities];

const endTime = sql`(traces.request_time + coalesce(traces.duration, 0))`;
const attributes: Record<string, Field> = {
  request_id: fields.text('traces.id'),
  trace_id: fields.text('traces.id'),
  experiment_id: fields.text('traces.experimentId'),
  client_request_id: fields.text('traces.clientRequestId', { nullable: true }),
  name: fields.text('traces.name', { nullable: true }),
  run_id: fields.text('traces.runId', { nullable: true }),
  status: fields.text(sql`upper(replace(traces.state, '-', '_'))`),
  timestamp: fields.integer('traces.requestTime'),
  execution_time: fields.integer('traces.duration', { nullable: true }),
  end_time: fields.integer(endTime),
};
attributes.timestamp_ms = attributes.timestamp!;
attributes.execution_time_ms = attributes.execution_time!;
attributes.end_time_ms = attributes.end_time!;
attributes.state = attributes.status!;

export interface TraceSearch {
  /** The right was asked for on each of them. */
  experimentIds: string[];
  filter?: string | undefined;
  /** `timestamp DESC`, `tags.team` */
  orderBy: string[];
  limit: number;
  cursor?: string | undefined;
  /** Keys that a client has for tags or metadata and that are attributes here, by the attribute's name. */
  asAttributes: Readonly<Record<string, string>>;
}

const pointers = { filter: 'filter', order: 'order_by', cursor: 'page_token' };

/** A page of traces by keyset, newest first unless ordered otherwise; missing values stand last in both directions. */
export async function searchTraces(ctx: Context, search: TraceSearch): Promise<Page<Trace>> {
  const terms = parseFilter(search.filter, { entities, regular: true, pointer: pointers.filter }).map((term) =>
    resolve(term, search.asAttributes),
  );
  const where = compileTerms(terms);
  const keys = orderOf(search.orderBy, search.asAttributes);
  if (search.experimentIds.length === 0) return { items: [], nextCursor: null };
  const { limit, cursor, experimentIds, orderBy } = search;
  try {
    return await tracesWhere(ctx, {
      experimentIds,
      where,
      keys,
      order: `traces ${JSON.stringify(orderBy)}`,
      limit,
      cursor,
      pointer: pointers.cursor,
    });
  } catch (error) {
    // What is no regular expression only PostgreSQL can say.
    if ((error as { code?: string }).code === '2201B')
      throw new Problem(
        400,
        'invalid-input',
        `filter: RLIKE has no regular expression that can be read: ${(error as Error).message}`,
      );
    throw error;
  }
}

interface TraceTerm extends Term {
  entity: Entity;
}

function resolve(term: Term, asAttributes: Readonly<Record<string, string>>): TraceTerm {
  const entity = (term.entity ?? 'attribute') as Entity;
  if ((entity === 'tag' || entity === 'metadata') && Object.hasOwn(asAttributes, term.key))
    return { ...term, entity: 'attribute', key: asAttributes[term.key]! };
  // Whatever a span holds, under the name that people know from the search field.
  if (entity === 'attribute' && term.key.toLowerCase() === 'text') return { ...term, entity: 'span', key: 'content' };
  return { ...term, entity };
}

/** All that is asked of spans must hold of one and the same. */
function compileTerms(terms: readonly TraceTerm[]): Expression<SqlBool>[] {
  const ofSpan = terms.filter((term) => term.entity === 'span').map(spanTerm);
  const others = terms.filter((term) => term.entity !== 'span').map(otherTerm);
  if (ofSpan.length === 0) return others;
  const found = sql<SqlBool>`exists (select 1 from spans s where s.project_id = traces.project_id and s.trace_id = traces.id
    and ${sql.join(ofSpan, sql` and `)})`;
  return [...others, found];
}

function otherTerm(term: TraceTerm): Expression<SqlBool> {
  const { entity, key } = term;
  if (entity === 'tag') return text(sql`traces.tags->>${key}::text`, term);
  if (entity === 'metadata') return text(sql`traces.metadata->>${key}::text`, term);
  if (entity === 'feedback' || entity === 'expectation') return judgement(entity, term);
  return attributeTerm(term);
}

function attributeTerm(term: TraceTerm): Expression<SqlBool> {
  const name = term.key.toLowerCase();
  if (name === 'prompt') return promptTerm(term);
  const field = attributeOf(name, (detail) => filterFault(pointers.filter, term.position, detail));
  if (field.type !== 'text') return compare(field.column, field.type, term, pointers.filter);
  if (name === 'run_id' && term.operator === '=') {
    const linked = sql`select 1 from trace_runs l where l.project_id = traces.project_id and l.trace_id = traces.id and l.run_id = ${String(term.value)}`;
    return sql<SqlBool>`(${text(field.column, term)} or exists (${linked}))`;
  }
  // States are written in capitals by the clients.
  const value = name === 'status' || name === 'state' ? upper(term.value) : term.value;
  return text(field.column, { ...term, value });
}

const upper = (value: Term['value']): Term['value'] =>
  Array.isArray(value) ? value.map((one) => one.toUpperCase()) : typeof value === 'string' ? value.toUpperCase() : value;

function attributeOf(name: string, fault: (detail: string) => Error): Field {
  const found = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (found) return found;
  throw fault(
    `"${name.slice(0, 100)}" is no attribute of traces; there are request_id, client_request_id, name, status, run_id, prompt, text, timestamp_ms, execution_time_ms, end_time_ms, and tags.<key>, metadata.<key>, span.name, span.type, span.status, span.content, span.attributes.<key>, feedback.<name>, expectation.<name>`,
  );
}

function promptTerm({ operator, value, position }: TraceTerm): Expression<SqlBool> {
  const match = operator === '=' && typeof value === 'string' ? /^([^/]+)\/(\d{1,9})$/.exec(value) : null;
  if (!match) throw filterFault(pointers.filter, position, `prompts are found by prompt = 'name/version' alone`);
  return sql<SqlBool>`exists (select 1 from trace_prompts p where p.project_id = traces.project_id and p.trace_id = traces.id
    and p.name = ${match[1]} and p.version = ${Number(match[2])})`;
}

function spanTerm(term: TraceTerm): Expression<SqlBool> {
  const { key } = term;
  const attribute = /^attributes\.(.+)$/s.exec(key)?.[1];
  if (attribute !== undefined) return text(sql`s.content->'attributes'->>${attribute}::text`, term);
  switch (key.toLowerCase()) {
    case 'name':
      return text(sql`s.name`, term);
    case 'type':
      return text(sql`s.type`, term);
    case 'status':
      return text(sql`upper(s.status)`, { ...term, value: upper(term.value) });
    case 'content':
      if (term.operator !== 'like' && term.operator !== 'ilike')
        throw filterFault(pointers.filter, term.position, 'what a span holds is compared with LIKE or ILIKE alone');
      return text(sql`(s.name || ' ' || s.content::text)`, term);
    default:
      throw filterFault(
        pointers.filter,
        term.position,
        `"${key.slice(0, 100)}" is not of spans; they have name, type, status, content and attributes.<key>`,
      );
  }
}

/** Only judgements that count. Numbers are compared as numbers, all else as it is written. */
function judgement(kind: 'feedback' | 'expectation', term: TraceTerm): Expression<SqlBool> {
  const valid = sql`select 1 from assessments a where a.project_id = traces.project_id and a.trace_id = traces.id
    and a.kind = ${kind} and a.name = ${term.key} and a.is_valid`;
  if (term.operator === 'is null') return sql<SqlBool>`not exists (${valid})`;
  if (term.operator === 'is not null') return sql<SqlBool>`exists (${valid})`;
  const written = typeof term.value === 'string' && /^[<>]=?$/.test(term.operator) ? Number(term.value) : term.value;
  if (typeof written === 'number' && Number.isNaN(written))
    throw filterFault(pointers.filter, term.position, `${term.operator} takes a number`);
  const fits =
    typeof written === 'number'
      ? compare(
          sql`case when jsonb_typeof(a.value) = 'number' then (a.value #>> '{}')::float8 end`,
          'number',
          { ...term, value: written },
          pointers.filter,
        )
      : text(sql`coalesce(a.written_value, a.value #>> '{}')`, term);
  return sql<SqlBool>`exists (${valid} and ${fits})`;
}

const longestPattern = 200;

/** A text, by regular expression as well. No back references: with them alone a search can take for ever. */
function text(column: Expression<unknown>, term: TraceTerm): Expression<SqlBool> {
  if (term.operator !== 'rlike') return compare(column, 'text', term, pointers.filter);
  const { value, position } = term;
  if (typeof value !== 'string' || value.length > longestPattern || /\\\d/.test(value))
    throw filterFault(
      pointers.filter,
      position,
      `RLIKE takes a regular expression in quotes of at most ${longestPattern} characters without back references`,
    );
  return sql<SqlBool>`${column} ~ ${value}`;
}

function orderOf(orderBy: string[], asAttributes: Readonly<Record<string, string>>): SortKey[] {
  const keys = orderBy.map((clause): SortKey => {
    const match = /^\s*(.+?)(?:\s+(asc|desc))?\s*$/is.exec(clause);
    if (!match) throw invalidField(pointers.order, `"${clause.slice(0, 100)}" is not a key with ASC or DESC`);
    return { ...keyOf(match[1]!, asAttributes), descending: match[2]?.toLowerCase() === 'desc' };
  });
  return [
    ...keys,
    { ...fields.integer('traces.requestTime'), descending: true },
    { ...fields.text('traces.id'), descending: false },
    // Several projects may have a trace in common, though hardly ever in one search.
    { ...fields.text('traces.projectId'), descending: false },
  ];
}

/** The key of an order is that of a filter: the same parser reads it. */
function keyOf(written: string, asAttributes: Readonly<Record<string, string>>): Omit<SortKey, 'descending'> {
  const terms = parseFilter(`${written} IS NULL`, { entities, pointer: pointers.order });
  const { entity, key } = resolve(terms[0]!, asAttributes);
  if (terms.length > 1) throw invalidField(pointers.order, `"${written.slice(0, 100)}" is more than one key`);
  if (entity === 'attribute') return attributeOf(key.toLowerCase(), (detail) => invalidField(pointers.order, detail));
  if (entity === 'tag' || entity === 'metadata') {
    const values = sql.ref(entity === 'tag' ? 'traces.tags' : 'traces.metadata');
    // The beginning is order enough, and keeps cursors short.
    return { column: sql`left(${values}->>${key}::text, 250)`, type: 'text', nullable: true };
  }
  throw invalidField(pointers.order, `traces are ordered by attributes, tags and metadata, not by ${entity}s; they have several`);
}
