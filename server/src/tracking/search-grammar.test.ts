import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

/**
 * The filter grammar against a slow evaluator that knows nothing of SQL: whatever filter and order are written, in whatever spelling, the answer
 * is that of the evaluator over the same runs.
 */
let t: TestPlinth;
let experiment: string;

interface Sample {
  name: string;
  status: 'RUNNING' | 'FINISHED' | 'FAILED';
  start: number;
  end: number | null;
  metrics: Record<string, number | 'NaN'>;
  params: Record<string, string>;
  tags: Record<string, string>;
  dataset: { name: string; digest: string; context: string } | null;
}

const texts = ['a', 'A', 'ab', 'aXb', 'b%', '_', 'a\\b', 'ä', 'a b'];
const keys = ['m', 'a.b', 'x/y', 'with space', 'ünï'];
const numbers = [-1, 0, 0.5, 1, 2, 1e300] as const;
/** Drawn with a fixed seed, so that a failing filter can be looked at again. */
const samples: Sample[] = fc.sample(
  fc.record({
    name: fc.constantFrom(...texts),
    status: fc.constantFrom('RUNNING', 'FINISHED', 'FAILED') as fc.Arbitrary<Sample['status']>,
    start: fc.integer({ min: 1, max: 4 }),
    end: fc.option(fc.integer({ min: 3, max: 6 })),
    metrics: fc.dictionary(fc.constantFrom(...keys), fc.oneof(fc.constantFrom(...numbers), fc.constant('NaN' as const)), {
      maxKeys: 4,
    }),
    params: fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...texts), { maxKeys: 4 }),
    tags: fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...texts), { maxKeys: 4 }),
    dataset: fc.option(
      fc.record({
        name: fc.constantFrom('one', 'Two'),
        digest: fc.constantFrom('d1', 'd2'),
        context: fc.constantFrom('train', 'eval'),
      }),
    ),
  }),
  { numRuns: 40, seed: 7 },
);
const ids: string[] = [];

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  const call = async (path: string, body: unknown) => {
    const answer = await t.as('contributor').post(`/mlflow/project-1/api/2.0/mlflow/${path}`, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  };
  experiment = (await call('experiments/create', { name: 'grammar' })).experiment_id;
  const pairs = (record: Record<string, string>) => Object.entries(record).map(([key, value]) => ({ key, value }));
  for (const sample of samples) {
    const { run } = await call('runs/create', { experiment_id: experiment, run_name: sample.name, start_time: sample.start });
    const run_id = run.info.run_id;
    ids.push(run_id);
    await call('runs/log-batch', {
      run_id,
      metrics: Object.entries(sample.metrics).map(([key, value]) => ({ key, value, timestamp: 1, step: 0 })),
      params: pairs(sample.params),
      tags: pairs(sample.tags),
    });
    if (sample.dataset) {
      const { context, ...dataset } = sample.dataset;
      await call('runs/log-inputs', {
        run_id,
        datasets: [
          { dataset: { ...dataset, source_type: 'local', source: 'x' }, tags: [{ key: 'mlflow.data.context', value: context }] },
        ],
      });
    }
    if (sample.end !== null || sample.status !== 'RUNNING')
      await call('runs/update', { run_id, status: sample.status, end_time: sample.end ?? 6 });
    sample.end = sample.end !== null || sample.status !== 'RUNNING' ? (sample.end ?? 6) : null;
  }
});
afterAll(() => t?.stop());

type Value = string | number | null;
interface Term {
  text: string;
  holds(sample: Sample, index: number): boolean;
}

const like = (pattern: string, flags: string): RegExp =>
  new RegExp(
    `^${[...pattern].map((one) => (one === '%' ? '[^]*' : one === '_' ? '[^]' : one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')}$`,
    `u${flags}`,
  );

function holds(value: Value, operator: string, wanted: Value | string[]): boolean {
  if (operator === 'IS NULL') return value === null;
  if (operator === 'IS NOT NULL') return value !== null;
  if (value === null || Number.isNaN(value)) return false;
  switch (operator) {
    case '=':
      return value === wanted;
    case '!=':
      return value !== wanted;
    case '<':
      return value < wanted!;
    case '<=':
      return value <= wanted!;
    case '>':
      return value > wanted!;
    case '>=':
      return value >= wanted!;
    case 'LIKE':
      return like(wanted as string, '').test(value as string);
    case 'ILIKE':
      return like(wanted as string, 'i').test(value as string);
    case 'IN':
      return (wanted as string[]).includes(value as string);
    default:
      return !(wanted as string[]).includes(value as string);
  }
}

const casing = (word: string) => fc.constantFrom(word, word.toLowerCase(), word[0] + word.slice(1).toLowerCase());
const quoted = (text: string) => fc.constantFrom(`'${text}'`, ...(text.includes('\\') ? [] : [`"${text}"`]));
const keyOf = (words: readonly string[], key: string) =>
  fc
    .tuple(fc.constantFrom(...words), fc.constantFrom(`\`${key}\``, `"${key}"`, ...(/^[\p{L}./]+$/u.test(key) ? [key] : [])))
    .map(([word, written]) => `${word}.${written}`);

const term = (
  name: fc.Arbitrary<string>,
  operator: string,
  wanted: Value | string[],
  readValue: (sample: Sample, index: number) => Value,
) => {
  const value =
    wanted === null
      ? fc.constant('')
      : Array.isArray(wanted)
        ? fc.tuple(...wanted.map((one) => fc.constant(`'${one}'`))).map((all) => `(${all.join(', ')})`)
        : typeof wanted === 'number'
          ? fc.constant(String(wanted))
          : quoted(wanted);
  return fc.tuple(name, casing(operator), value, fc.constantFrom(' ', '  ', '\n')).map(
    ([key, written, text, space]): Term => ({
      text: `${key}${space}${written}${space}${text}`,
      holds: (sample, index) => holds(readValue(sample, index), operator, wanted),
    }),
  );
};

const numeric = fc.tuple(fc.constantFrom('=', '!=', '<', '<=', '>', '>='), fc.constantFrom(...numbers));
const pattern = fc.constantFrom('a', 'A%', '%b%', '_', 'a_b', '%', 'a\\b', '_\\%', 'Ä');
const textual = fc.oneof(
  fc.tuple(fc.constantFrom('=', '!='), fc.constantFrom(...texts)),
  fc.tuple(fc.constantFrom('LIKE', 'ILIKE'), pattern),
) as fc.Arbitrary<[string, string]>;
const present = fc.tuple(fc.constantFrom('IS NULL', 'IS NOT NULL'), fc.constant(null));
const key = fc.constantFrom(...keys);
const metricOf = (sample: Sample, name: string): Value =>
  Object.hasOwn(sample.metrics, name) ? Number(sample.metrics[name]) : null;
const own = (record: Record<string, string>, name: string): Value => (Object.hasOwn(record, name) ? record[name]! : null);

const anyTerm: fc.Arbitrary<Term> = fc.oneof(
  fc
    .tuple(key, numeric)
    .chain(([name, [operator, wanted]]) =>
      term(keyOf(['metrics', 'metric'], name), operator, wanted, (sample) => metricOf(sample, name)),
    ),
  fc
    .tuple(key, fc.oneof(textual, present))
    .chain(([name, [operator, wanted]]) =>
      term(keyOf(['params', 'param', 'parameter', 'parameters'], name), operator, wanted, (sample) => own(sample.params, name)),
    ),
  fc
    .tuple(key, fc.oneof(textual, present))
    .chain(([name, [operator, wanted]]) =>
      term(keyOf(['tags', 'tag'], name), operator, wanted, (sample) => own(sample.tags, name)),
    ),
  textual.chain(([operator, wanted]) =>
    term(
      fc.constantFrom(
        'run_name',
        'attributes.run_name',
        'attr.run_name',
        'run.run_name',
        '`run name`',
        'attributes.`Run Name`',
        'tags.`mlflow.runName`',
      ),
      operator,
      wanted,
      (sample) => sample.name,
    ),
  ),
  fc
    .tuple(fc.constantFrom('=', '!='), fc.constantFrom('RUNNING', 'FINISHED', 'FAILED'))
    .chain(([operator, wanted]) =>
      term(fc.constantFrom('status', 'attributes.status'), operator, wanted, (sample) => sample.status),
    ),
  fc
    .tuple(fc.constantFrom('=', '!=', '<', '<=', '>', '>='), fc.integer({ min: 0, max: 7 }))
    .chain(([operator, wanted]) =>
      fc
        .constantFrom('start', 'end')
        .chain((which) =>
          term(
            which === 'start'
              ? fc.constantFrom('start_time', 'attributes.start_time', 'created', 'attributes.Created')
              : fc.constantFrom('end_time', 'attributes.end_time'),
            operator,
            wanted,
            (sample) => sample[which as 'start' | 'end'],
          ),
        ),
    ),
  fc
    .tuple(fc.constantFrom('IN', 'NOT IN'), fc.uniqueArray(fc.nat(39), { minLength: 1, maxLength: 20 }))
    .chain(([operator, indexes]) =>
      fc.constant(null).chain(() =>
        term(
          fc.constantFrom('run_id', 'attributes.run_id'),
          operator,
          indexes.map((index) => ids[index]!),
          (_, index) => ids[index]!,
        ),
      ),
    ),
  fc
    .tuple(
      fc.constantFrom('name', 'digest', 'context'),
      fc.oneof(
        fc.tuple(fc.constantFrom('=', '!='), fc.constantFrom('one', 'Two', 'd1', 'train')),
        fc.tuple(fc.constantFrom('LIKE', 'ILIKE'), fc.constantFrom('O%', 't%', '%1')),
        fc.tuple(fc.constantFrom('IN', 'NOT IN'), fc.constantFrom(['one', 'd2'], ['eval'])),
      ) as fc.Arbitrary<[string, string | string[]]>,
    )
    .chain(([field, [operator, wanted]]) =>
      term(
        fc.constantFrom(`dataset.${field}`, `datasets.${field}`),
        operator,
        wanted,
        (sample) => sample.dataset?.[field as 'name' | 'digest' | 'context'] ?? null,
      ),
    ),
);

const orders: [string, (sample: Sample, index: number) => Value][] = [
  ['metrics.m', (sample) => metricOf(sample, 'm')],
  ['metric.`a.b`', (sample) => metricOf(sample, 'a.b')],
  ['params.m', (sample) => own(sample.params, 'm')],
  ['tags."with space"', (sample) => own(sample.tags, 'with space')],
  ['start_time', (sample) => sample.start],
  ['attributes.end_time', (sample) => sample.end],
  ['run_id', (_, index) => ids[index]!],
];

describe('the filter grammar', () => {
  it('finds and orders what a slow evaluator finds and orders, page by page', async () => {
    // PostgreSQL knows in which order its texts stand.
    const { rows } = await t.app.platform.database.pool.query<{ text: string }>('select unnest($1::text[]) as text order by 1', [
      [...texts, ...ids],
    ]);
    const rank = new Map(rows.map((row, index) => [row.text, index]));
    const compareValues = (a: Value, b: Value, descending: boolean): number => {
      const [x, y] = [a, b].map((one) =>
        one === null || Number.isNaN(one) ? null : typeof one === 'string' ? rank.get(one)! : one,
      );
      if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0);
      return descending ? y! - x! : x! - y!;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyTerm, { minLength: 0, maxLength: 3 }),
        fc.array(fc.tuple(fc.constantFrom(...orders), fc.constantFrom('', ' ASC', ' desc')), { maxLength: 2 }),
        fc.constantFrom(' AND ', ' and ', '\nAnd '),
        fc.constantFrom(3, 11, 50),
        async (terms, order, and, size) => {
          const expected = samples
            .map((sample, index) => ({ sample, index }))
            .filter(({ sample, index }) => terms.every((one) => one.holds(sample, index)))
            .sort((a, b) => {
              for (const [[, readValue], direction] of order) {
                const by = compareValues(readValue(a.sample, a.index), readValue(b.sample, b.index), direction === ' desc');
                if (by !== 0) return by;
              }
              return b.sample.start - a.sample.start || rank.get(ids[a.index]!)! - rank.get(ids[b.index]!)!;
            })
            .map(({ index }) => ids[index]);
          const found: string[] = [];
          let token: string | undefined;
          do {
            const { status, body } = await t.as('viewer').post('/mlflow/project-1/api/2.0/mlflow/runs/search', {
              experiment_ids: [experiment],
              filter: terms.map((one) => one.text).join(and),
              order_by: order.map(([[name], direction]) => `${name}${direction}`),
              max_results: size,
              ...(token ? { page_token: token } : {}),
            });
            expect(status, JSON.stringify(body)).toBe(200);
            found.push(...(body.runs ?? []).map((run: { info: { run_id: string } }) => run.info.run_id));
            token = body.next_page_token;
          } while (token);
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 250, seed: 20261124, endOnFailure: true },
    );
  }, 180_000);

  it('refuses at a place, whatever is written, and never breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              'metrics',
              '.',
              'a',
              '`',
              "'",
              '"',
              '=',
              'IN',
              '(',
              ')',
              ',',
              'AND',
              'OR',
              'NOT',
              'IS',
              'NULL',
              '1',
              '-1e999',
              ' ',
              '\\',
              '%',
              ';',
              '--',
            ),
            fc.string({ maxLength: 3 }),
          ),
          { maxLength: 12 },
        ),
        async (parts) => {
          const answer = await t.as('viewer').post('/mlflow/project-1/api/2.0/mlflow/runs/search', {
            experiment_ids: [experiment],
            filter: parts.join(' '),
          });
          expect([200, 400], JSON.stringify(answer.body)).toContain(answer.status);
          if (answer.status === 400) expect(answer.body.error_code).toBe('INVALID_PARAMETER_VALUE');
        },
      ),
      { numRuns: 200, seed: 20261125 },
    );
    const long = Array.from({ length: 201 }, () => "tags.a = 'b'").join(' and ');
    const wide = `run_id IN (${Array.from({ length: 5000 }, () => "'x'").join(',')})`;
    for (const filter of [long, `tags.a = '${'x'.repeat(40_000)}'`]) {
      const answer = await t
        .as('viewer')
        .post('/mlflow/project-1/api/2.0/mlflow/runs/search', { experiment_ids: [experiment], filter });
      expect(answer.body.error_code).toBe('INVALID_PARAMETER_VALUE');
    }
    expect(
      (await t.as('viewer').post('/mlflow/project-1/api/2.0/mlflow/runs/search', { experiment_ids: [experiment], filter: wide }))
        .status,
    ).toBe(200);
  }, 120_000);
});
