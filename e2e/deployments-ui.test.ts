import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registeredVersion } from '../server/src/testing/log-model.ts';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { logPredictions } from '../server/src/testing/predictions.ts';
import { launchBrowser } from './browser.ts';

/** What people do with deployments and alerts in the browser. Nothing is built or served here. */
let t: TestPlinth;
let browser: Browser;
let signedIn: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;
const password = 'a long password';

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  await t.admin.post('/users', { email: 'ada@example.org', name: 'Ada', password });
  await t.as('owner').post('/projects/project-1/members', { email: 'ada@example.org', role: 'contributor' });
  for (const name of ['churn', 'split']) await registeredVersion(t.as('contributor'), 'project-1', name);
  browser = await launchBrowser();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${t.url}/projects`);
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  signedIn = await context.storageState();
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await t?.stop();
});

async function open(path: string, width = 1440, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await browser.newContext({ storageState: signedIn, viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(t.url + path);
  return page;
}

const faults = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);

describe('deployments in the browser', () => {
  it('a version without an approval is kept out of prod, and the refusal leads to the question', async () => {
    const page = await open('/projects/project-1/deployments?new=models:/churn/1');
    const dialog = page.getByRole('dialog', { name: 'New deployment' });
    expect(await dialog.getByLabel(/^Model/).inputValue()).toBe('models:/churn/1');
    await dialog.getByLabel(/^Name/).fill('churn');
    await dialog.getByLabel(/^Channel/).selectOption('prod');
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    await dialog.getByRole('link', { name: 'Open the approval' }).click();
    await page.getByRole('heading', { name: 'churn version 1 for prod' }).waitFor();
    await page.context().close();
  });

  it('the traffic of a service is split by a number, and the page says so', async () => {
    const does = t.as('contributor');
    const ask = { subject: 'models:/split/1', channel: 'prod', project: 'project-1' };
    const { id } = (await does.post('/approvals', ask)).body;
    await t.as('validator').post(`/approvals/${id}/decision`, { decision: 'approved', comment: 'Looked at it.' });
    for (const channel of ['prod', 'beta']) {
      const made = await does.post('/projects/project-1/deployments', { name: 'split', model: 'models:/split/1', channel });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
    }
    const page = await open('/projects/project-1/deployments/split');
    await page.getByRole('spinbutton', { name: 'Percent to beta' }).fill('30');
    await page.getByRole('button', { name: 'Split traffic' }).click();
    await page.getByText('beta gets 30 percent of the requests.').waitFor();
    const { traffic } = (await does.get('/deployments/split')).body;
    expect(traffic).toContainEqual({ channel: 'beta', version: null, weight: 30 });
    expect(await faults(page)).toEqual([]);
    await page.context().close();
  });
});

describe('alerts in the browser', () => {
  it('an alert is read and acknowledged on a telephone', async () => {
    const rows = (count: number, shift: number) => Array.from({ length: count }, (_, index) => [((index * 37) % 101) + shift]);
    const send = (all: number[][]) =>
      logPredictions(
        t,
        all.map((row) => ({ deploymentId: 'dep_shift', columns: ['age'], rows: [row], outputs: [0], versionId: 'mdv_learned' })),
      );
    await send(rows(600, 0));
    await send(rows(300, 60));
    const alert = await t.until('the alert', async () =>
      (await t.as('viewer').get('/alerts?deployment=dep_shift&state=firing')).body.items.find(
        (one: { feature: string }) => one.feature === 'age',
      ),
    );
    const page = await open('/alerts', 390, 'dark');
    await page.getByRole('link', { name: /age/ }).first().click();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog', { name: 'Acknowledge the alert' });
    await dialog.getByLabel('Message').fill('A new form on the site.');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('A new form on the site.').waitFor();
    expect((await t.as('viewer').get(`/alerts/${alert.id}`)).body).toMatchObject({ acknowledgedByName: 'Ada' });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await faults(page)).toEqual([]);
    await page.goto(`${t.url}/projects/project-1/monitors/${alert.monitorId}`);
    await page.getByRole('list', { name: 'Features and answers' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await faults(page)).toEqual([]);
    await page.context().close();
  });
});
