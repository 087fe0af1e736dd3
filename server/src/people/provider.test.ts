import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestBrowser, type TestProvider, testProvider } from '../testing/oidc-provider.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { checkProvider } from './provider.ts';

let provider: TestProvider;
let t: TestPlinth;
beforeAll(async () => {
  provider = await testProvider();
  t = await plinth({
    projects: 1,
    env: {
      PLINTH_OIDC_ISSUER: provider.issuer,
      PLINTH_OIDC_CLIENT_ID: provider.clientId,
      PLINTH_OIDC_CLIENT_SECRET: provider.clientSecret,
      PLINTH_OIDC_SCOPES: 'openid profile email groups',
      PLINTH_OIDC_ADMIN_GROUP: 'plinth-admins',
    },
  });
  await provider.allow(callback());
});
afterAll(async () => {
  await t?.stop();
  await provider?.stop();
});
beforeEach(() => t.newEvents());

const callback = () => `${t.url}/api/v1/session/oidc/callback`;
const isCallback = (url: string) => url.startsWith(callback());
const isPage = (url: string) => url.startsWith(t.url) && !url.includes('/api/');

/** The address that the provider sends the browser back to, not opened yet. */
async function comeBack(browser: TestBrowser, subject: string, next = '/'): Promise<string> {
  provider.signsIn = subject;
  return browser.follow(`${t.url}/api/v1/session/oidc?next=${encodeURIComponent(next)}`, isCallback);
}

async function signIn(subject: string, next?: string): Promise<{ browser: TestBrowser; page: string }> {
  const browser = new TestBrowser();
  const page = await browser.follow(await comeBack(browser, subject, next), isPage);
  return { browser, page: page.slice(t.url.length) };
}

const me = async (browser: TestBrowser) => (await browser.get(`${t.url}/api/v1/me`)) as { status: number; body: Me };
interface Me {
  id: string;
  email: string;
  role: string;
}

describe('a way to the provider and back', () => {
  it('that did not begin here, or whose state was changed, ends at the sign-in page without a session', async () => {
    provider.people.mallory = { email: 'mallory@example.org', email_verified: true };
    const browser = new TestBrowser();
    const back = new URL(await comeBack(browser, 'mallory'));
    back.searchParams.set('state', 'another');
    expect((await browser.get(back.href)).location).toBe(`${t.url}/sign-in?problem=bad-round-trip`);
    expect((await me(browser)).status).toBe(401);
    expect((await browser.get(callback())).location).toBe(`${t.url}/sign-in?problem=bad-round-trip`);
    expect(await t.newEvents()).toEqual([]);
  });

  it('is good in the browser that began it only, and once', async () => {
    const [hers, his] = [new TestBrowser(), new TestBrowser()];
    const back = await comeBack(hers, 'mallory');
    await comeBack(his, 'mallory');
    expect((await his.get(back)).location).toContain('problem=bad-round-trip');
    expect((await hers.get(back)).location).toContain('problem=bad-round-trip');
    const again = await comeBack(hers, 'mallory');
    expect((await hers.get(again)).location).toBe(`${t.url}/`);
    expect((await hers.get(again)).location).toContain('problem=bad-round-trip');
  });

  it('goes to pages of ours only', async () => {
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', 'x']) {
      expect((await signIn('mallory', next)).page).toBe('/');
    }
    expect((await signIn('mallory', '/projects/project-1?tab=jobs')).page).toBe('/projects/project-1?tab=jobs');
  });

  it('that the provider refuses is told by the sign-in page', async () => {
    const browser = new TestBrowser();
    const back = new URL(await comeBack(browser, 'mallory'));
    back.searchParams.set('code', 'x'.repeat(40));
    expect((await browser.get(back.href)).location).toBe(`${t.url}/sign-in?problem=provider-refused`);
  });
});

describe('who comes from the provider', () => {
  it('is made a member at the first sign-in and known at the next', async () => {
    provider.people.ada = { email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' };
    const first = await signIn('ada');
    const ada = (await me(first.browser)).body;
    expect(ada).toMatchObject({ email: 'ada@example.org', name: 'Ada Lovelace', role: 'member' });
    expect(await t.newEvents()).toEqual(['person.created', 'session.created']);
    provider.people.ada.email = 'ada.king@example.org';
    expect((await me((await signIn('ada')).browser)).body.id).toBe(ada.id);
    expect(await t.newEvents()).toEqual(['session.created']);
  });

  it('is refused without an address that the provider vouches for', async () => {
    provider.people.eve = { email: 'owner@example.org', email_verified: false };
    expect((await signIn('eve')).page).toBe('/sign-in?problem=unverified-email');
    provider.people.eve = {};
    expect((await signIn('eve')).page).toBe('/sign-in?problem=unverified-email');
    expect(await t.newEvents()).toEqual([]);
  });

  it('is linked by a verified address to whom an administrator added, and no second one after', async () => {
    provider.people.owner = { email: 'Owner@example.org', email_verified: true };
    expect((await me((await signIn('owner')).browser)).body.id).toBe(t.as('owner').id);
    expect(await t.newEvents()).toEqual(['person.linked', 'session.created']);
    provider.people.impostor = { email: 'owner@example.org', email_verified: true };
    expect((await signIn('impostor')).page).toBe('/sign-in?problem=linked-elsewhere');
  });

  it('is refused when disabled here, linked before or not', async () => {
    provider.people.grace = { email: 'grace@example.org', email_verified: true };
    const grace = (await t.admin.post('/users', { email: 'grace@example.org' })).body;
    await t.admin.patch(`/users/${grace.id}`, { state: 'disabled' });
    expect((await signIn('grace')).page).toBe('/sign-in?problem=person-disabled');
    await t.admin.patch(`/users/${grace.id}`, { state: 'active' });
    expect((await signIn('grace')).page).toBe('/');
    await t.admin.patch(`/users/${grace.id}`, { state: 'disabled' });
    expect((await signIn('grace')).page).toBe('/sign-in?problem=person-disabled');
  });

  it('enters and leaves groups as the provider says, and stays where an administrator put them', async () => {
    const fraud = (await t.admin.post('/groups', { name: 'Fraud', oidcGroup: 'team-fraud' })).body.id;
    const byHand = (await t.admin.post('/groups', { name: 'By hand' })).body.id;
    await t.as('owner').post('/projects/project-1/members', { subjectId: fraud, role: 'viewer' });
    provider.people.joan = { email: 'joan@example.org', email_verified: true, groups: ['team-fraud', 'unknown-here'] };
    await t.newEvents();
    const joined = await signIn('joan');
    expect(await t.newEvents()).toEqual(['person.created', 'group.member-added', 'session.created']);
    const joan = (await me(joined.browser)).body;
    expect((await joined.browser.get(`${t.url}/api/v1/projects/project-1`)).status).toBe(200);
    await t.admin.post(`/groups/${byHand}/members`, { personId: joan.id });
    provider.people.joan.groups = [];
    await t.newEvents();
    const left = await signIn('joan');
    expect(await t.newEvents()).toEqual(['group.member-removed', 'session.created']);
    expect((await left.browser.get(`${t.url}/api/v1/projects/project-1`)).status).toBe(404);
    expect((await t.admin.get(`/groups/${byHand}/members`)).body.items).toMatchObject([{ personId: joan.id, source: 'manual' }]);
  });

  it('is administrator as long as the provider says so; who was made one by hand stays one', async () => {
    provider.people.root = { email: 'root@example.org', email_verified: true, groups: ['plinth-admins'] };
    expect((await me((await signIn('root')).browser)).body.role).toBe('admin');
    provider.people.root.groups = [];
    expect((await me((await signIn('root')).browser)).body.role).toBe('member');
    provider.people.first = { email: t.admin.email, email_verified: true };
    expect((await me((await signIn('first')).browser)).body.role).toBe('admin');
  });
});

describe('the doctor', () => {
  it('tells whether the provider answers, and what it must allow', async () => {
    const { config } = t.app.platform;
    expect(await checkProvider(config)).toEqual({ ok: true, detail: expect.stringContaining(callback()) });
    const wrong = { ...config, oidc: { ...config.oidc!, issuer: 'http://127.0.0.1:1' } };
    expect(await checkProvider(wrong)).toEqual({ ok: false, detail: expect.stringContaining('PLINTH_OIDC_ISSUER') });
  });
});

describe('the sign-in page', () => {
  it('hears which provider there is', async () => {
    expect((await t.as('nobody').get('/session/options')).body).toEqual({ password: true, oidc: { name: '127.0.0.1' } });
  });

  it('without a provider offers none', async () => {
    const plain = await plinth();
    try {
      expect((await plain.as('nobody').get('/session/options')).body.oidc).toBeNull();
      expect((await plain.as('nobody').get('/session/oidc')).body.code).toBe('no-provider');
      expect((await plain.as('nobody').get('/session/oidc/callback')).headers.get('location')).toContain('bad-round-trip');
    } finally {
      await plain.stop();
    }
  });
});
