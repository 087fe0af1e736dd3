import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../kit/digest.ts';
import { registeredVersion } from '../testing/log-model.ts';
import { type Caller, plinth, type TestPlinth } from '../testing/plinth.ts';

/** What people outside rely on to the letter and no module's own story tells. */
let t: TestPlinth;
let owner: Caller;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
  owner = t.as('owner');
});
afterAll(() => t?.stop());

interface Document {
  paths: Record<string, Record<string, { operationId: string; parameters?: { name: string; in: string; required: boolean }[] }>>;
}

describe('open routes', () => {
  it('answer without credentials; everything else answers 401 without them, as problem+json', async () => {
    const nobody = t.as('nobody');
    for (const path of ['/livez', '/readyz', '/health', '/version', '/docs', '/docs/', '/docs/jobs', '/api/v1/openapi.json'])
      expect((await nobody.get(path)).status, path).toBe(200);
    expect((await nobody.get('/readyz')).body).toMatchObject({ status: 'ready', parts: { database: 'ready' } });
    for (const path of ['/metrics', '/api/v1/me', '/api/v1/nothing', '/api/v2/x', '/w/wsp_none/']) {
      const answer = await nobody.get(path);
      expect(answer.status, path).toBe(401);
      if (!path.startsWith('/w/')) expect(answer.headers.get('content-type'), path).toMatch(/^application\/problem\+json/);
    }
    expect((await owner.get('/metrics')).body).toMatch(/^# HELP /);
  });

  it('lead within the documentation under the prefix of the public URL', async () => {
    const prefixed = await plinth({ env: { PLINTH_PUBLIC_URL: 'https://plinth.example.org/base' } });
    try {
      const { body } = await prefixed.as('nobody').get('/docs');
      expect(body).toContain('href="/base/docs/jobs"');
      expect(body).not.toContain('href="/docs');
    } finally {
      await prefixed.stop();
    }
  });
});

describe('credentials', () => {
  it('are the token as Bearer or as the password of Basic', async () => {
    const basic = { authorization: `Basic ${Buffer.from(`anything:${owner.token}`).toString('base64')}` };
    expect((await t.as('nobody').get('/me', basic)).body).toMatchObject({ email: owner.email });
  });

  it('count at once when they are withdrawn, and so does another default project', async () => {
    const made = (await owner.post('/tokens', { name: 'short' })).body;
    const caller = t.withToken(made.token);
    expect((await caller.get('/me')).status).toBe(200);
    expect((await owner.delete(`/tokens/${made.id}`)).status).toBe(204);
    expect((await caller.get('/me')).status).toBe(401);

    const password = 'a password of Ida';
    await t.admin.post('/users', { email: 'ida@example.org', name: 'Ida', password });
    const signedIn = await t.as('nobody').post('/session', { email: 'ida@example.org', password });
    expect(signedIn.headers.get('set-cookie')).toMatch(/^plinth_session=[^;]+; .*HttpOnly; SameSite=Strict/);
    const browser = { cookie: signedIn.headers.get('set-cookie')!.split(';')[0]!, origin: t.url };
    const ida = t.withToken((await t.as('nobody').post('/tokens', { name: 'hers' }, browser)).body.token);
    const search = () => ida.post('/api/2.0/mlflow/experiments/search', { max_results: 1 });
    const without = (await search()).body;
    expect(without).toMatchObject({
      error_code: 'INVALID_PARAMETER_VALUE',
      message: expect.stringContaining('/mlflow/{project}'),
    });
    expect((await ida.post('/projects', { name: 'Of Ida' })).status).toBe(201);
    expect((await ida.patch('/me', { defaultProject: 'of-ida' })).status).toBe(200);
    expect((await search()).body).toMatchObject({ experiments: [{ name: 'Default' }] });
    expect((await ida.patch('/me', { defaultProject: null })).status).toBe(200);
    expect((await search()).body.error_code).toBe('INVALID_PARAMETER_VALUE');

    expect((await t.as('nobody').get('/me', browser)).status).toBe(200);
    expect((await t.as('nobody').delete('/session', browser)).status).toBe(204);
    expect((await t.as('nobody').get('/me', browser)).status).toBe(401);
  });

  it('of a service account say what it is', async () => {
    const account = (await t.admin.post('/service-accounts', { name: 'robot' })).body;
    const { token } = (await t.admin.post(`/service-accounts/${account.id}/tokens`, { name: 'r' })).body;
    expect((await t.withToken(token).get('/me')).body).toMatchObject({
      id: account.id,
      name: 'robot',
      kind: 'service-account',
      createdAt: account.createdAt,
    });
  });
});

describe('lists', () => {
  /** Courses, listings of folders and sums: no lists of nouns. */
  const apart = [
    'listArtifacts',
    'listCosts',
    'listDeploymentTraffic',
    'listDeploymentTrafficInProject',
    'listMetricHistories',
    'listMetricKeys',
    'listParamKeys',
    'listRepoTree',
    'listRoles',
    'listRunMetrics',
    'listSnapshotFiles',
    'listVersionArtifacts',
  ];

  it('take limit, cursor, sort and filter, and answer items and nextCursor', async () => {
    const { paths } = (await owner.get('/openapi.json')).body as Document;
    const lists = Object.entries(paths).flatMap(([path, methods]) =>
      methods.get?.operationId.startsWith('list') && !apart.includes(methods.get.operationId) ? [{ path, ...methods.get }] : [],
    );
    expect(lists.length).toBeGreaterThan(35);
    // Ordered by time alone: commits of git, and the log of predictions.
    const timeOnly = ['listCommits', 'listDeploymentPredictions', 'listDeploymentPredictionsInProject'];
    for (const { path, operationId, parameters = [] } of lists) {
      const names = parameters.filter((one) => one.in === 'query').map((one) => one.name);
      const wanted = timeOnly.includes(operationId) ? ['limit', 'cursor'] : ['limit', 'cursor', 'sort', 'filter'];
      expect(names, `${operationId} ${path}`).toEqual(expect.arrayContaining(wanted));
    }
    const reachable = lists.filter(({ path }) => !/\{(?!project\})/.test(path));
    for (const { path, operationId, parameters = [] } of reachable) {
      const needed = parameters.filter((one) => one.in === 'query' && one.required).map(({ name }) => `&${name}=project-1`);
      const at = `${path.replace('/api/v1', '').replace('{project}', 'project-1')}?limit=1${needed.join('')}`;
      const answer = await t.admin.get(at);
      expect(answer.status, `${operationId} ${JSON.stringify(answer.body)}`).toBe(200);
      expect(answer.body.items.length, operationId).toBeLessThanOrEqual(1);
      expect(answer.body, operationId).toHaveProperty('nextCursor');
      for (const limit of ['0', '1001', 'x']) {
        const refused = await t.admin.get(at.replace('limit=1', `limit=${limit}`));
        expect([refused.status, refused.body.errors?.[0]?.pointer], operationId).toEqual([400, '/query/limit']);
      }
    }
  });
});

describe('faults in the input', () => {
  it('are named by JSON pointers', async () => {
    const pointers = async (answer: Promise<{ status: number; body: { errors: { pointer: string }[] } }>) => {
      const { status, body } = await answer;
      expect(status).toBe(400);
      return body.errors.map((one) => one.pointer);
    };
    expect(await pointers(owner.post('/projects', {}))).toEqual(['/name']);
    expect(await pointers(owner.post('/projects', []))).toEqual(['']);
    expect(await pointers(owner.post('/projects', { name: 'x', 'a/b': 1 }))).toEqual(['/a~1b']);
    expect(await pointers(owner.get('/projects?sort=nothing'))).toEqual(['/query/sort']);
    expect(await pointers(owner.get('/events', { 'last-event-id': 'x' }))).toEqual(['/header/Last-Event-ID']);
  });

  it('of kinds that have their own status answer with it', async () => {
    expect((await owner.post('/projects', '<a/>', { 'content-type': 'text/xml' })).status).toBe(415);
    expect((await owner.post('/projects', 'bytes', { 'content-type': 'application/octet-stream' })).status).toBe(415);
    const wrong = await owner.put('/projects', {});
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await owner.post('/projects', { name: 'x', description: 'x'.repeat(3_000_000) })).status).toBe(413);
  });
});

describe('a PATCH', () => {
  it('is a merge patch: null empties a text, tags are merged one by one', async () => {
    await owner.patch('/projects/project-1', { description: 'of cells' });
    expect((await owner.patch('/projects/project-1', { description: null })).body.description).toBe('');
    expect((await owner.patch('/projects/project-1', { name: null })).body.errors[0].pointer).toBe('/name');
    await registeredVersion(owner, 'project-1', 'patched');
    for (const at of ['/projects/project-1/models/patched', '/projects/project-1/models/patched/versions/1']) {
      expect((await owner.patch(at, { tags: { team: 'risk', stage: 'first' } })).body.tags).toEqual({
        team: 'risk',
        stage: 'first',
      });
      const merged = await owner.patch(at, { tags: { stage: null, area: 'sales' }, description: 'd' });
      expect(merged.body).toMatchObject({ tags: { team: 'risk', area: 'sales' }, description: 'd' });
      expect((await owner.patch(at, { description: null })).body.description).toBe('');
    }
  });

  it('of what people edit is refused with 412 when somebody was faster', async () => {
    await registeredVersion(owner, 'project-1', 'raced');
    const targets: [string, unknown, unknown][] = [
      ['/projects/project-1', { description: 'a' }, { description: 'b' }],
      ['/projects/project-1/models/raced', { description: 'a' }, { description: 'b' }],
      ['/projects/project-1/models/raced/versions/1', { description: 'a' }, { description: 'b' }],
    ];
    for (const [path, first, second] of targets) {
      const tag = (await owner.get(path)).headers.get('etag')!;
      expect(tag, path).toMatch(/^"\w+"$/);
      const changed = await owner.patch(path, first, { 'if-match': tag });
      expect(changed.status, path).toBe(200);
      expect((await owner.patch(path, second, { 'if-match': tag })).status, path).toBe(412);
      expect((await owner.patch(path, second, { 'if-match': changed.headers.get('etag')! })).status, path).toBe(200);
    }
  });
});

describe('a project', () => {
  it('is made with a goal in words, and says where it stands', async () => {
    const made = await owner.post('/projects', { name: 'With a goal', goal: 'Find it' });
    expect([made.status, made.body.goal]).toEqual([201, 'Find it']);
    await owner.post('/projects/with-a-goal/stage', { stage: 'data', reason: 'There is some.' });
    expect((await owner.get('/projects/with-a-goal/stage')).body).toMatchObject({
      stage: 'data',
      status: 'active',
      reason: 'There is some.',
      changedByName: 'Owner',
    });
  });

  it('takes contents under any content type, or none', async () => {
    for (const [type, content] of [
      ['text/csv', 'a,b\n'],
      ['application/x-www-form-urlencoded', 'x=1'],
      ['application/json', '{"a": 1}'],
      ['', 'plain'],
    ] as const) {
      const headers: Record<string, string> = type ? { 'content-type': type } : {};
      const sent = await owner.put(`/projects/project-1/blobs/${sha256(content)}`, Buffer.from(content), headers);
      expect([sent.status, sent.body], type).toEqual([200, { sha256: sha256(content), sizeBytes: content.length }]);
    }
    const wrong = await owner.put(`/projects/project-1/blobs/${sha256('x')}`, Buffer.from('y'), { 'content-type': 'text/plain' });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'digest-mismatch']);
  });

  it('holds its things under its own address too, and nobody else’s', async () => {
    const dataset = (await owner.post('/projects/project-1/datasets', { name: 'rows' })).body;
    const form = new FormData();
    form.append('file', new Blob(['a\n1\n']), 'folder/rows.csv');
    const at = `/projects/project-1/datasets/${dataset.id}`;
    const snapshot = await owner.post(`${at}/snapshots`, form);
    expect(snapshot.status).toBe(201);
    expect((await owner.get(at)).body).toMatchObject({ id: dataset.id, name: 'rows' });
    expect((await owner.get(`${at}/snapshots`)).body.items).toMatchObject([{ id: snapshot.body.id }]);
    expect((await owner.get(`/projects/project-2/datasets/${dataset.id}`)).body.code).toBe('not-found');
    expect((await owner.get(`/projects/none/datasets/${dataset.id}`)).status).toBe(404);
    expect((await t.as('member').get(at)).status).toBe(404);
  });

  it('refuses a job whose patch does not fit, also where there is no commit yet', async () => {
    const refused = await owner.post('/projects/project-2/jobs', {
      command: 'true',
      environment: 'base',
      patch: 'no diff at all',
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'patch-does-not-apply']);
  });
});

describe('an approval', () => {
  it('is asked for by the name of its subject alone, where one project has it', async () => {
    const ask = (subject: string, more = {}) => owner.post('/approvals', { subject, channel: 'prod', ...more });
    expect((await ask('models:/none/1')).status).toBe(400);
    await registeredVersion(owner, 'project-1', 'only');
    const asked = await ask('models:/only/1');
    expect([asked.status, asked.body.projectSlug]).toEqual([201, 'project-1']);
    expect((await t.as('member').post('/approvals', { subject: 'models:/only/1', channel: 'prod' })).status).toBe(400);
    await registeredVersion(owner, 'project-2', 'only');
    const unclear = await ask('models:/only/1');
    expect([unclear.status, unclear.body.errors[0].pointer]).toEqual([400, '/project']);
    expect(unclear.body.detail).toMatch(/project-1, project-2/);
    expect((await ask('models:/only/1', { project: 'project-2' })).body.projectSlug).toBe('project-2');
    await owner.patch('/me', { defaultProject: 'project-2' });
    expect((await ask('models:/only/1')).body.projectSlug).toBe('project-2');
  });
});

describe('a deployment', () => {
  it('lets nothing into prod by its traffic, whether the channel is there or not', async () => {
    await registeredVersion(owner, 'project-1', 'served');
    const made = await owner.post('/projects/project-1/deployments', { name: 'serving', model: 'models:/served/1' });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const prod = { traffic: [{ channel: 'prod', version: 1, weight: 100 }] };
    for (const at of ['/deployments/serving/traffic', '/projects/project-1/deployments/serving/traffic']) {
      const refused = await owner.patch(at, prod);
      expect([refused.status, refused.body.code, typeof refused.body.approvalId], at).toEqual([
        409,
        'approval-required',
        'string',
      ]);
    }
    expect((await owner.get('/projects/project-1/deployments/serving')).body.traffic).toMatchObject([{ channel: 'beta' }]);
    expect((await owner.patch('/deployments/serving/traffic', { traffic: [{ channel: 'prod', weight: 100 }] })).status).toBe(404);
    const tag = (await owner.get('/deployments/serving')).headers.get('etag')!;
    const same = { traffic: [{ channel: 'beta', weight: 100 }] };
    expect((await owner.patch('/deployments/serving/traffic', same, { 'if-match': '"other"' })).status).toBe(412);
    expect((await owner.patch('/deployments/serving/traffic', same, { 'if-match': tag })).status).toBe(200);
    expect((await owner.get("/deployments/serving/revisions?filter=channel = 'beta'&sort=number")).body.items).toMatchObject([
      { number: 1 },
    ]);
  });
});

describe('lineage', () => {
  it('is told as it was known at a time', async () => {
    const { id } = await registeredVersion(owner, 'project-1', 'traced');
    const edges = async (more: string) => (await owner.get(`/lineage?node=version:${id}${more}`)).body.edges.length;
    expect(await edges('')).toBeGreaterThan(0);
    expect(await edges('&asOf=2020-01-01T00:00:00Z')).toBe(0);
    expect(await edges(`&asOf=${new Date(Date.now() + 60_000).toISOString()}`)).toBe(await edges(''));
  });
});

it('a project is named by id or slug wherever one is asked about', async () => {
  await owner.patch('/projects/project-1', { description: 'named' });
  const { id } = (await owner.get('/projects/project-1')).body;
  await owner.post('/service-accounts', { name: 'of one', projectId: 'project-1' });
  // All of it is on record now.
  await t.newEvents();
  for (const named of ['project-1', id]) {
    for (const path of ['/audit', '/activity']) {
      const { items } = (await t.admin.get(`${path}?project=${named}&verb=project.changed`)).body;
      expect(items[0]?.object, path).toMatchObject({ id });
    }
    expect((await t.admin.get(`/service-accounts?project=${named}`)).body.items).toMatchObject([{ name: 'of one' }]);
    expect((await t.admin.get(`/costs?project=${named}`)).status).toBe(200);
  }
  const events = await owner.get('/events?after=0&timeoutSeconds=0&project=project-1');
  expect(events.body).toContain('event: project.changed');
  expect((await owner.get('/events?after=0&timeoutSeconds=0&project=project-2')).body).not.toContain('event: project.changed');
});
