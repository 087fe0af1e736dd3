import { connect } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 1 });
});
afterAll(() => t?.stop());

describe('the edge', () => {
  const post = (body: string, type = 'application/json') =>
    t.as('owner').post('/projects/project-1/goals', body, { 'content-type': type });

  it('answers probes and the document without credentials, and nothing else', async () => {
    const nobody = t.as('nobody');
    for (const path of ['/livez', '/readyz', '/health', '/api/v1/openapi.json'])
      expect((await nobody.get(path)).status, path).toBe(200);
    for (const path of ['/metrics', '/api/v1/unknown', '/api/v1/audit', '/nothing-here/x', '/api/v1/events'])
      expect((await nobody.get(path)).status, path).toBe(401);
  });

  it('refuses what is not JSON, too deep, or not text', async () => {
    expect((await post('{"title": ')).body.code).toBe('malformed-json');
    expect((await post('[['.repeat(200) + ']]'.repeat(200))).body.code).toBe('too-deep');
    expect((await post('{"title": "a\\u0000b"}')).body.code).toBe('invalid-text');
    expect((await post('{"title": "\\ud800"}')).body.code).toBe('invalid-text');
    expect((await post('{"__proto__": {"title": "x"}}')).status).toBe(400);
    expect((await post('')).status).toBe(400);
    expect((await post('<a/>', 'text/xml')).status).toBe(415);
  });

  it('refuses a body that is too large before reading it', async () => {
    expect((await post(JSON.stringify({ title: 'x'.repeat(3_000_000) }))).status).toBe(413);
  });

  it('does not turn text into numbers nor drop what it does not know', async () => {
    expect((await t.as('owner').post('/projects/project-1/goals', { title: 'x', target: '0.9' })).body.errors[0].pointer).toBe(
      '/target',
    );
    expect((await t.as('owner').post('/projects/project-1/goals', { title: 'x', goal: 1 })).body.errors[0].pointer).toBe('/goal');
  });

  it('refuses bad escapes in the URL and unknown query words', async () => {
    expect((await t.as('owner').get('/projects/%zz')).status).toBe(400);
    expect((await t.as('owner').get('/projects/a%00b')).status).toBe(400);
    expect((await t.as('owner').get('/projects?limt=3')).body.errors[0].pointer).toBe('/query/limt');
  });

  it('serves only the hosts that it knows', async () => {
    const status = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(t.url);
      const socket = connect(Number(port), hostname, () =>
        socket.write('GET /livez HTTP/1.1\r\nHost: rebound.example.net\r\nConnection: close\r\n\r\n'),
      );
      socket.once('data', (data) => resolve(data.toString().split('\r\n')[0]!));
      socket.once('error', reject);
    });
    expect(status).toContain('421');
  });

  it('says nothing of its inside when something fails', async () => {
    const { db } = t.app.platform.database;
    await sql`alter table project_goals rename to project_goals_away`.execute(db);
    const answer = await t.as('owner').get('/projects/project-1/goals');
    await sql`alter table project_goals_away rename to project_goals`.execute(db);
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toMatch(/project_goals|relation|select/);
    expect(answer.body.instance).toMatch(/^req_/);
  });
});

describe('an Idempotency-Key', () => {
  it('makes one thing, however many send it at once', async () => {
    const send = () => t.as('owner').post('/projects/project-1/goals', { title: 'Once' }, { 'idempotency-key': 'goal-1' });
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    const goals = (await t.as('owner').get('/projects/project-1/goals')).body.items;
    expect(goals.filter((goal: { title: string }) => goal.title === 'Once')).toHaveLength(1);
    expect((await send()).headers.get('idempotent-replayed')).toBe('true');
  });

  it('refuses another request under the same key', async () => {
    const answer = await t.as('owner').post('/projects/project-1/goals', { title: 'Another' }, { 'idempotency-key': 'goal-1' });
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('idempotency-key-reused');
  });

  it('is kept for a week, and not for ever', async () => {
    const { pool } = t.app.platform.database;
    const send = (key: string) => t.as('owner').post('/projects/project-1/goals', { title: key }, { 'idempotency-key': key });
    for (const key of ['six-days', 'eight-days']) expect((await send(key)).status).toBe(201);
    for (const [key, age] of [
      ['six-days', '6 days'],
      ['eight-days', '8 days'],
    ])
      await pool.query(`update idempotency_keys set created_at = now() - $2::interval where key = $1`, [key, age]);
    await send('today');
    const { rows } = await pool.query(`select key from idempotency_keys where key like '%day%' order by key`);
    expect(rows.map((row) => row.key)).toEqual(['six-days', 'today']);
  });

  it('is the caller’s own', async () => {
    const answer = await t.admin.post('/projects/project-1/goals', { title: 'By admin' }, { 'idempotency-key': 'goal-1' });
    expect(answer.status).toBe(201);
  });
});

describe('a list', () => {
  it('gives every item once while others are added', async () => {
    for (let index = 0; index < 7; index++) {
      const made = await t.admin.post('/projects', { name: `Paged ${index}` });
      if (made.status !== 201) return expect(made.status).toBe(201);
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await t.admin.get(`/projects?limit=3&sort=-createdAt${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...body.items.map((item: { slug: string }) => item.slug));
      await t.admin.post('/projects', { name: 'Inserted meanwhile' });
      cursor = body.nextCursor ?? '';
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    for (let index = 0; index < 7; index++) expect(seen).toContain(`paged-${index}`);
  });
});
