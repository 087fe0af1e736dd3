import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

describe('a group', () => {
  it('is kept by administrators only, and each name and provider value is there once', async () => {
    await t.newEvents();
    expect((await t.as('owner').post('/groups', { name: 'Fraud' })).status).toBe(403);
    expect(await t.newEvents()).toEqual(['access.refused']);
    expect((await t.admin.post('/groups', { name: 'Fraud', oidcGroup: 'fraud' })).body).toMatchObject({ memberCount: 0 });
    expect((await t.admin.post('/groups', { name: 'FRAUD' })).body.code).toBe('group-exists');
    expect((await t.admin.post('/groups', { name: 'Other', oidcGroup: 'fraud' })).body.code).toBe('oidc-group-taken');
    expect(await t.newEvents()).toEqual(['group.created']);
  });

  it('refuses a change against an older version', async () => {
    const { body } = await t.admin.post('/groups', { name: 'Versioned' });
    expect((await t.admin.patch(`/groups/${body.id}`, { name: 'A' }, { 'if-match': '"1"' })).status).toBe(200);
    expect((await t.admin.patch(`/groups/${body.id}`, { name: 'B' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await t.as('member').get(`/groups/${body.id}`)).body.name).toBe('A');
  });

  it('gives its members its roles at once, and takes them away when they leave or it goes', async () => {
    const group = (await t.admin.post('/groups', { name: 'Readers' })).body.id;
    expect((await t.admin.post(`/groups/${group}/members`, { email: 'nobody@example.org' })).body.errors[0].pointer).toBe(
      '/email',
    );
    await t.as('owner').post('/projects/project-2/members', { subjectId: group, role: 'viewer' });
    const sees = async () => (await t.as('member').get('/projects/project-2')).status === 200;
    expect(await sees()).toBe(false);
    await t.newEvents();
    expect((await t.admin.post(`/groups/${group}/members`, { email: 'MEMBER@example.org' })).status).toBe(201);
    expect(await t.newEvents()).toEqual(['group.member-added']);
    await t.until('the role to come', sees, 5_000);
    expect((await t.as('viewer').get(`/groups/${group}/members`)).body.items).toMatchObject([
      { email: 'member@example.org', source: 'manual', state: 'active' },
    ]);
    expect((await t.admin.delete(`/groups/${group}/members/${t.as('member').id}`)).status).toBe(204);
    await t.until('the role to go', async () => !(await sees()), 5_000);
    await t.admin.post(`/groups/${group}/members`, { personId: t.as('member').id });
    await t.until('the role to come again', sees, 5_000);
    expect((await t.admin.delete(`/groups/${group}`)).status).toBe(204);
    await t.until('the role to go with the group', async () => !(await sees()), 5_000);
    const { body } = await t.as('owner').get('/projects/project-2/members');
    expect(body.items.map((member: { subjectId: string }) => member.subjectId)).not.toContain(group);
  });

  it('that alone owns a project cannot go', async () => {
    const group = (await t.admin.post('/groups', { name: 'Owners' })).body.id;
    await t.as('owner').post('/projects/project-2/members', { subjectId: group, role: 'owner' });
    expect((await t.as('owner').delete(`/projects/project-2/members/${t.as('owner').id}`)).status).toBe(204);
    expect((await t.admin.delete(`/groups/${group}`)).body).toMatchObject({
      code: 'last-owner',
      projectIds: [t.projects[1]!.id],
    });
    await t.admin.post('/projects/project-2/members', { subjectId: t.as('owner').id, role: 'owner' });
    expect((await t.admin.delete(`/groups/${group}`)).status).toBe(204);
  });
});

describe('a live stream', () => {
  /** Reads until the stream ends or the text is there. */
  async function stream(token: string) {
    const answer = await fetch(`${t.url}/api/v1/events`, { headers: { authorization: `Bearer ${token}` } });
    let text = '';
    const done = (async () => {
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) text += chunk;
    })().catch(() => {});
    await t.until('the stream to begin', async () => text.includes(': connected'));
    return { text: () => text, done };
  }
  const describeProject = (text: string) => t.as('owner').patch('/projects/project-2', { description: text });

  it('shows nothing more to who left the group by which they saw it, and ends with its token', async () => {
    const group = (await t.admin.post('/groups', { name: 'Watchers' })).body.id;
    await t.as('owner').post('/projects/project-2/members', { subjectId: group, role: 'viewer' });
    await t.admin.post(`/groups/${group}/members`, { email: 'member@example.org' });
    const made = (await t.as('member').post('/tokens', { name: 'stream' })).body;
    const { text, done } = await stream(made.token);
    await describeProject('seen');
    await t.until('the event', async () => text().includes('"description":"seen"'));
    await t.admin.delete(`/groups/${group}/members/${t.as('member').id}`);
    await describeProject('hidden');
    // Something of their own comes after it, so the stream has passed it.
    await t.as('member').patch('/me', { name: 'Member' });
    await t.until('their own event', async () => text().includes('event: person.changed'));
    expect(text()).not.toContain('hidden');
    await t.as('member').delete(`/tokens/${made.id}`);
    await done;
  });
});

describe('a service account', () => {
  it('of a project is made by its owners only, and its tokens never reach beyond', async () => {
    const input = { name: 'nightly', projectId: 'project-1', role: 'contributor' };
    expect((await t.as('contributor').post('/service-accounts', input)).status).toBe(403);
    expect((await t.as('member').post('/service-accounts', input)).status).toBe(404);
    expect((await t.as('owner').post('/service-accounts', { name: 'x' })).status).toBe(403);
    expect((await t.as('owner').post('/service-accounts', { ...input, role: 'auditor' })).body.errors[0].pointer).toBe('/role');
    const account = await t.as('owner').post('/service-accounts', input);
    expect(account.body).toMatchObject({ projectName: 'Project 1', state: 'active', tokenCount: 0, createdByName: 'Owner' });
    expect((await t.as('owner').post('/service-accounts', { ...input, name: 'Nightly' })).body.code).toBe(
      'service-account-exists',
    );
    const made = await t.as('owner').post(`/service-accounts/${account.body.id}/tokens`, { name: 'ci' });
    expect(made.body).toMatchObject({ projectId: t.projects[0]!.id, token: expect.stringMatching(/^pln_/) });
    // Even where it was given a role, a token of a project stays in the project.
    await t.as('owner').post('/projects/project-2/members', { subjectId: account.body.id, role: 'viewer' });
    const caller = t.withToken(made.body.token);
    expect((await caller.get('/projects')).body.items.map((item: { slug: string }) => item.slug)).toEqual(['project-1']);
    expect((await caller.get('/projects/project-2')).status).toBe(404);
    expect((await t.as('owner').get(`/service-accounts/${account.body.id}/tokens`)).body.items[0].lastUsedAt).not.toBeNull();
    expect((await t.as('viewer').get('/service-accounts')).body.items).toEqual([]);
    expect((await t.as('owner').get('/service-accounts')).body.items).toMatchObject([{ name: 'nightly', tokenCount: 1 }]);
  });

  it('makes no tokens and no accounts, whatever its role', async () => {
    const account = (await t.as('owner').post('/service-accounts', { name: 'boss', projectId: 'project-1', role: 'owner' })).body;
    const made = await t.as('owner').post(`/service-accounts/${account.id}/tokens`, { name: 'ci' });
    const caller = t.withToken(made.body.token);
    expect((await caller.patch('/projects/project-1', { description: 'by a program' })).status).toBe(200);
    expect((await caller.post('/tokens', { name: 'more' })).status).toBe(403);
    expect((await caller.post(`/service-accounts/${account.id}/tokens`, { name: 'more' })).status).toBe(403);
    const more = await caller.post('/service-accounts', { name: 'more', projectId: 'project-1' });
    expect([more.status, more.body.detail]).toEqual([403, expect.stringContaining('only a person')]);
    expect((await caller.post('/users', { email: 'robot@example.org' })).status).toBe(404);
  });

  it('is refused within five seconds of being disabled, of its token being revoked, and of being deleted', async () => {
    const account = (await t.admin.post('/service-accounts', { name: 'exporter', role: 'auditor' })).body;
    expect(account.projectId).toBeNull();
    expect((await t.as('owner').get(`/service-accounts/${account.id}`)).status).toBe(403);
    const path = `/service-accounts/${account.id}`;
    const token = async () => (await t.admin.post(`${path}/tokens`, { name: 'x' })).body;
    const [first, second] = [await token(), await token()];
    const works = async (made: { token: string }) => (await t.withToken(made.token).get('/audit')).status === 200;
    expect([await works(first), await works(second)]).toEqual([true, true]);
    expect((await t.admin.delete(`${path}/tokens/${first.id}`)).status).toBe(204);
    expect((await t.admin.delete(`${path}/tokens/${first.id}`)).status).toBe(404);
    await t.until('the revoked token to be refused', async () => !(await works(first)), 5_000);
    expect((await t.admin.patch(path, { state: 'disabled' }, { 'if-match': '"7"' })).status).toBe(412);
    expect((await t.admin.patch(path, { state: 'disabled' })).body.state).toBe('disabled');
    await t.until('the disabled account to be refused', async () => !(await works(second)), 5_000);
    expect((await t.admin.patch(path, { state: 'active' })).body.state).toBe('active');
    expect(await works(second)).toBe(true);
    await t.newEvents();
    expect((await t.admin.delete(path)).status).toBe(204);
    expect(await t.newEvents()).toEqual(['service-account.deleted']);
    await t.until('the deleted account to be refused', async () => !(await works(second)), 5_000);
    expect((await t.admin.get(path)).status).toBe(404);
    expect((await t.admin.post('/service-accounts', { name: 'exporter' })).status).toBe(201);
  });
});

describe('sessions', () => {
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  async function signIn(email: string) {
    const answer = await t.as('nobody').post('/session', { email, password: 'a long password' }, { 'user-agent': agent });
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
    const headers = { cookie, origin: t.url };
    return {
      get: (path: string) => t.as('nobody').get(path, headers),
      delete: (path: string) => t.as('nobody').delete(path, headers),
    };
  }

  it('are listed with device and the one that asks, and end one by one or all others at once', async () => {
    await t.admin.post('/users', { email: 'ada@example.org', password: 'a long password' });
    const [here, there, elsewhere] = [
      await signIn('ada@example.org'),
      await signIn('ada@example.org'),
      await signIn('ada@example.org'),
    ];
    const mine = (await here.get('/sessions')).body.items;
    expect(mine).toHaveLength(3);
    expect(mine.filter((session: { current: boolean }) => session.current)).toHaveLength(1);
    expect(mine[0]).toMatchObject({ device: 'Firefox on Linux', address: '127.0.0.1' });
    expect(mine[0]).not.toHaveProperty('hash');
    const other = (await there.get('/sessions')).body.items.find((session: { current: boolean }) => session.current);
    expect((await t.as('viewer').delete(`/sessions/${other.id}`)).status).toBe(404);
    await t.newEvents();
    expect((await here.delete(`/sessions/${other.id}`)).status).toBe(204);
    await t.until('the ended session to be refused', async () => (await there.get('/me')).status === 401, 5_000);
    expect((await here.delete('/sessions')).status).toBe(204);
    await t.until('the other session to be refused', async () => (await elsewhere.get('/me')).status === 401, 5_000);
    expect((await here.get('/me')).status).toBe(200);
    expect(await t.newEvents()).toEqual(['session.ended', 'session.ended']);
  });

  it('of others are seen and ended by administrators only', async () => {
    const person = (await t.admin.post('/users', { email: 'eve@example.org', password: 'a long password' })).body;
    const browser = await signIn('eve@example.org');
    expect((await t.as('owner').get(`/users/${person.id}/sessions`)).status).toBe(403);
    expect((await t.as('auditor').delete(`/users/${person.id}/sessions`)).status).toBe(403);
    expect((await t.admin.get(`/users/${person.id}/sessions`)).body.items).toMatchObject([{ current: false }]);
    expect((await t.admin.delete(`/users/${person.id}/sessions`)).status).toBe(204);
    await t.until('the session to be refused', async () => (await browser.get('/me')).status === 401, 5_000);
  });
});
