import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desk, faultsOfPages, launchBrowser, openPage, phone, signedIn, tooWide } from './browser.ts';
import { ask, asked, drawn, moved, must, slug, type TrainedModel, trainedModel } from './trained-model.ts';

/** The whole life of a model in production, by what two people press: one at a desk, one who approves on a telephone. Everything behind it is real. */
let model: TrainedModel;
let browser: Browser;
let ada: BrowserContext;
let vera: BrowserContext;
const serving = `/projects/${slug}/deployments/tumour`;
const card = (version: number): string => `/projects/${slug}/models/tumour/versions/${version}`;

async function joined(name: string, role: string, viewport: { width: number; height: number }): Promise<BrowserContext> {
  const person = { email: `${name.toLowerCase()}@example.org`, name, password: 'a long password' };
  must(await model.t.admin.post('/users', person));
  await model.owner.post(`/projects/${slug}/members`, { email: person.email, role });
  return signedIn(browser, model.t.url, person, { viewport });
}

const open = (context: BrowserContext, path: string): Promise<Page> => openPage(context, model.t.url + path);

beforeAll(async () => {
  [model, browser] = await Promise.all([trainedModel(), launchBrowser()]);
  [ada, vera] = [await joined('Ada', 'contributor', desk), await joined('Vera', 'validator', phone)];
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await model?.t.stop();
});

/** Ada asks on the card, Vera approves on her telephone. */
async function letIn(page: Page, version: number): Promise<void> {
  await page.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByRole('region', { name: 'Approvals' }).getByText('asked by Ada').waitFor();
  const inbox = await open(vera, '/approvals');
  await inbox.getByRole('link', { name: `tumour version ${version} for prod` }).click();
  await inbox.getByRole('region', { name: 'Where it came from' }).getByText('every link is recorded').waitFor();
  expect(await tooWide(inbox)).toBeLessThanOrEqual(0);
  await inbox.getByLabel('Comment').fill('Data and results are as described.');
  await inbox.getByRole('button', { name: 'Approve' }).click();
  await inbox.getByText('by Vera').first().waitFor();
  await inbox.close();
}

/** Ada puts the version of the card into production; what the form needs it knows already, but for the name of a service that is not there yet. */
async function deploy(page: Page, version: number, name?: string): Promise<void> {
  await page.getByRole('button', { name: 'Deploy' }).click();
  const dialog = page.getByRole('dialog', { name: 'New deployment' });
  expect(await dialog.getByLabel(/^Model/).inputValue()).toBe(`models:/tumour/${version}`);
  if (name) await dialog.getByLabel(/^Name/).fill(name);
  expect(await dialog.getByLabel(/^Name/).inputValue()).toBe('tumour');
  await dialog.getByLabel(/^Channel/).selectOption('prod');
  await dialog.getByRole('button', { name: 'Deploy' }).click();
  await served(page, version);
}

const served = async (page: Page, version: number): Promise<void> => {
  const prod = page.getByRole('list', { name: 'Channels' }).getByRole('listitem').filter({ hasText: 'prod' });
  await prod.getByRole('link', { name: `tumour version ${version}` }).waitFor({ timeout: 120_000 });
  await prod.getByText('healthy').waitFor({ timeout: 120_000 });
};

/** Asks by the form, with the example that was logged and one value typed over it. */
async function tryIt(page: Page, radius: string): Promise<void> {
  const form = page.getByRole('form', { name: 'Try it' });
  await form.getByLabel(/^mean radius/).fill(radius);
  await form.getByRole('tab', { name: 'JSON' }).click();
  expect(await form.getByLabel('Body').inputValue()).toContain(`[[${radius}, `);
  await form.getByRole('tab', { name: 'Fields' }).click();
  await form.getByRole('button', { name: 'Predict' }).click();
  const region = page.getByRole('region', { name: 'Try it' });
  await region.getByText('answered').waitFor();
  await region.getByRole('link', { name: 'See where this answer came from' }).waitFor();
}

describe('a model in production, in the browser', () => {
  let prediction: string;
  let alert: string;

  it('is asked for, approved on a telephone, deployed and tried by its form; the answer is in the list', async () => {
    const page = await open(ada, card(1));
    await letIn(page, 1);
    await deploy(page, 1, 'tumour');
    await tryIt(page, '20.570');
    const list = page.getByRole('region', { name: 'Predictions', exact: true });
    await list.getByRole('link', { name: 'tumour version 1' }).waitFor();
    await page.getByRole('link', { name: 'See where this answer came from' }).click();
    await page.getByRole('heading', { name: /^Prediction: / }).waitFor();
    prediction = new URL(page.url()).pathname;
    await page.close();
  }, 200_000);

  it('leads from an answer back to its sources, and is made again: verified', async () => {
    const page = await open(ada, prediction);
    const path = page.getByRole('region', { name: 'Where it came from' });
    await path.getByText('every link is recorded').waitFor();
    for (const name of ['tumours #1', 'python train.py --max-iter 20', 'tumour version 1', 'for prod by Vera', 'tumour'])
      await path.getByRole('link', { name, exact: true }).waitFor();
    await path.getByRole('list', { name: 'People' }).getByText('Vera approved it').waitFor();
    await page.getByRole('button', { name: 'Reproduce' }).click();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('verified').waitFor({ timeout: 180_000 });
    await page.getByRole('list', { name: 'How it was made again' }).getByText('The rebuilt model on 1 stored rows').waitFor();
    await page.getByRole('region', { name: 'What was compared' }).getByText('all the same').first().waitFor();
    await page.close();
  }, 240_000);

  it('tells of a shift by itself, to be acknowledged, and of nothing before', async () => {
    const page = await open(ada, '/alerts');
    for (let begin = 0; begin < 200; begin += 50) await ask(model, asked(drawn(model.rows, 50, begin)));
    await model.t.until('the rows to be seen', async () => {
      const { items } = (await model.owner.get('/monitors?deployment=tumour')).body;
      return items[0]?.rowCount >= 200;
    });
    await page.getByText('Nothing is wrong that a monitor knows of.').waitFor();
    const some = drawn(model.rows, 200, 200);
    const id = await ask(model, moved(model, some, 'mean smoothness'));
    await page.getByRole('link', { name: 'mean smoothness moved up' }).waitFor();
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: /^Alerts \d+ firing$/ })
      .waitFor();
    await page.getByRole('link', { name: 'mean smoothness moved up' }).click();
    await page.getByRole('img', { name: /^mean smoothness/ }).waitFor();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog', { name: 'Acknowledge the alert' });
    await dialog.getByLabel('Message').fill('A new scanner.');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('A new scanner.').waitFor();
    alert = new URL(page.url()).pathname;
    const items = some.map((row, index) => ({ predictionId: `${id}.${index}`, value: row.at(-1) }));
    must(await model.owner.post('/deployments/tumour/ground-truth', { items }), 200);
    await page.close();
  }, 90_000);

  it('is retrained from the alert, compared, approved, takes over, and goes back by a press that names both', async () => {
    const page = await open(ada, alert);
    await page.getByRole('button', { name: 'Retrain' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retrain' }).click();
    const retraining = page.getByRole('region', { name: 'A retraining' });
    await retraining.getByText('finished').waitFor({ timeout: 180_000 });
    await retraining.getByRole('row', { name: /^accuracy 200 recent rows/ }).waitFor();
    await retraining.getByRole('link', { name: 'tumour version 2' }).click();
    await page.getByRole('heading', { name: 'tumour version 2' }).waitFor();
    await letIn(page, 2);
    await deploy(page, 2);
    await tryIt(page, '21.5');
    const list = page.getByRole('region', { name: 'Predictions', exact: true });
    await list.getByRole('link', { name: 'tumour version 2' }).waitFor();

    await page.getByRole('button', { name: 'Roll back to 1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll back prod?' });
    await dialog.getByRole('region', { name: 'Replaced' }).getByText('tumour version 2').waitFor();
    await dialog.getByRole('region', { name: 'Serves again' }).getByText('tumour version 1').waitFor();
    await dialog.getByRole('button', { name: 'Serve version 1 again' }).click();
    await served(page, 1);
    const { channels } = must(await model.owner.get('/deployments/tumour'), 200);
    expect(channels[0].serving).toMatchObject({ cause: 'rollback', model: { version: 1 } });
    await page.close();
  }, 300_000);

  it('has pages without a fault of accessibility in light and dark, and none is wider than its screen', async () => {
    const page = await open(ada, serving);
    expect(await faultsOfPages(page, model.t.url, [serving, prediction, alert, card(2)])).toEqual([]);
    await page.close();
  }, 300_000);
});
