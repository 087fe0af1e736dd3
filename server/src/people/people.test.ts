import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

const signIn = (email: string, password: string, headers: Record<string, string> = {}) =>
  t.as('nobody').post('/session', { email, password }, headers);

describe('signing in', () => {
  it('answers an unknown address and a wrong password alike, and slows down after ten tries', async () => {
    await t.admin.post('/users', { email: 'ada@example.org', name: 'Ada', password: 'a long password' });
    const [unknown, wrong] = [await signIn('nobody@example.org', 'x'), await signIn('ada@example.org', 'x')];
    expect([unknown.status, unknown.body.code, unknown.body.detail]).toEqual([401, 'bad-credentials', wrong.body.detail]);
    for (let index = 0; index < 9; index++) await signIn('slow@example.org', 'x');
    const slowed = await signIn('slow@example.org', 'x');
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '900']);
    await t.app.platform.database.pool.query('delete from sign_in_attempts');
  });

  it('lets in as many as come from one address with the right password, and none of their tries wears off those that failed', async () => {
    const email = 'many@example.org';
    await t.admin.post('/users', { email, password: 'a long password' });
    for (let index = 0; index < 4; index++) await signIn('guessed@example.org', `wrong ${index}`);
    for (let index = 0; index < 12; index++) expect((await signIn(email, 'a long password')).status).toBe(201);
    for (let index = 0; index < 6; index++) expect((await signIn(`guessed-${index}@example.org`, 'x')).status).toBe(401);
    expect((await signIn('guessed-last@example.org', 'x')).status).toBe(429);
    await t.app.platform.database.pool.query('delete from sign_in_attempts');
  });

  it('gives a cookie that pages of other origins cannot use, and that dies on leaving', async () => {
    const signed = await signIn('ada@example.org', 'a long password');
    expect(signed.status).toBe(201);
    const set = signed.headers.get('set-cookie')!;
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    expect(set).not.toMatch(/Domain/);
    const cookie = set.split(';')[0]!;
    const me = (headers: Record<string, string>) => t.as('nobody').get('/me', { cookie, ...headers });
    expect((await me({})).body.email).toBe('ada@example.org');
    expect((await me({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const rename = (headers: Record<string, string>) => t.as('nobody').patch('/me', { name: 'Eve' }, { cookie, ...headers });
    expect((await rename({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await rename({})).status).toBe(403);
    expect((await rename({ origin: t.url })).status).toBe(200);
    expect((await t.as('nobody').delete('/session', { cookie, origin: t.url })).status).toBe(204);
    await t.until('the session to end everywhere', async () => (await me({})).status === 401);
  });
});

describe('tokens', () => {
  it('are shown once, kept as a hash, and worthless within five seconds of being revoked', async () => {
    const made = await t.as('owner').post('/tokens', { name: 'laptop' });
    expect(made.body.token).toMatch(/^pln_/);
    expect((await t.as('owner').get('/tokens')).body.items[0]).not.toHaveProperty('token');
    const { rows } = await t.app.platform.database.pool.query('select * from tokens where id = $1', [made.body.id]);
    expect(JSON.stringify(rows)).not.toContain(made.body.token);
    expect((await t.withToken(made.body.token).get('/projects')).status).toBe(200);
    expect((await t.as('contributor').delete(`/tokens/${made.body.id}`)).status).toBe(404);
    expect((await t.as('owner').delete(`/tokens/${made.body.id}`)).status).toBe(204);
    await t.until(
      'the token to be refused',
      async () => (await t.withToken(made.body.token).get('/projects')).status === 401,
      5_000,
    );
  });

  it('never carry more than the one they were made with', async () => {
    expect((await t.as('owner').post('/tokens', { name: 'x', actions: ['job.fly'] })).body.errors[0].pointer).toBe('/actions/0');
    expect((await t.as('owner').post('/tokens', { name: 'x', expiresAt: '2020-01-01T00:00:00Z' })).body.errors[0].pointer).toBe(
      '/expiresAt',
    );
    const narrow = (
      await t
        .as('owner')
        .post('/tokens', { name: 'narrow', projectId: 'project-1', actions: ['project.read', 'run.read', 'self.write'] })
    ).body.token;
    const caller = t.withToken(narrow);
    expect((await caller.get('/projects')).body.items.map((item: { slug: string }) => item.slug)).toEqual(['project-1']);
    expect((await caller.get('/projects/project-2')).status).toBe(404);
    expect((await caller.patch('/projects/project-1', { name: 'x' })).status).toBe(403);
    expect((await caller.post('/tokens', { name: 'wider', projectId: 'project-2' })).status).toBe(400);
    expect((await caller.post('/tokens', { name: 'wider', actions: ['project.update'] })).status).toBe(403);
  });
});

describe('a token with limits', () => {
  /** Nobody here has a password yet: who may set one has the account. */
  const viewer = () => t.as('viewer');
  const make = async (limits: object) => {
    const { body } = await viewer().post('/tokens', { name: 'limited', ...limits });
    return { ...t.withToken(body.token), tokenId: body.id as string };
  };
  const password = 'another long password';

  it('of one project leaves the account alone: name, password, sessions and other tokens', async () => {
    const caller = await make({ projectId: 'project-1' });
    const other = await make({});
    await t.newEvents();
    expect((await caller.patch('/me', { password })).status).toBe(403);
    expect((await caller.delete('/sessions')).status).toBe(403);
    expect((await caller.delete('/sessions/ses_x')).status).toBe(403);
    expect((await caller.delete(`/tokens/${other.tokenId}`)).status).toBe(403);
    expect((await signIn(viewer().email, password)).status).toBe(401);
    expect((await t.newEvents()).filter((verb) => verb !== 'access.refused')).toEqual([]);
    const narrower = await caller.post('/tokens', { name: 'of the same project' });
    expect([narrower.status, narrower.body.projectId]).toEqual([201, t.projects[0]!.id]);
  });

  it('of some actions reads and writes what is one’s own only where that is among them', async () => {
    const caller = await make({ actions: ['run.read'] });
    for (const answer of [
      await caller.patch('/me', { name: 'Eve' }),
      await caller.get('/tokens'),
      await caller.get('/sessions'),
      await caller.delete('/sessions'),
    ])
      expect(answer.status).toBe(403);
    // Else it would outlive its own revocation.
    const made = await caller.post('/tokens', { name: 'the same again' });
    expect([made.status, made.body.detail]).toEqual([403, expect.stringContaining('self.write')]);
    expect((await caller.get('/me')).status).toBe(200);
    const reader = await make({ actions: ['self.read'] });
    expect((await reader.get('/tokens')).status).toBe(200);
    expect((await reader.patch('/me', { name: 'Eve' })).status).toBe(403);
    const writer = await make({ actions: ['self.write'] });
    expect((await writer.patch('/me', { name: 'Viewer' })).status).toBe(200);
  });

  it('can always be given back by whoever holds it', async () => {
    for (const limits of [{ projectId: 'project-1' }, { actions: ['run.read'] }]) {
      const caller = await make(limits);
      expect((await caller.delete(`/tokens/${caller.tokenId}`)).status).toBe(204);
    }
  });
});

describe('administrators', () => {
  it('alone add and change people, and one always remains', async () => {
    expect((await t.as('owner').post('/users', { email: 'x@example.org' })).status).toBe(403);
    expect((await t.admin.patch(`/users/${t.admin.id}`, { role: 'member' })).body.code).toBe('last-administrator');
    expect((await t.admin.post('/users', { email: 'ADA@example.org' })).body.code).toBe('person-exists');
    const grace = await t.admin.post('/users', { email: 'grace@example.org', password: 'a long password', role: 'admin' });
    expect(grace.body.role).toBe('admin');
    expect((await t.admin.patch(`/users/${grace.body.id}`, { state: 'disabled' })).body.state).toBe('disabled');
    expect((await signIn('grace@example.org', 'a long password')).status).toBe(401);
  });
});
