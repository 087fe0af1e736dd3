import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 1 });
});
afterAll(() => t?.stop());

describe('who may not', () => {
  it('refuses callers without credentials with 401 and records no event', async () => {
    await t.newEvents();
    expect((await t.as('nobody').get('/projects')).status).toBe(401);
    expect(await t.newEvents()).toEqual([]);
  });

  it('answers 404 to a person without a role in the project, and records the refusal', async () => {
    await t.newEvents();
    const answer = await t.as('member').get('/projects/project-1');
    expect(answer.status).toBe(404);
    expect(answer.body.code).toBe('not-found');
    expect(await t.newEvents()).toEqual(['access.refused']);
  });

  it('tells a viewer who may see the project but not change it which role is needed', async () => {
    await t.newEvents();
    const answer = await t.as('viewer').patch('/projects/project-1', { name: 'Mine now' });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'forbidden', neededRole: 'owner' });
    expect(await t.newEvents()).toEqual(['access.refused']);
    expect((await t.as('viewer').get('/projects/project-1')).body.name).toBe('Project 1');
  });

  it('names the field that is wrong', async () => {
    const unknown = await t.as('owner').patch('/projects/project-1', { nmae: 'x' });
    expect(unknown.status).toBe(400);
    expect(unknown.body.errors[0].pointer).toBe('/nmae');
    const type = await t.as('owner').patch('/projects/project-1', { name: 7 });
    expect(type.body.errors[0].pointer).toBe('/name');
    const limit = await t.as('owner').get('/projects?limit=0');
    expect(limit.body.errors[0].pointer).toBe('/query/limit');
    const cursor = await t.as('owner').get('/projects?cursor=nonsense');
    expect(cursor.status).toBe(400);
  });

  it('names the methods that a path takes', async () => {
    const answer = await t.as('owner').put('/projects/project-1', {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toContain('PATCH');
  });
});

describe('a project', () => {
  it('is listed for its members only', async () => {
    expect((await t.as('viewer').get('/projects')).body.items.map((item: { slug: string }) => item.slug)).toEqual(['project-1']);
    expect((await t.as('member').get('/projects')).body.items).toEqual([]);
    expect((await t.as('consumer').get('/projects')).body.items).toEqual([]);
    expect((await t.as('auditor').get('/projects')).body.items.map((item: { slug: string }) => item.slug)).toContain('project-1');
  });

  it('keeps its arc with reasons', async () => {
    await t.newEvents();
    const moved = await t
      .as('owner')
      .post('/projects/project-1/stage', { stage: 'modelling', status: 'blocked', reason: 'no data yet' });
    expect(moved.body).toMatchObject({ stage: 'modelling', status: 'blocked' });
    const arc = (await t.as('viewer').get('/projects/project-1/stages')).body.items;
    expect(arc.at(-1)).toMatchObject({
      fromStage: 'ideation',
      toStage: 'modelling',
      toStatus: 'blocked',
      reason: 'no data yet',
      changedByName: 'Owner',
    });
    expect(await t.newEvents()).toEqual(['project.stage-changed']);
  });

  it('refuses a change made against an older version', async () => {
    const { body, headers } = await t.as('owner').get('/projects/project-1');
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    expect(
      (await t.as('owner').patch('/projects/project-1', { description: 'first' }, { 'if-match': `"${body.version}"` })).status,
    ).toBe(200);
    expect(
      (await t.as('owner').patch('/projects/project-1', { description: 'second' }, { 'if-match': `"${body.version}"` })).status,
    ).toBe(412);
    expect((await t.as('owner').get('/projects/project-1')).body.description).toBe('first');
  });

  it('and all else that people edit is told apart by versions: a late change is refused with 412', async () => {
    const run = await t.as('contributor').post('/mlflow/project-1/api/2.0/mlflow/runs/create', { experiment_id: '0' });
    const runId: string = run.body.run.info.run_id;
    const person = t.as('viewer').id;
    for (const [path, who, first, second] of [
      [`/runs/${runId}`, 'contributor', { notes: 'one' }, { notes: 'two' }],
      [`/users/${person}`, 'admin', { name: 'Vera' }, { name: 'Viola' }],
      ['/me', 'viewer', { name: 'Vera V.' }, { name: 'Viola V.' }],
    ] as const) {
      const caller = who === 'admin' ? t.admin : t.as(who);
      const tag = (await caller.get(path)).headers.get('etag')!;
      expect(tag, path).toMatch(/^"[\da-f]+"$/);
      const changed = await caller.patch(path, first, { 'if-match': tag });
      expect(changed.status, path).toBe(200);
      expect(changed.headers.get('etag'), path).not.toBe(tag);
      const late = await caller.patch(path, second, { 'if-match': tag });
      expect([late.status, late.body.code], path).toEqual([412, 'changed-meanwhile']);
      expect((await caller.get(path)).headers.get('etag'), path).toBe(changed.headers.get('etag'));
    }
    const logged = (await t.as('contributor').get(`/runs/${runId}`)).headers.get('etag');
    const metric = { run_id: runId, key: 'auc', value: 1, timestamp: 1 };
    expect((await t.as('contributor').post('/mlflow/project-1/api/2.0/mlflow/runs/log-metric', metric)).status).toBe(200);
    expect((await t.as('contributor').get(`/runs/${runId}`)).headers.get('etag')).toBe(logged);
  });

  it('has goals that are measured by a metric', async () => {
    const goal = await t
      .as('owner')
      .post('/projects/project-1/goals', { title: 'Fewer false alarms', metric: 'precision', target: 0.9 });
    expect(goal.status).toBe(201);
    expect((await t.as('viewer').get('/projects/project-1')).body.goal).toBe('Fewer false alarms');
    const met = await t.as('owner').patch(`/projects/project-1/goals/${goal.body.id}`, { state: 'met' });
    expect(met.body.state).toBe('met');
    const unmeasured = await t
      .as('owner')
      .patch(`/projects/project-1/goals/${goal.body.id}`, { target: null }, { 'if-match': met.headers.get('etag')! });
    expect(unmeasured.body).toMatchObject({ target: null, metric: 'precision', state: 'met' });
  });

  it('tells its readers what happened in it, and in no other', async () => {
    const { body } = await t.as('viewer').get('/projects/project-1/activity?limit=5');
    expect(body.items.length).toBeGreaterThan(0);
    for (const event of body.items) expect(event.object.projectId).toBe(t.projects[0]!.id);
    expect((await t.as('member').get('/projects/project-1/activity')).status).toBe(404);
  });

  it('keeps at least one owner', async () => {
    const { body } = await t.as('owner').get('/projects/project-1/members');
    const owner = body.items.find((member: { role: string }) => member.role === 'owner');
    const answer = await t.as('owner').delete(`/projects/project-1/members/${owner.subjectId}`);
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('last-owner');
  });

  it('takes a new member, who then sees it at once, and loses it again', async () => {
    expect(
      (await t.as('owner').post('/projects/project-1/members', { email: 'member@example.org', role: 'viewer' })).status,
    ).toBe(201);
    expect((await t.as('member').get('/projects/project-1')).status).toBe(200);
    expect((await t.as('owner').delete(`/projects/project-1/members/${t.as('member').id}`)).status).toBe(204);
    expect((await t.as('member').get('/projects/project-1')).status).toBe(404);
  });
});

describe('the trash', () => {
  const inTrash = async (as: 'owner' | 'viewer') =>
    (await t.as(as).get('/trash')).body.items.map((item: { name: string }) => item.name);

  it('gives a deleted project back to its owners, with its people, under another slug where its own was taken', async () => {
    const made = (await t.as('owner').post('/projects', { name: 'Thrown away', slug: 'thrown' })).body;
    await t.as('owner').post('/projects/thrown/members', { email: 'viewer@example.org', role: 'viewer' });
    expect((await t.as('owner').post(`/projects/${made.id}/restore`, {})).status).toBe(404);
    expect((await t.as('owner').delete('/projects/thrown')).status).toBe(204);
    expect((await t.as('viewer').get('/projects/thrown')).status).toBe(404);
    expect([await inTrash('owner'), await inTrash('viewer')]).toEqual([['Thrown away'], []]);
    expect((await t.as('owner').get('/trash')).body.items[0]).toMatchObject({ slug: 'thrown', deletedByName: 'Owner' });
    expect((await t.as('viewer').post(`/projects/${made.id}/restore`, {})).status).toBe(403);
    expect((await t.as('member').post(`/projects/${made.id}/restore`, {})).status).toBe(404);
    await t.as('member').post('/projects', { name: 'Quicker', slug: 'thrown' });
    expect((await t.as('owner').post(`/projects/${made.id}/restore`, {})).body.code).toBe('slug-taken');
    expect((await t.as('owner').post(`/projects/${made.id}/restore`, { slug: 'No!' })).status).toBe(400);
    await t.newEvents();
    const restored = await t.as('owner').post(`/projects/${made.id}/restore`, { slug: 'thrown-2' });
    expect(restored.body).toMatchObject({ id: made.id, slug: 'thrown-2', myRole: 'owner' });
    expect(await t.newEvents()).toEqual(['project.restored']);
    expect((await t.as('viewer').get('/projects/thrown-2')).status).toBe(200);
    expect(await inTrash('owner')).toEqual([]);
  });

  it('puts a project whose folder is gone to the top, and forgets after 30 days', async () => {
    const folder = (await t.admin.post('/folders', { name: 'Gone' })).body.id;
    const made = (await t.admin.post('/projects', { name: 'In it', folderId: folder })).body;
    await t.admin.post(`/folders/${folder}/members`, { email: 'member@example.org', role: 'owner' });
    await t.admin.delete(`/projects/${made.id}`);
    expect((await t.admin.delete(`/folders/${folder}`)).status).toBe(204);
    const restored = await t.admin.post(`/projects/${made.id}/restore`, {});
    expect(restored.body.folderId).toBeNull();
    expect((await t.as('member').get(`/projects/${made.id}`)).status).toBe(404);
    await t.admin.delete(`/projects/${made.id}`);
    await t.app.platform.database.pool.query(`update projects set deleted_at = now() - interval '31 days' where id = $1`, [
      made.id,
    ]);
    expect((await t.admin.get('/trash')).body.items).toEqual([]);
    expect((await t.admin.post(`/projects/${made.id}/restore`, {})).status).toBe(404);
  });
});

describe('the record', () => {
  it('verifies, and names the first event that somebody changed', async () => {
    await t.newEvents();
    const before = await t.admin.get('/audit/verify');
    expect(before.body).toMatchObject({ valid: true, firstBadSequence: null });
    const { pool } = t.app.platform.database;
    await pool.query(`update events set payload = '{"role":"admin"}'::json where sequence = 3`);
    expect((await t.admin.get('/audit/verify')).body).toMatchObject({ valid: false, firstBadSequence: 3 });
  });

  it('is read by administrators and auditors only', async () => {
    expect((await t.as('owner').get('/audit')).status).toBe(403);
    expect((await t.as('auditor').get('/audit?verb=project.stage-changed')).body.items).toHaveLength(1);
  });

  it('streams what the caller may see, from where they were', async () => {
    const all = await fetch(`${t.url}/api/v1/events?after=0`, { headers: { authorization: `Bearer ${t.as('viewer').token}` } });
    const reader = all.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('event: project.stage-changed')) text += (await reader.read()).value;
    expect(text).toMatch(/id: \d+\nevent: project.created/);
    await reader.cancel();
  });
});
