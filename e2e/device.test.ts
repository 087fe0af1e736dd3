import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { launchBrowser } from './browser.ts';

/** The browser's half of `plinth login`: the other half is in cli.test.ts. */
let t: TestPlinth;
let browser: Browser;
const password = 'a password of Vera';

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  await t.admin.post('/users', { email: 'vera@example.org', name: 'Vera', password });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await t?.stop();
});

const start = async () => (await t.as('nobody').post('/session/device', { name: 'plinth on laptop' })).body;

it('somebody who opens the link signs in first, sees who asks, and approves', async () => {
  const { userCode, deviceCode } = await start();
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(`${t.url}/device/${userCode}`);
  await page.getByLabel('E-mail').fill('vera@example.org');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('plinth on laptop').waitFor();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id)).toEqual([]);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('status').getByText('You can close this page').waitFor();
  expect((await t.as('nobody').post('/session/device/token', { deviceCode })).status).toBe(201);

  const other = await start();
  await page.goto(`${t.url}/device`);
  await page.getByLabel('Code that the program shows').fill(other.userCode.toLowerCase());
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await page.getByText('The program gets nothing').waitFor();
  const refused = await t.as('nobody').post('/session/device/token', { deviceCode: other.deviceCode });
  expect(refused.body.code).toBe('sign-in-denied');

  await page.goto(`${t.url}/device/BBBB-BBBB`);
  await page.getByText('There is no sign-in code').waitFor();
  await page.getByRole('button', { name: 'Enter another code' }).click();
  await page.getByLabel('Code that the program shows').waitFor();
  await page.close();
});
