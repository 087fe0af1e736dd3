import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registeredVersion } from '../server/src/testing/log-model.ts';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { logPredictions } from '../server/src/testing/predictions.ts';
import { desk, faultsOfPages, launchBrowser, openPage, phone, signedIn, tooWide } from './browser.ts';

/** What people do with deployments, monitors and alerts in the browser. Nothing is built or served here: that is served-model-ui.test.ts. */
let t: TestPlinth;
let browser: Browser;
let ada: BrowserContext;
const versions: string[] = [];
const ageOf = (index: number): number => (index * 37) % 101;

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  const person = { email: 'ada@example.org', name: 'Ada', password: 'a long password' };
  await t.admin.post('/users', person);
  await t.as('owner').post('/projects/project-1/members', { email: person.email, role: 'contributor' });
  for (const name of ['churn', 'split', 'split'])
    versions.push((await registeredVersion(t.as('contributor'), 'project-1', name)).id);
  browser = await launchBrowser();
  ada = await signedIn(browser, t.url, person);
});
afterAll(async () => {
  await browser?.close();
  await t?.stop();
});

async function open(path: string, size = desk): Promise<Page> {
  const page = await openPage(ada, t.url + path);
  await page.setViewportSize(size);
  return page;
}

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
    await page.close();
  });

  it('are split by a number, scaled by a number, and the page says so', async () => {
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

    await page.getByRole('button', { name: 'Scale prod' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replicas of prod' });
    expect(await dialog.getByLabel(/^Replicas/).inputValue()).toBe('1');
    await dialog.getByLabel(/^Replicas/).fill('3');
    await dialog.getByRole('button', { name: 'Scale' }).click();
    await page.getByRole('list', { name: 'Channels' }).getByText('0 of 3 replicas ready').waitFor();
    await page.close();
  });

  it('lists every revision, a page at a time', async () => {
    for (let number = 3; number <= 25; number++)
      await t.as('contributor').post('/projects/project-1/deployments', { name: 'split', model: 'models:/split/1' });
    const page = await open('/projects/project-1/deployments/split');
    const revisions = page.getByRole('list', { name: 'Revisions' }).getByRole('listitem');
    await revisions.nth(19).waitFor();
    expect(await revisions.count()).toBe(20);
    await page.getByRole('region', { name: 'Revisions' }).getByRole('button', { name: 'Load more' }).click();
    await revisions.nth(24).waitFor();
    await page.close();
  });

  it('shows who was answered by which version, and only one consumer or version when that is asked', async () => {
    const { id: deploymentId } = (await t.as('contributor').get('/deployments/split')).body;
    const asked = { deploymentId, columns: ['age'], rows: [[41]] };
    await logPredictions(t, [
      { ...asked, versionId: versions[1]!, outputs: ['first'] },
      { ...asked, versionId: versions[2]!, outputs: ['second'], consumerId: t.as('owner').id },
    ]);
    const page = await open('/projects/project-1/deployments/split');
    const list = page.getByRole('region', { name: 'Predictions', exact: true });
    await list.getByText('"first"').waitFor();
    await list.getByRole('link', { name: 'split version 2' }).waitFor();
    await list.getByLabel('Version of predictions').selectOption('split version 1');
    await list.getByText('"second"').waitFor({ state: 'detached' });
    await list.getByText('"first"').waitFor();
    await list.getByLabel('Version of predictions').selectOption('');
    await list.getByLabel('Consumer of predictions').fill('own');
    await list.getByText('"first"').waitFor({ state: 'detached' });
    await list.getByText('"second"').waitFor();
    expect(new URL(page.url()).searchParams.get('consumer')).toBe('own');
    await page.close();
  });
});

describe('monitors and alerts in the browser', () => {
  /** Ages as at the beginning, or of older people alone, none of them older than the oldest before. */
  const send = (count: number, whose: 'all' | 'old') =>
    logPredictions(
      t,
      Array.from({ length: count }, (_, index) => ({
        deploymentId: 'dep_shift',
        columns: ['age'],
        rows: [[whose === 'all' ? ageOf(index) : 60 + 0.4 * ageOf(index)]],
        outputs: [0],
        versionId: 'mdv_learned',
      })),
    );
  let alert: { id: string; monitorId: string };

  it('an alert comes by itself, is understood and acknowledged on a telephone', async () => {
    const page = await open('/alerts', phone);
    await page.getByText('Nothing is wrong that a monitor knows of.').waitFor();
    await send(600, 'all');
    await send(300, 'old');
    await page.getByRole('link', { name: 'age moved up' }).click();
    await page.getByRole('heading', { name: 'age moved up' }).waitFor();
    await page.getByText(/^by .* standard deviations against the reference$/).waitFor();
    await page.getByRole('img', { name: 'age: shares of reference and recent rows' }).waitFor();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog', { name: 'Acknowledge the alert' });
    await dialog.getByLabel('Message').fill('A new form on the site.');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('A new form on the site.').waitFor();
    [alert] = (await t.as('viewer').get('/alerts?deployment=dep_shift&state=firing')).body.items;
    expect((await t.as('viewer').get(`/alerts/${alert.id}`)).body).toMatchObject({ acknowledgedByName: 'Ada' });
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize(desk);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Alerts 1 firing' }).waitFor();
    await page.close();
  });

  it('a monitor says since when, how sure it is and how it is spread; its budget is a number', async () => {
    const page = await open(`/projects/project-1/monitors/${alert.monitorId}`);
    const age = page.getByRole('list', { name: 'Features and answers' }).getByRole('button', { name: /^age/ });
    await age.getByText(/ ago$/).waitFor();
    await age.getByText(/^evidence .* is enough$/).waitFor({ state: 'attached' });
    await page.getByRole('region', { name: /^Chart of Evidence about age/ }).waitFor();
    await page.getByRole('region', { name: 'Service' }).getByRole('region', { name: 'Chart of Latency, ms' }).waitFor();

    await page.getByRole('button', { name: 'Change the budget' }).click();
    await page.getByLabel(/^At most one false alarm/).fill('365');
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByText('At most one false alarm in 365 days').first().waitFor();
    expect((await t.as('viewer').get(`/monitors/${alert.monitorId}`)).body.falseAlarmDays).toBe(365);
    await page.close();
  });

  it('quality over time comes with the truth', async () => {
    const before = await open(`/projects/project-1/monitors/${alert.monitorId}`);
    await before.getByRole('region', { name: 'Quality' }).getByText('No ground truth yet').waitFor();
    const ids = await send(60, 'old');
    const items = ids.map((predictionId, index) => ({ predictionId, value: index % 3 === 0 ? 1 : 0 }));
    expect((await t.as('contributor').post('/deployments/dep_shift/ground-truth', { items })).status).toBe(200);
    const quality = before.getByRole('region', { name: 'Quality', exact: true });
    await quality.getByText('ground truth for 60 of 960 rows').waitFor();
    await quality.getByRole('region', { name: 'Chart of Accuracy' }).waitFor();
    await before.close();
  });

  it('a reference is picked from the snapshots of the project', async () => {
    const does = t.as('contributor');
    const dataset = (await does.post('/projects/project-1/datasets', { name: 'customers' })).body.id;
    const csv = ['age', ...Array.from({ length: 80 }, (_, index) => ageOf(index))].join('\n');
    const form = new FormData();
    form.append('file', new Blob([csv]), 'customers.csv');
    const snapshot = (await does.post(`/projects/project-1/datasets/${dataset}/snapshots`, form)).body;
    const page = await open(`/projects/project-1/monitors/${alert.monitorId}`);
    await page.getByRole('button', { name: 'Choose a reference' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a reference' });
    await dialog.getByLabel('Dataset').selectOption('customers');
    await dialog.getByLabel(/^Snapshot/).selectOption(snapshot.id);
    await dialog.getByRole('button', { name: 'Compare with it' }).click();
    await page.getByRole('link', { name: 'customers #1' }).waitFor();
    const { reference } = (await t.as('viewer').get(`/monitors/${alert.monitorId}`)).body;
    expect(reference).toMatchObject({ kind: 'chosen', snapshotId: snapshot.id, rowCount: 80 });
    await page.close();
  });

  it('every one of these pages is without a fault of accessibility in light and dark, and none is wider than its screen', async () => {
    const page = await open('/services');
    const paths = [
      '/services',
      '/alerts',
      '/projects/project-1/deployments',
      '/projects/project-1/deployments/split',
      '/projects/project-1/monitors',
      `/projects/project-1/monitors/${alert.monitorId}`,
      `/alerts/${alert.id}`,
      '/alerts?view=fired',
    ];
    expect(await faultsOfPages(page, t.url, paths)).toEqual([]);
    await page.close();
  }, 300_000);
});
