import { type Expression, type SqlBool, sql } from 'kysely';
import { invalidField } from '../platform/index.ts';

/**
 * The filter grammar that the MLflow clients send, for runs and experiments: comparisons joined by AND, parsed and compiled to SQL with
 * parameters. Never a word of the user's text becomes SQL.
 */
const maximumLength = 32_768;
const maximumTerms = 200;

export interface Comparison {
  entity: 'attribute' | 'metric' | 'param' | 'tag' | 'dataset';
  key: string;
  operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'ilike' | 'in' | 'not in' | 'is null' | 'is not null';
  value: string | number | string[] | null;
}

type Token = { kind: 'word' | 'quoted' | 'key' | 'number' | 'operator' | 'open' | 'close' | 'comma' | 'dot'; text: string };

const fault = (detail: string) => invalidField('filter', detail);

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const pattern =
    /\s+|(<=|>=|!=|=|<|>)|(\()|(\))|(,)|'((?:[^'\\]|\\.|'')*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`|(-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?![\w.]))|([\p{L}_][\p{L}\p{N}_\-./]*)|(\.)/uy;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match)
      throw fault(`cannot be read from "${text.slice(at, at + 30)}" on; quote keys with backticks and values with single quotes`);
    const [, operator, open, close, comma, single, double, backtick, number, word, dot] = match;
    if (operator) found.push({ kind: 'operator', text: operator });
    else if (open) found.push({ kind: 'open', text: open });
    else if (close) found.push({ kind: 'close', text: close });
    else if (comma) found.push({ kind: 'comma', text: comma });
    else if (single !== undefined) found.push({ kind: 'quoted', text: single.replaceAll("''", "'") });
    else if (double !== undefined) found.push({ kind: 'quoted', text: double });
    else if (backtick !== undefined) found.push({ kind: 'key', text: backtick });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
    else if (dot) found.push({ kind: 'dot', text: dot });
  }
  return found;
}

const entities: Record<string, Comparison['entity']> = {
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
};

/** @throws 400 that quotes the place */
export function parseFilter(text: string | undefined): Comparison[] {
  if (!text?.trim()) return [];
  if (text.length > maximumLength) throw fault(`is longer than ${maximumLength} characters`);
  const list = tokens(text);
  let at = 0;
  const next = (): Token | undefined => list[at++];
  const isWord = (token: Token | undefined, word: string): boolean => token?.kind === 'word' && token.text.toLowerCase() === word;
  const comparisons: Comparison[] = [];
  for (;;) {
    comparisons.push(comparison());
    if (comparisons.length > maximumTerms) throw fault(`has more than ${maximumTerms} terms`);
    const joiner = next();
    if (!joiner) return comparisons;
    if (!isWord(joiner, 'and')) throw fault(`has "${joiner.text}" where AND should be; only AND joins terms`);
  }

  function comparison(): Comparison {
    const { entity, key } = identifier();
    const token = next();
    if (token?.kind === 'operator') return { entity, key, operator: token.text as Comparison['operator'], value: value() };
    if (isWord(token, 'like') || isWord(token, 'ilike'))
      return { entity, key, operator: token!.text.toLowerCase() as 'like', value: value() };
    if (isWord(token, 'in')) return { entity, key, operator: 'in', value: values() };
    if (isWord(token, 'not') && isWord(list[at], 'in')) {
      at += 1;
      return { entity, key, operator: 'not in', value: values() };
    }
    if (isWord(token, 'is')) {
      const negated = isWord(list[at], 'not');
      if (negated) at += 1;
      if (!isWord(next(), 'null')) throw fault('has IS without NULL or NOT NULL');
      return { entity, key, operator: negated ? 'is not null' : 'is null', value: null };
    }
    throw fault(`has "${token?.text ?? 'the end'}" after "${key}" where a comparison should be`);
  }

  /** The key is all after the first dot: `tags.a.b` is the tag `a.b`. */
  function identifier(): { entity: Comparison['entity']; key: string } {
    const token = next();
    if (!token || !['word', 'key', 'quoted'].includes(token.kind))
      throw fault(`has "${token?.text ?? 'the end'}" where a key should be`);
    if (token.kind !== 'word') return { entity: 'attribute', key: token.text };
    const dot = token.text.indexOf('.');
    const head = dot < 0 ? token.text : token.text.slice(0, dot);
    const entity = entities[head.toLowerCase()];
    let key = dot < 0 ? '' : token.text.slice(dot + 1);
    if (dot >= 0 && !entity) throw fault(`has "${head}", which is none of metrics, params, tags, attributes, datasets`);
    if (list[at]?.kind === 'dot') {
      at += 1;
      const quoted = next();
      if (!quoted || !['key', 'quoted', 'word'].includes(quoted.kind)) throw fault(`has no key after "${head}."`);
      key = quoted.text;
    } else if (dot >= 0 && key === '') {
      const quoted = next();
      if (!quoted || !['key', 'quoted'].includes(quoted.kind)) throw fault(`has no key after "${head}."`);
      key = quoted.text;
    } else if (dot < 0) {
      return { entity: 'attribute', key: token.text };
    }
    return { entity: entity!, key };
  }

  function value(): string | number {
    const token = next();
    if (token?.kind === 'quoted') return token.text;
    if (token?.kind === 'number') return Number(token.text);
    throw fault(`has "${token?.text ?? 'the end'}" where a number or a quoted text should be`);
  }

  function values(): string[] {
    if (next()?.kind !== 'open') throw fault('has IN without a list in parentheses');
    const result: string[] = [];
    for (;;) {
      const token = next();
      if (token?.kind !== 'quoted') throw fault('has a list with something else than quoted texts');
      result.push(token.text);
      const separator = next();
      if (separator?.kind === 'close') return result;
      if (separator?.kind !== 'comma') throw fault('has a list that does not end');
    }
  }
}

const text = (value: Comparison['value']): string => {
  if (typeof value !== 'string') throw fault('compares text with a number; put the value in single quotes');
  return value;
};

/** One comparison of a column with text. `!=` does not hold where there is nothing. */
export function compareText(column: Expression<unknown>, { operator, value, key }: Comparison): Expression<SqlBool> {
  switch (operator) {
    case '=':
      return sql<SqlBool>`${column} = ${text(value)}`;
    case '!=':
      return sql<SqlBool>`${column} != ${text(value)}`;
    case 'like':
      return sql<SqlBool>`${column} like ${text(value).replaceAll('\\', '\\\\')}`;
    case 'ilike':
      return sql<SqlBool>`${column} ilike ${text(value).replaceAll('\\', '\\\\')}`;
    case 'in':
      return sql<SqlBool>`${column} = any(${value as string[]}::text[])`;
    case 'not in':
      return sql<SqlBool>`not (${column} = any(${value as string[]}::text[]))`;
    default:
      throw fault(`compares the text "${key}" with ${operator}; use =, !=, LIKE or ILIKE`);
  }
}

export function compareNumber(column: Expression<unknown>, { operator, value, key }: Comparison): Expression<SqlBool> {
  if (typeof value !== 'number') throw fault(`compares "${key}" with text; give a number`);
  const operators = { '=': sql`=`, '!=': sql`!=`, '<': sql`<`, '<=': sql`<=`, '>': sql`>`, '>=': sql`>=` } as const;
  const compiled = operators[operator as keyof typeof operators];
  if (!compiled) throw fault(`compares the number "${key}" with ${operator}; use =, !=, <, <=, > or >=`);
  // PostgreSQL counts NaN as the greatest number; for people it is none.
  return sql<SqlBool>`(${column} != 'NaN'::float8 and ${column} ${compiled} ${value}::float8)`;
}

const runAttributes: Record<string, { column: string; kind: 'text' | 'number' }> = {
  run_id: { column: 'runs.id', kind: 'text' },
  run_name: { column: 'runs.name', kind: 'text' },
  'run name': { column: 'runs.name', kind: 'text' },
  name: { column: 'runs.name', kind: 'text' },
  status: { column: 'runs.status', kind: 'text' },
  user_id: { column: 'runs.user_id', kind: 'text' },
  artifact_uri: { column: 'runs.id', kind: 'text' },
  origin: { column: 'runs.origin', kind: 'text' },
  start_time: { column: 'runs.start_time', kind: 'number' },
  created: { column: 'runs.start_time', kind: 'number' },
  end_time: { column: 'runs.end_time', kind: 'number' },
};

/** A filter over runs as one predicate. */
export function compileRunFilter(comparisons: readonly Comparison[]): Expression<SqlBool>[] {
  return comparisons.map((comparison) => {
    const { entity, key, operator } = comparison;
    if (entity === 'attribute') {
      const attribute = runAttributes[key.toLowerCase()];
      if (!attribute)
        throw fault(`has "${key}", which is no attribute of runs; there are ${Object.keys(runAttributes).join(', ')}`);
      const adapted =
        attribute.column === 'runs.status' && typeof comparison.value === 'string' && !operator.includes('like')
          ? { ...comparison, value: comparison.value.toLowerCase() }
          : comparison;
      const column = sql.ref(attribute.column);
      if (attribute.column === 'runs.status' && operator.includes('like'))
        return compareText(sql`upper(runs.status)`, comparison);
      return attribute.kind === 'number' ? compareNumber(column, adapted) : compareText(column, adapted);
    }
    if (entity === 'metric') {
      return sql<SqlBool>`exists (select 1 from latest_metrics m where m.run_id = runs.id and m.key = ${key} and ${compareNumber(sql.ref('m.value'), comparison)})`;
    }
    if (entity === 'dataset') return datasetFilter(comparison);
    const table = entity === 'param' ? sql`run_params` : sql`run_tags`;
    if (operator === 'is null')
      return sql<SqlBool>`not exists (select 1 from ${table} t where t.run_id = runs.id and t.key = ${key})`;
    if (operator === 'is not null')
      return sql<SqlBool>`exists (select 1 from ${table} t where t.run_id = runs.id and t.key = ${key})`;
    if (operator === 'in' || operator === 'not in')
      throw fault(`compares ${entity} "${key}" with ${operator.toUpperCase()}; use =, !=, LIKE or ILIKE`);
    return sql<SqlBool>`exists (select 1 from ${table} t where t.run_id = runs.id and t.key = ${key} and ${compareText(sql.ref('t.value'), comparison)})`;
  });
}

function datasetFilter(comparison: Comparison): Expression<SqlBool> {
  const columns: Record<string, Expression<unknown>> = {
    name: sql.ref('d.name'),
    digest: sql.ref('d.digest'),
    context: sql`d.tags->>'context'`,
  };
  const column = columns[comparison.key];
  if (!column) throw fault(`has "dataset.${comparison.key}"; datasets have name, digest and context`);
  return sql<SqlBool>`exists (select 1 from run_datasets d where d.run_id = runs.id and ${compareText(column, comparison)})`;
}
