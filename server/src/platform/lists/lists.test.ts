import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDatabase, plinth, type TestPlinth } from '../../testing/plinth.ts';
import { type OpenDatabase, openDatabase } from '../database/database.ts';
import { parseFilter, type Term } from './filter-grammar.ts';
import { defineList, fields, readPage } from './list.ts';

interface Row {
  id: string;
  name: string;
  note: string | null;
  score: number | null;
  count: number;
  at: string;
  done: boolean;
}

const list = defineList({
  name: 'things',
  sort: '-at',
  id: 'id',
  fields: {
    id: fields.text('things.id'),
    name: fields.text('things.name'),
    note: fields.text('things.note', { nullable: true }),
    score: fields.number('things.score', { nullable: true }),
    count: fields.integer('things.count'),
    at: fields.time('things.at'),
    done: fields.flag('things.done'),
  },
});

let drop: () => Promise<void>;
let open: OpenDatabase;
beforeAll(async () => {
  const made = await makeDatabase();
  drop = made.drop;
  open = openDatabase(made.connection);
  await open.pool.query(`create table things (id text primary key collate "C", name text not null collate "C", note text collate "C",
    score float8, count bigint not null, at timestamptz not null, done boolean not null)`);
});
afterAll(async () => {
  await open?.close();
  await drop?.();
});

const insert = async (row: Row): Promise<unknown> =>
  open.pool.query('insert into things values ($1, $2, $3, $4, $5, $6, $7)', Object.values(row));

/** What is there, as the reader sees it. */
const select = () =>
  (open.db as unknown as import('kysely').Kysely<{ things: Row }>)
    .selectFrom('things')
    .select(['id', 'name', 'note', 'score', 'count', 'done'])
    // Microseconds, which JavaScript's dates do not have.
    .select(sql<string>`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('at'));

const word = fc.constantFrom('a', 'b', 'ab', 'A', "it's", 'a_b', '50%', 'é', '\\', '');
const at = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
  .map(([second, micro]) => `2026-01-31T08:00:0${second}.00000${micro}Z`);
const rowOf = fc.record({
  name: word,
  note: fc.option(word),
  score: fc.option(fc.constantFrom(0, -0, 0.1, 0.1 + 0.2, 1e300, -5e-324, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)),
  count: fc.integer({ min: -2, max: 2 }),
  at,
  done: fc.boolean(),
});
let counter = 0;
const numbered = (row: Omit<Row, 'id'>): Row => {
  counter += 1;
  const id = `t${String(counter * 7919)
    .padStart(9, '0')
    .split('')
    .reverse()
    .join('')}`;
  return { id, ...row };
};

describe('a filter', () => {
  it('is read or refused with 400 and its place, whatever it is', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          'name',
          'score',
          '=',
          '!=',
          ' and ',
          "'x'",
          '1e9',
          '(',
          ')',
          ',',
          ' in ',
          ' not ',
          ' like ',
          '`',
          '"',
          "'",
          '.',
        ),
        fc.string({ maxLength: 4 }),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(pieces, (given) => {
        try {
          parseFilter(given.join(''));
        } catch (error) {
          expect(error).toMatchObject({ status: 400, code: 'invalid-input' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('names the place, what is there and what should be', () => {
    const refusal = (text: string) => {
      try {
        parseFilter(text);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refusal("name = 'a' or name = 'b'")).toContain('at character 12: "or" stands where there should be AND');
    expect(refusal('name =')).toContain('at character 7: the end stands where there should be a number or a text');
    expect(refusal("name in ('a' 'b')")).toContain('at character 14');
    expect(refusal('name ~ 1')).toContain('at character 6: "~ 1" cannot be read');
  });

  it('has caps on length and terms, and answers at once to what would hurt', () => {
    const begun = performance.now();
    expect(() => parseFilter(`name = '${'é'.repeat(16_500)}'`)).toThrow('32768 bytes');
    expect(parseFilter(Array(200).fill('count = 1').join(' and '))).toHaveLength(200);
    expect(() => parseFilter(Array(201).fill('count = 1').join(' and '))).toThrow('200 terms');
    for (const piece of ["'", '"', '`', '\\', "''", "'\\", '(', '-', '1e', 'a.', 'in ('])
      expect(() => parseFilter(piece.repeat(30_000 / piece.length))).toThrow();
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('finds what a slow reading of each row finds, in the same order, page by page while rows come in', async () => {
    const like = (text: string, pattern: string, flags: string): boolean =>
      new RegExp(
        `^${pattern
          .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replaceAll('%', '.*')
          .replaceAll('_', '.')}$`,
        `su${flags}`,
      ).test(text);
    const holds = (row: Row, { key, operator, value }: Term): boolean => {
      const given = row[key as keyof Row];
      if (operator === 'is null') return given === null;
      if (operator === 'is not null') return given !== null;
      if (given === null) return false;
      if (operator === 'in') return (value as string[]).includes(String(given));
      if (operator === 'not in') return !(value as string[]).includes(String(given));
      if (operator === 'like') return like(String(given), String(value), '');
      if (operator === 'ilike') return like(String(given), String(value), 'i');
      const left = key === 'at' ? Number(String(given).slice(17, -1)) : key === 'done' ? String(given) : given;
      const right = key === 'at' ? Number(String(value).slice(17, -1)) : (value as string | number);
      const results = { '=': left === right, '!=': left !== right, '<': left < right, '<=': left <= right, '>': left > right };
      return operator === '>=' ? left >= right : results[operator as keyof typeof results];
    };
    const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
    const ordering = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
    const texts = word.filter((one) => !one.includes('\\'));
    const term = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('name', 'note'),
          fc.constantFrom('=', '!=', 'LIKE', 'ilike'),
          fc.oneof(texts, fc.constant('a%'), fc.constant('_')),
        )
        .map(([key, operator, value]) => `${key} ${operator} ${quoted(value)}`),
      fc
        .tuple(fc.constantFrom('name', 'note'), fc.constantFrom('IN', 'not in'), fc.array(texts, { minLength: 1, maxLength: 3 }))
        .map(([key, operator, values]) => `${key} ${operator} (${values.map(quoted).join(', ')})`),
      fc.tuple(fc.constantFrom('note', 'score'), fc.constantFrom('IS NULL', 'is not null')).map((parts) => parts.join(' ')),
      fc
        .tuple(fc.constantFrom('score', 'count'), ordering, fc.constantFrom('0', '1', '0.1', '-2', '1e300'))
        .map((parts) => parts.join(' ')),
      fc
        .tuple(ordering, fc.integer({ min: 0, max: 4 }))
        .map(([operator, second]) => `at ${operator} '2026-01-31T08:00:0${second}Z'`),
      fc.boolean().map((done) => `done = '${done}'`),
    );
    const sorts = Object.keys(list.definition.fields).flatMap((name) => [name, `-${name}`]);
    const property = fc.asyncProperty(
      fc.array(rowOf, { maxLength: 25 }),
      fc.array(term, { maxLength: 2 }),
      fc.constantFrom(...sorts),
      fc.integer({ min: 1, max: 7 }),
      fc.array(rowOf, { minLength: 4, maxLength: 4 }),
      async (given, terms, sort, limit, late) => {
        await open.pool.query('truncate things');
        const before = given.map(numbered);
        for (const row of before) await insert(row);
        const filter = terms.join(' AND ');
        const parsed = parseFilter(filter);
        const seen: Row[] = [];
        let cursor: string | undefined;
        do {
          const page = await readPage(list, select(), { filter, sort, limit, cursor });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          cursor = page.nextCursor ?? undefined;
          const next = late.pop();
          if (next) await insert(numbered(next));
        } while (cursor);
        expect(new Set(seen.map((row) => row.id)).size).toBe(seen.length);
        const fits = before.filter((row) => parsed.every((one) => holds(row, one)));
        const known = new Set(before.map((row) => row.id));
        const old = seen.filter((row) => known.has(row.id));
        expect(old.map((row) => row.id).sort()).toEqual(fits.map((row) => row.id).sort());
        const key = sort.replace('-', '') as keyof Row;
        const order = (a: Row, b: Row): number => {
          const [left, right] = [a[key], b[key]];
          if (left === null || right === null) return left === right ? tie(a, b) : left === null ? 1 : -1;
          return left === right ? tie(a, b) : (left < right ? -1 : 1) * (sort.startsWith('-') ? -1 : 1);
        };
        const bytes = (text: string) => Buffer.from(text);
        const tie = (a: Row, b: Row): number => Buffer.compare(bytes(a.id), bytes(b.id)) * (sort.startsWith('-') ? -1 : 1);
        expect(seen.map((row) => row.id)).toEqual([...seen].sort(order).map((row) => row.id));
      },
    );
    await fc.assert(property, { numRuns: 150 });
  }, 60_000);
});

describe('the lists of the API', () => {
  let t: TestPlinth;
  beforeAll(async () => {
    t = await plinth({ projects: 3 });
    for (const name of ['Alpha', '=SUM(A1)', 'Beta, "quoted"'])
      await t.as('contributor').post('/projects/project-1/datasets', { name, description: '-1+2' });
  });
  afterAll(() => t?.stop());
  const list = (path: string, query: Record<string, string> = {}, headers?: Record<string, string>) =>
    t.as('owner').get(`${path}?${new URLSearchParams(query)}`, headers);

  it('name the fields there are, and the place, when a filter asks for another', async () => {
    const answer = await list('/projects', { filter: "name LIKE 'P%' AND colour = 'red'" });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].pointer).toBe('/query/filter');
    expect(answer.body.detail).toContain('at character 20: there is no "colour" here; there are id, slug, name');
    for (const filter of [
      "constructor = 'x'",
      "__proto__ = 'x'",
      "createdAt > '2026-02-30'",
      "createdAt > 'soon'",
      'name > 1',
      'name = 1',
      'createdAt > 1e300',
    ])
      expect((await list('/projects', { filter })).status, filter).toBe(400);
    expect((await list('/projects', { sort: 'description' })).body.detail).toContain('createdAt');
  });

  it('refuse a cursor of another list or order, and one made by hand', async () => {
    const { nextCursor } = (await list('/projects', { sort: 'name', limit: '1' })).body;
    expect((await list('/projects', { sort: 'name', cursor: nextCursor })).body.items).toHaveLength(2);
    for (const [path, query] of [
      ['/projects', { sort: '-name', cursor: nextCursor }],
      ['/jobs', { cursor: nextCursor }],
      ['/projects', { sort: 'createdAt', cursor: Buffer.from('["x","1e999",null]').toString('base64url') }],
    ] as const) {
      const answer = await list(path, query);
      expect(answer.status).toBe(400);
      expect(answer.body.errors[0].pointer).toBe('/query/cursor');
    }
    const [mark] = JSON.parse(Buffer.from(nextCursor, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify([mark, '\u0000', 'x'])).toString('base64url');
    expect((await list('/projects', { sort: 'name', cursor: forged })).status).toBe(400);
  });

  it.each([
    ['/projects', "slug = 'project-2'"],
    ['/audit', "verb = 'project.created' AND object.type = 'project'"],
    ['/activity', "actor.name = 'Owner' AND sequence > 0"],
    ['/users', "email LIKE 'owner%' AND lastSeenAt IS NULL"],
    ['/tokens', "name = 'test' AND expiresAt IS NULL"],
    ['/projects/project-1/datasets', "name ILIKE 'alpha'"],
    ['/environments', 'projectId IS NULL'],
    ['/jobs', "state = 'running' AND hardwareTier = 'small'"],
    ['/workloads', "state IN ('running', 'queued') AND pricePerHour > 0"],
    ['/workspaces', "tool = 'jupyterlab' AND lastStartedAt > '2026-01-01'"],
    ['/projects/project-1/experiments', "name = 'Default' AND runCount = 0 AND tags.team IS NULL"],
    ['/folders', 'parentId IS NULL'],
    ['/groups', "name = 'x' AND memberCount > 0"],
    ['/service-accounts', "state = 'active'"],
    ['/reproductions', "verdict = 'verified' AND finishedAt IS NOT NULL"],
    ['/approvals', "state = 'pending' AND requestedBy = 'x'"],
    ['/projects/project-1/models', "name LIKE 'a%' AND tags.team = 'x'"],
    ['/projects/project-1/runs', "metrics.auc > 0.5 AND startedAt > '2026-01-01'"],
  ])('%s filters and sorts by every field it names', async (path, filter) => {
    const caller = path === '/audit' ? t.admin : t.as('owner');
    const answer = await caller.get(`${path}?${new URLSearchParams({ filter })}`);
    expect(answer.status, answer.body.detail).toBe(200);
    const names: string = (await caller.get(`${path}?sort=nonsense`)).body.detail;
    const fieldNames = /can be (.*), with a minus/.exec(names)?.[1]?.split(', ') ?? [
      'startedAt',
      '-endedAt',
      'metrics.auc',
      'tags.a',
    ];
    for (const name of fieldNames)
      expect((await caller.get(`${path}?sort=-${name.replace(/^-/, '')}&limit=2`)).status, name).toBe(200);
    if (path === '/projects') expect(answer.body.items.map((one: { slug: string }) => one.slug)).toEqual(['project-2']);
    if (path === '/users') expect(answer.body.items).toHaveLength(1);
    if (path === '/projects/project-1/experiments') expect(answer.body.items).toHaveLength(1);
  });

  it('come as one table of CSV with formulas made harmless', async () => {
    const answer = await list('/projects/project-1/datasets', { sort: 'name', limit: '1' }, { accept: 'text/csv' });
    expect(answer.headers.get('content-type')).toContain('text/csv');
    const [header, ...lines] = answer.body.trimEnd().split('\r\n');
    expect(header).toBe(
      'id,projectId,name,description,createdBy,createdAt,newestSnapshot.id,newestSnapshot.number,newestSnapshot.digest,newestSnapshot.sizeBytes,newestSnapshot.fileCount',
    );
    expect(lines).toHaveLength(3);
    expect(answer.body).toContain(",'=SUM(A1),'-1+2,");
    expect(answer.body).toContain('"Beta, ""quoted"""');
    expect((await list('/projects', { format: 'csv' })).body.split('\r\n')).toHaveLength(5);
    expect((await list('/projects', {}, { accept: 'text/html,*/*' })).body.items).toHaveLength(3);
    expect((await list('/projects', { format: 'xlsx' })).status).toBe(400);
    const refused = await t.as('member').get('/projects/project-1/datasets?format=csv');
    expect(refused.status).toBe(404);
  });

  it('export all rows, however many pages they are', async () => {
    await t.app.platform.database.pool.query(
      `insert into datasets (id, project_id, name, description, created_by)
       select 'dat_' || n, $1, 'many ' || n, '', 'x' from generate_series(1, 2500) n`,
      [t.projects[1]!.id],
    );
    const { body } = await list('/projects/project-2/datasets', { format: 'csv' });
    const ids = body
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line: string) => line.split(',')[0]);
    expect(new Set(ids).size).toBe(2500);
  });
});
