import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../server/src/kit/ids.ts';
import { logModel, registeredVersion } from '../server/src/testing/log-model.ts';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { desk, faultsOfPages, launchBrowser, openPage, phone, signedIn, tooWide } from './browser.ts';

/** How a version comes into production in the browser, and how one reads where it and its answers came from. */
let t: TestPlinth;
let browser: Browser;
let ada: BrowserContext;
let vera: BrowserContext;
let version: Awaited<ReturnType<typeof registeredVersion>>;
const card = '/projects/project-1/models/churn/versions/1';

async function joined(name: string, role: string, viewport: { width: number; height: number }): Promise<BrowserContext> {
  const person = { email: `${name.toLowerCase()}@example.org`, name, password: 'a long password' };
  await t.admin.post('/users', person);
  await t.as('owner').post('/projects/project-1/members', { email: person.email, role });
  return signedIn(browser, t.url, person, { viewport });
}

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  version = await registeredVersion(t.as('owner'), 'project-1', 'churn');
  browser = await launchBrowser();
  ada = await joined('Ada', 'contributor', desk);
  vera = await joined('Vera', 'validator', phone);
});
afterAll(async () => {
  await browser?.close();
  await t?.stop();
});

const open = (context: BrowserContext, path: string): Promise<Page> => openPage(context, t.url + path);

const pointAt = async (page: Page, alias: string, number: number): Promise<void> => {
  await page.getByRole('button', { name: 'Set alias' }).click();
  await page
    .getByRole('dialog')
    .getByRole('combobox', { name: /^Alias/ })
    .fill(alias);
  await page
    .getByRole('dialog')
    .getByRole('combobox', { name: /^Version/ })
    .selectOption(String(number));
  await page.getByRole('button', { name: 'Set it' }).click();
};

describe('a version on its way into production', () => {
  it('is stopped by the gate in place, approved on a telephone and then let in', async () => {
    const model = await open(ada, '/projects/project-1/models/churn');
    await pointAt(model, 'prod', 1);
    await model.getByRole('dialog').getByRole('alert').getByText('needs an approval').waitFor();
    expect((await t.as('owner').get('/projects/project-1/models/churn')).body.aliases).toEqual([]);

    const asked = await open(ada, '/approvals?view=open');
    await asked.getByRole('link', { name: 'churn version 1 for prod' }).click();
    await asked.getByText('You asked for it yourself').waitFor();
    expect(await asked.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await asked.close();

    const inbox = await open(vera, '/approvals');
    expect(await tooWide(inbox)).toBeLessThanOrEqual(0);
    await inbox.getByRole('link', { name: 'churn version 1 for prod' }).click();
    const made = inbox.getByRole('region', { name: 'What is asked about' });
    await made.getByText(version.digest.slice(0, 16)).waitFor();
    await inbox.getByText('No version of this model is in production yet').waitFor();
    await inbox.getByRole('region', { name: 'Where it came from' }).getByText('logged from outside').first().waitFor();
    expect(await tooWide(inbox)).toBeLessThanOrEqual(0);
    expect(await inbox.getByRole('button', { name: 'Reject' }).isDisabled()).toBe(true);
    await inbox.getByLabel('Comment').fill('Checked against the reference');
    await inbox.getByRole('button', { name: 'Approve' }).click();
    await inbox.getByText('by Vera').first().waitFor();
    await inbox.close();

    await model.getByRole('button', { name: 'Set it' }).click();
    await model.getByRole('region', { name: 'Aliases' }).getByRole('link', { name: 'version 1' }).waitFor();
    await model.getByRole('list', { name: 'Changes of aliases' }).getByText('was set to version 1').waitFor();
    await model.getByLabel('At this time, by your clock').fill('2020-01-01T00:00');
    await model.getByText('No alias pointed at a version then').waitFor();
    await model.close();
  }, 90_000);

  it('is shown to the validator beside what is in production, and rejected only with a reason', async () => {
    const owner = t.as('owner');
    const runId = await logModel(owner, 'project-1');
    await owner.post('/mlflow/project-1/api/2.0/mlflow/runs/log-metric', {
      run_id: runId,
      key: 'auc',
      value: 0.8,
      timestamp: 2,
      step: 1,
    });
    await owner.post('/projects/project-1/models/churn/versions', { runId, path: 'model' });
    const page = await open(ada, '/projects/project-1/models/churn/versions/2');
    await page.getByRole('button', { name: 'Ask for approval' }).click();
    await page.getByRole('region', { name: 'Approvals' }).getByText('asked by Ada').waitFor();
    await page.close();
    const inbox = await open(vera, '/approvals');
    await inbox.getByRole('link', { name: 'churn version 2 for prod' }).click();
    const change = inbox.getByRole('region', { name: 'Metrics of both versions' }).getByRole('row', { name: /auc/ });
    await change.getByText('−0.1', { exact: true }).waitFor();
    await inbox.getByLabel('Comment').fill('Worse than what is live');
    await inbox.getByRole('button', { name: 'Reject' }).click();
    await inbox.getByText('Worse than what is live').first().waitFor();
    await inbox.close();
    const model = await open(ada, '/projects/project-1/models/churn');
    await pointAt(model, 'prod', 2);
    await model.getByRole('dialog').getByRole('alert').getByText('Worse than what is live').waitFor();
    await model.getByRole('dialog').getByRole('button', { name: 'Ask for approval' }).waitFor();
    await model.close();
    const question = (await owner.get('/approvals?state=rejected')).body.items[0].id;
    await owner.delete('/projects/project-1/models/churn/versions/2');
    const decided = await open(ada, `/approvals/${question}`);
    await decided.getByRole('region', { name: 'Metrics', exact: true }).getByText('0.8', { exact: true }).waitFor();
    expect(await decided.getByRole('alert').count()).toBe(0);
    await decided.close();
  }, 90_000);
});

describe('the card of a version', () => {
  it('says what is missing and why, and shows signature and files', async () => {
    const model = await open(ada, '/projects/project-1/models/churn');
    await model.getByRole('button', { name: 'Write it' }).click();
    await model.getByLabel('Intended use').last().fill('Private customers alone');
    await model.getByRole('button', { name: 'Save' }).click();
    await model.getByRole('region', { name: 'Intended use' }).getByText('Private customers alone').waitFor();
    await model.close();
    const page = await open(ada, card);
    await page.getByRole('region', { name: 'Made of' }).getByText('Private customers alone').waitFor();
    const path = page.getByRole('region', { name: 'Where it came from' });
    await path.getByText('logged from outside of Plinth').first().waitFor();
    await path.getByText('It was not deployed').waitFor();
    await page.getByRole('list', { name: 'Not recorded' }).getByText('Training data').waitFor();
    await page.getByRole('region', { name: 'Signature' }).getByRole('cell', { name: 'age' }).waitFor();
    await page
      .getByRole('region', { name: 'Files' })
      .getByRole('button', { name: /requirements/ })
      .click();
    await page.getByText('scikit-learn==1.7.2').last().waitFor();
    await page.close();
  });

  it('leads to the verdict of its reproduction', async () => {
    const page = await open(ada, card);
    await page.getByRole('button', { name: 'Reproduce' }).click();
    await page.getByRole('region', { name: 'Verdict' }).getByText('impossible').waitFor();
    await page.getByText('It could not be made again').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'churn version 1' }).first().click();
    await page.getByRole('region', { name: 'Reproduction' }).getByRole('link', { name: 'impossible' }).waitFor();
    await page.close();
  });

  it('begins on the page of a run', async () => {
    const runId = await logModel(t.as('owner'), 'project-1');
    const page = await open(ada, `/runs/${runId}`);
    await page.getByRole('button', { name: 'Register' }).click();
    await page
      .getByRole('dialog')
      .getByRole('combobox', { name: /^Model/ })
      .fill('fresh');
    await page.getByRole('dialog').getByRole('button', { name: 'Register' }).click();
    await page.getByRole('heading', { name: 'fresh version 1' }).waitFor();
    await page.close();
  });
});

describe('an answer', () => {
  it('is read with its rows and its way back', async () => {
    const page = await open(ada, `/predictions/${await answered()}`);
    const rows = page.getByRole('region', { name: 'Inputs and outputs' });
    await rows.getByRole('cell', { name: '0.25' }).waitFor();
    await page.getByRole('region', { name: 'Where it came from' }).getByRole('link', { name: 'churn version 1' }).waitFor();
    await page.getByText('this answer').waitFor();
    await page.close();
  });
});

/** One prediction of version 1 as the gateway writes it down. */
async function answered(): Promise<string> {
  const id = newId('prd');
  await t.app.predictions.append({
    id,
    projectId: t.projects[0]!.id,
    deploymentId: 'dep_gone',
    channel: 'beta',
    revisionId: 'rev_1',
    versionId: version.id,
    replicaId: 'wkl_1',
    consumerId: t.as('consumer').id,
    consumerKind: 'person',
    at: new Date(),
    latencyMilliseconds: 12.5,
    status: 200,
    error: null,
    form: 'mlflow',
    contentType: 'application/json',
    request: Buffer.from('{"dataframe_split":{"columns":["age"],"data":[[41],[52]]}}'),
    response: Buffer.from('{"predictions": [0.25, 1]}'),
    rowCount: 2,
    columnsJson: Buffer.from('["age"]'),
    rowsJson: Buffer.from('[[41],[52]]'),
    outputsJson: Buffer.from('[0.25,1]'),
  });
  await t.app.predictions.ship();
  return id;
}

describe('every one of these pages', () => {
  it('is without a fault of accessibility in light and dark, and none is wider than its screen', async () => {
    const approval = (await t.as('owner').get('/approvals')).body.items[0].id;
    const reproduction = (await t.as('owner').get('/reproductions')).body.items[0].id;
    const paths = [
      '/models',
      '/projects/project-1/models',
      '/projects/project-1/models/churn',
      card,
      '/approvals?view=all',
      `/approvals/${approval}`,
      `/predictions/${await answered()}`,
      `/reproductions/${reproduction}`,
    ];
    const page = await open(ada, '/models');
    expect(await faultsOfPages(page, t.url, paths)).toEqual([]);
    await page.close();
  }, 300_000);
});
