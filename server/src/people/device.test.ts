import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSecret } from '../kit/ids.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
let browser: Record<string, string>;
beforeAll(async () => {
  t = await plinth();
  const password = newSecret('');
  await t.admin.post('/users', { email: 'vera@example.org', name: 'Vera', password });
  const signedIn = await t.as('nobody').post('/session', { email: 'vera@example.org', password });
  browser = { cookie: signedIn.headers.get('set-cookie')!.split(';')[0]!, origin: t.url };
});
afterAll(() => t?.stop());

const start = async (name = 'plinth on laptop') => (await t.as('nobody').post('/session/device', { name })).body;
const poll = (deviceCode: string) => t.as('nobody').post('/session/device/token', { deviceCode });
const decide = (code: string, decision: string, headers = browser) =>
  t.as('nobody').post(`/session/device/${code}/decision`, { decision }, headers);
/** Asks as often as one may until the answer is about something else than the pace. */
const pollUntilTold = (deviceCode: string) =>
  t.until('an answer other than slow-down', async () => {
    const answer = await poll(deviceCode);
    return answer.body.code === 'slow-down' ? null : answer;
  });

it('nobody decides without a browser session: not a stranger, not a token, not a page of another origin', async () => {
  const { userCode } = await start();
  expect((await t.as('nobody').get(`/session/device/${userCode}`)).status).toBe(401);
  expect((await decide(userCode, 'approved', {})).status).toBe(401);
  const byToken = await t.as('owner').post(`/session/device/${userCode}/decision`, { decision: 'approved' });
  expect([byToken.status, byToken.body.code]).toEqual([403, 'forbidden']);
  const elsewhere = await decide(userCode, 'approved', { ...browser, origin: 'https://evil.example' });
  expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'cross-origin']);
});

it('a program waits, a person sees who asks and approves, and the program gets a token of theirs once', async () => {
  await t.newEvents();
  const { deviceCode, userCode, verificationUrlComplete } = await start();
  expect(userCode).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
  expect(verificationUrlComplete).toMatch(new RegExp(`/device/${userCode}$`));
  expect((await poll(deviceCode)).body.code).toBe('authorization-pending');
  expect((await poll(deviceCode)).body.code).toBe('slow-down');
  const asked = await t.as('nobody').get(`/session/device/${userCode.toLowerCase()}`, browser);
  expect(asked.body).toMatchObject({ name: 'plinth on laptop', address: '127.0.0.1' });
  expect((await decide(userCode, 'approved')).status).toBe(204);
  expect((await decide(userCode, 'denied')).status).toBe(404);
  const given = await pollUntilTold(deviceCode);
  expect(given.status).toBe(201);
  expect((await t.withToken(given.body.token).get('/me')).body.email).toBe('vera@example.org');
  expect((await poll(deviceCode)).body.code).toBe('device-code-expired');
  expect(await t.newEvents()).toEqual(['device-sign-in.approved', 'token.created']);
});

it('what was refused, or is older than ten minutes, gives no token', async () => {
  const refused = await start();
  await decide(refused.userCode, 'denied');
  expect((await poll(refused.deviceCode)).body.code).toBe('sign-in-denied');
  const old = await start();
  await decide(old.userCode, 'approved');
  await t.app.platform.database.pool.query(`update device_sign_ins set expires_at = now() - interval '1 second'`);
  expect((await poll(old.deviceCode)).body.code).toBe('device-code-expired');
  expect((await poll('no-such-code')).body.code).toBe('device-code-expired');
});

it('codes are kept as hashes only', async () => {
  const { deviceCode, userCode } = await start();
  const { rows } = await t.app.platform.database.pool.query('select * from device_sign_ins');
  expect(JSON.stringify(rows)).not.toContain(deviceCode);
  expect(JSON.stringify(rows)).not.toContain(userCode.replace('-', ''));
});

it('guessing codes is stopped', async () => {
  const statuses = [];
  for (let guess = 0; guess < 25; guess++) statuses.push((await t.as('nobody').get('/session/device/BBBB-BBBB', browser)).status);
  expect(statuses[0]).toBe(404);
  expect(statuses.at(-1)).toBe(429);
});
