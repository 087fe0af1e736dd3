import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

const explain = (caller: Caller, subject: string, action: string, resource: string) =>
  caller.get(`/access/explain?subject=${encodeURIComponent(subject)}&action=${action}&resource=${encodeURIComponent(resource)}`);

describe('the explanation of a right', () => {
  it('is for owners of the project, administrators and auditors only, and names what is wrong in the question', async () => {
    expect((await explain(t.as('viewer'), 'viewer@example.org', 'job.start', 'project-1')).status).toBe(403);
    expect((await explain(t.as('member'), 'viewer@example.org', 'job.start', 'project-1')).status).toBe(404);
    expect((await explain(t.as('owner'), 'viewer@example.org', 'person.manage', 'organization')).status).toBe(403);
    expect((await explain(t.as('owner'), 'viewer@example.org', 'job.fly', 'project-1')).body.errors[0].pointer).toBe(
      '/query/action',
    );
    expect((await explain(t.as('owner'), 'nobody@example.org', 'job.start', 'project-1')).status).toBe(404);
    expect((await explain(t.admin, 'viewer@example.org', 'job.start', 'dataset:none')).status).toBe(404);
  });

  it('says by which role, and through which group on which folder', async () => {
    const direct = await explain(t.as('owner'), t.as('contributor').id, 'job.start', 'project-1');
    expect(direct.body).toMatchObject({
      allowed: true,
      reason: 'Contributor may do job.start on project "Project 1", by the role contributor on project "Project 1".',
      whoCanGrant: [],
    });
    const folder = (await t.admin.post('/folders', { name: 'Bank' })).body.id;
    const group = (await t.admin.post('/groups', { name: 'Readers' })).body.id;
    await t.admin.post(`/groups/${group}/members`, { email: 'member@example.org' });
    await t.admin.post(`/folders/${folder}/members`, { subjectId: group, role: 'viewer' });
    await t.admin.patch('/projects/project-2', { folderId: folder });
    const through = await explain(t.as('auditor'), 'member@example.org', 'run.read', 'project-2');
    expect(through.body.reason).toBe(
      'Member may do run.read on project "Project 2", by the role viewer of the group "Readers" on folder "Bank".',
    );
    const seen = (await t.as('owner').get('/access/grants?resource=project-2')).body.items;
    expect(seen.map((grant: { subjectName: string; scopeKind: string }) => [grant.subjectName, grant.scopeKind])).toEqual(
      expect.arrayContaining([
        ['Readers', 'folder'],
        ['Owner', 'project'],
        ['Auditor', 'organization'],
      ]),
    );
  });

  it('says what is missing and who can give it, and agrees with what happens', async () => {
    const refused = await explain(t.as('owner'), 'viewer@example.org', 'project.update', 'project-1');
    expect(refused.body).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('do not carry it'),
      neededRoles: ['owner', 'admin'],
    });
    expect(refused.body.grants.map((grant: { role: string; carries: boolean }) => [grant.role, grant.carries])).toEqual([
      ['member', false],
      ['viewer', false],
    ]);
    expect(refused.body.whoCanGrant.map((grant: { subjectId: string }) => grant.subjectId)).toEqual([
      t.admin.id,
      t.as('owner').id,
    ]);
    expect((await t.as('viewer').patch('/projects/project-1', { name: 'x' })).status).toBe(403);
    const audits = await explain(t.admin, t.as('auditor').id, 'audit.read', 'organization');
    expect(audits.body.reason).toBe('Auditor may do audit.read in the organization, by the role auditor in the organization.');
    const robot = (await t.admin.post('/service-accounts', { name: 'robot', projectId: 'project-1', role: 'validator' })).body;
    const approval = await explain(t.admin, robot.id, 'approval.decide', 'project-1');
    expect(approval.body).toMatchObject({ allowed: false, reason: expect.stringContaining('only a person') });
    await t.admin.patch(`/service-accounts/${robot.id}`, { state: 'disabled' });
    expect((await explain(t.admin, robot.id, 'run.read', 'project-1')).body.reason).toContain('disabled');
  });

  it('lists what somebody can see: all to administrators, to owners what is on their own projects', async () => {
    const kinds = async (caller: Caller, subject: string) =>
      (await caller.get(`/access/subjects/${subject}/grants`)).body.items.map((grant: { scopeName: string }) => grant.scopeName);
    expect(await kinds(t.admin, t.as('viewer').id)).toEqual(['Organization', 'Project 1']);
    expect(await kinds(t.as('owner'), t.as('viewer').id)).toEqual(['Project 1']);
    expect(await kinds(t.as('viewer'), t.as('viewer').id)).toEqual(['Organization', 'Project 1']);
    expect(await kinds(t.as('viewer'), t.as('contributor').id)).toEqual([]);
    expect(await kinds(t.admin, t.as('member').id)).toEqual(['Organization', 'Bank']);
  });
});

describe('who reaches a place', () => {
  it('is answered with the name of the place, whether the caller may give roles there, and on demand with roles on things in it', async () => {
    const dataset = (await t.as('contributor').post('/projects/project-1/datasets', { name: 'claims' })).body.id;
    const scope = `dataset:${dataset}`;
    await t.as('owner').put('/grants', { email: 'member@example.org', role: 'viewer', scope });
    const ask = async (caller: Caller, query: string) => (await caller.get(`/access/grants?${query}`)).body;
    const onThing = await ask(t.as('owner'), `resource=${scope}`);
    expect(onThing).toMatchObject({ resource: { kind: 'dataset', id: dataset, name: 'claims', projectId: t.projects[0]!.id } });
    expect(onThing.mayGive).toBe(true);
    expect(onThing.items.find((grant: { scopeKind: string }) => grant.scopeKind === 'object')).toMatchObject({
      subjectName: 'Member',
      scopeId: scope,
      scopeName: 'claims',
    });
    const kinds = async (query: string) =>
      new Set((await ask(t.as('auditor'), query)).items.map((grant: { scopeKind: string }) => grant.scopeKind));
    expect((await ask(t.as('auditor'), 'resource=project-1')).mayGive).toBe(false);
    expect(await kinds('resource=project-1')).toEqual(new Set(['organization', 'project']));
    expect(await kinds('resource=project-1&within=true')).toEqual(new Set(['object']));
    expect((await t.as('viewer').get('/access/grants?resource=project-1&within=true')).status).toBe(403);
    expect((await ask(t.admin, 'resource=organization')).resource).toMatchObject({ kind: 'organization', projectId: null });
    const held = (await t.admin.get(`/access/subjects/${t.as('member').id}/grants`)).body.items;
    expect(held.map((grant: { scopeName: string }) => grant.scopeName)).toContain('claims');
  });
});

describe('a role', () => {
  it('on the organization goes to groups, not by this way to people, and never administers by a service account', async () => {
    const group = (await t.admin.post('/groups', { name: 'Auditors' })).body.id;
    const give = (caller: Caller, subjectId: string, role: string) =>
      caller.put('/grants', { subjectId, role, scope: 'organization' });
    expect((await give(t.as('owner'), group, 'auditor')).status).toBe(403);
    expect((await give(t.admin, group, 'viewer')).body.errors[0].pointer).toBe('/role');
    expect((await give(t.admin, t.as('member').id, 'admin')).body.code).toBe('role-of-person');
    const robot = (await t.admin.post('/service-accounts', { name: 'exporter' })).body.id;
    expect((await give(t.admin, robot, 'admin')).body.errors[0].pointer).toBe('/role');
    await t.admin.post(`/groups/${group}/members`, { email: 'consumer@example.org' });
    expect((await t.as('consumer').get('/audit')).status).toBe(403);
    await t.newEvents();
    const given = await give(t.admin, group, 'auditor');
    expect(given.body).toMatchObject({ subjectName: 'Auditors', memberCount: 1, scopeKind: 'organization', projectCount: 3 });
    expect(await t.newEvents()).toEqual(['member.added']);
    await t.until('the role to come', async () => (await t.as('consumer').get('/audit')).status === 200, 5_000);
    expect((await t.as('consumer').get('/me')).body.actions).toContain('audit.read');
    expect((await t.admin.delete(`/grants/${given.body.id}`)).status).toBe(204);
    expect((await t.as('consumer').get('/audit')).status).toBe(403);
    expect((await t.admin.delete(`/grants/${given.body.id}`)).status).toBe(404);
  });

  it('on one thing reaches that thing alone, until it runs out', async () => {
    const make = async (name: string) => (await t.as('contributor').post('/projects/project-1/datasets', { name })).body.id;
    const [shared, other] = [await make('shared'), await make('other')];
    const input = { email: 'member@example.org', role: 'viewer', scope: `dataset:${shared}` };
    expect((await t.as('contributor').put('/grants', input)).status).toBe(403);
    expect((await t.as('member').put('/grants', input)).status).toBe(404);
    expect((await t.as('owner').put('/grants', { ...input, role: 'auditor' })).body.errors[0].pointer).toBe('/role');
    const until = new Date(Date.now() + 2_500).toISOString();
    const given = await t.as('owner').put('/grants', { ...input, expiresAt: until });
    expect(given.body).toMatchObject({ scopeKind: 'object', role: 'viewer', expiresAt: until });
    const status = async (id: string) => (await t.as('member').get(`/datasets/${id}`)).status;
    expect([await status(shared), await status(other)]).toEqual([200, 404]);
    expect((await t.as('member').get('/projects/project-1')).status).toBe(404);
    await t.until('the role to run out', async () => (await status(shared)) === 404, 10_000);
  });

  it('on a project given by this way keeps its owner too', async () => {
    const answer = await t.as('owner').put('/grants', { subjectId: t.as('owner').id, role: 'viewer', scope: 'project-1' });
    expect(answer.body.code).toBe('last-owner');
    const soon = new Date(Date.now() + 60_000).toISOString();
    const lapsing = await t
      .as('owner')
      .put('/grants', { subjectId: t.as('owner').id, role: 'owner', scope: 'project-1', expiresAt: soon });
    expect(lapsing.body.code).toBe('last-owner');
  });
});
