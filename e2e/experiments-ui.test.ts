import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { launchBrowser } from './browser.ts';

/** What people do with runs in the browser: find, lay out, compare and read them. */
let t: TestPlinth;
let browser: Browser;
let context: BrowserContext;
const runs: Record<string, string> = {};
const password = 'a long password';

const mlflow = async (path: string, body: unknown) =>
  (await t.as('owner').post(`/mlflow/project-1/api/2.0/mlflow/${path}`, body)).body;

interface NewRun {
  name: string;
  params: Record<string, string>;
  metrics: { key: string; value: number | string; step: number }[];
  status?: string;
}

async function logRun({ name, params, metrics, status }: NewRun): Promise<string> {
  const id = (await mlflow('runs/create', { experiment_id: '0', run_name: name, start_time: Date.now() })).run.info.run_id;
  await mlflow('runs/log-batch', {
    run_id: id,
    metrics: metrics.map((metric) => ({ ...metric, timestamp: Date.now() })),
    params: Object.entries(params).map(([key, value]) => ({ key, value })),
  });
  if (status) await mlflow('runs/update', { run_id: id, status, end_time: Date.now() });
  runs[name] = id;
  return id;
}

const course = (values: number[]) => values.map((value, step) => ({ key: 'loss', value, step }));

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  await t.admin.post('/users', { email: 'ada@example.org', name: 'Ada', password });
  await t.as('owner').post('/projects/project-1/members', { email: 'ada@example.org', role: 'contributor' });
  const same = { seed: '42', optimizer: 'adam' };
  const auc = (value: number) => ({ key: 'auc', value, step: 0 });
  await logRun({
    name: 'shallow',
    params: { ...same, depth: '2' },
    metrics: [auc(0.81), ...course([3, 2, 1.5])],
    status: 'FINISHED',
  });
  await logRun({
    name: 'deep',
    params: { ...same, depth: '8' },
    metrics: [auc(0.93), ...course([3, 1, 0.5])],
    status: 'FINISHED',
  });
  await logRun({ name: '=wide', params: { ...same, depth: '4' }, metrics: [auc(0.9), ...course([3, 1.5, 1])], status: 'FAILED' });
  browser = await launchBrowser();
  context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${t.url}/projects`);
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.close();
});
afterAll(async () => {
  await browser?.close();
  await t?.stop();
});

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(t.url + path);
  return page;
}

const openRuns = async (search = ''): Promise<Page> => {
  const page = await open(`/projects/project-1/experiments${search}`);
  await page.getByRole('grid', { name: 'Runs' }).waitFor();
  return page;
};

/** Names of the rows as they stand. */
const names = (page: Page): Promise<string[]> =>
  page.getByRole('grid', { name: 'Runs' }).getByRole('row').getByRole('link').allInnerTexts();

const until = async (what: string, check: () => Promise<boolean>): Promise<void> => {
  await t.until(what, async () => (await check()) || null, 15_000);
};

describe('the table of runs', () => {
  it('says where a filter goes wrong, and leaves the rows as they were', async () => {
    const page = await openRuns();
    await page.getByLabel('Filter', { exact: true }).fill('metrics.auc > 0.9 or params.depth');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('only AND joins terms').waitFor();
    expect(await page.getByRole('alert').locator('mark').innerText()).toBe('or');
    expect(await names(page)).toHaveLength(3);
    expect(page.url()).not.toContain('filter=');
    await page.close();
  });

  it('keeps filter, order, columns and choice in its address, through a reload and for somebody else', async () => {
    const page = await openRuns();
    await page.getByLabel('Filter', { exact: true }).fill('metrics.auc > 0.85');
    await page.keyboard.press('Enter');
    await until('the filtered rows', async () => (await names(page)).length === 2);
    await page.getByRole('button', { name: 'auc' }).click();
    await until('the order', async () => (await names(page))[0] === 'deep');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('Find a column').fill('depth');
    await page.getByRole('checkbox', { name: 'depth', exact: true }).uncheck();
    await page.keyboard.press('Escape');
    await page.getByRole('checkbox', { name: 'Choose deep' }).check();
    await page.getByRole('toolbar', { name: 'Chosen rows' }).getByText('1 chosen').waitFor();
    const headings = await page.getByRole('columnheader').allInnerTexts();
    expect(headings).not.toContain('depth');
    await page.reload();
    await page.getByRole('grid', { name: 'Runs' }).waitFor();
    expect(await names(page)).toEqual(['deep', '=wide']);
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(headings);
    expect(await page.getByRole('checkbox', { name: 'Choose deep' }).isChecked()).toBe(true);
    const other = await open(new URL(page.url()).pathname + new URL(page.url()).search);
    await until('the same rows', async () => (await names(other)).join() === 'deep,=wide');
    await other.goBack().catch(() => null);
    await Promise.all([page.close(), other.close()]);
  });

  it('is walked, chosen and opened by keys', async () => {
    const page = await openRuns();
    await page.getByRole('row', { name: /=wide/ }).focus();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    expect(await page.getByRole('checkbox', { name: 'Choose deep' }).isChecked()).toBe(true);
    await page.keyboard.press(' ');
    await page.getByRole('complementary', { name: 'deep' }).getByText('optimizer').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('row', { name: /deep/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'deep', level: 1 }).waitFor();
    await page.close();
  });

  it('saves what is filtered as CSV that no spreadsheet runs', async () => {
    const page = await openRuns(`?filter=${encodeURIComponent("attributes.status = 'FAILED'")}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
    const lines = (await readFile((await download.path())!, 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('Name,Status');
    expect(lines[1]).toMatch(/^'=wide,failed,/);
    await page.close();
  });

  it('measures runs against a pinned baseline', async () => {
    const page = await openRuns();
    await page.getByRole('checkbox', { name: 'Choose shallow' }).check();
    await page.getByRole('button', { name: 'Pin as baseline' }).click();
    await page.getByRole('row', { name: /deep/ }).getByText('+0.12', { exact: true }).waitFor();
    expect((await names(page))[0]).toBe('shallow');
    await page.close();
  });

  it('lets new runs wait until the reader asks for them', async () => {
    const page = await openRuns();
    await logRun({ name: 'late', params: {}, metrics: [], status: 'FINISHED' });
    const pill = page.getByRole('button', { name: '1 new' });
    await pill.waitFor();
    expect(await names(page)).not.toContain('late');
    await pill.click();
    await until('the new row', async () => (await names(page))[0] === 'late');
    await page.close();
  });
});

describe('chosen runs', () => {
  it('are tagged and moved to the trash together, and come back', async () => {
    for (const name of ['throwaway 1', 'throwaway 2']) await logRun({ name, params: {}, metrics: [], status: 'FINISHED' });
    const page = await openRuns(`?filter=${encodeURIComponent("attributes.run_name LIKE 'throwaway%'")}`);
    await page.getByRole('checkbox', { name: 'Choose all runs that are loaded' }).check();
    const bar = page.getByRole('toolbar', { name: 'Chosen rows' });
    await bar.getByRole('button', { name: 'Tag' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tag 2 runs' });
    await dialog.getByLabel('Name').fill('keep');
    await dialog.getByLabel('Value').fill('no');
    await dialog.getByRole('button', { name: 'Tag' }).click();
    const tagged = `/projects/project-1/runs?filter=${encodeURIComponent("tags.keep = 'no'")}`;
    await t.until('both to be tagged', async () => (await t.as('owner').get(tagged)).body.items.length === 2);
    await bar.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Moved 2 runs to the trash.').waitFor();
    expect((await t.as('owner').get(tagged)).body.items).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await t.until('both to be back', async () => (await t.as('owner').get(tagged)).body.items.length === 2);
    for (const name of ['throwaway 1', 'throwaway 2']) await t.as('owner').delete(`/runs/${runs[name]}`);
    await page.close();
  });

  it('are looked into one after the other by keys', async () => {
    const page = await openRuns();
    const first = page.getByRole('row', { name: /shallow/ });
    await first.focus();
    await page.keyboard.press(' ');
    await page.getByRole('complementary', { name: 'shallow' }).waitFor();
    await page.keyboard.press('k');
    await page.getByRole('complementary', { name: 'deep' }).getByText('optimizer').waitFor();
    await page.close();
  });
});

describe('compared runs', () => {
  it('show what differs alone, either way round, and the address says which', async () => {
    const page = await openRuns();
    await page.getByRole('checkbox', { name: 'Choose shallow' }).check();
    expect(await page.getByRole('button', { name: 'Compare' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'Choose deep' }).check();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: '2 runs compared' }).waitFor();
    const values = page.getByRole('region', { name: 'Comparison' });
    await values.getByRole('rowheader', { name: 'depth' }).waitFor();
    expect(await values.getByRole('rowheader', { name: 'seed' }).count()).toBe(0);
    await page.getByLabel('Differences only').uncheck();
    await values.getByRole('rowheader', { name: 'seed' }).waitFor();
    await page.getByLabel('Runs as rows').check();
    await values.getByRole('rowheader', { name: 'deep' }).waitFor();
    await page.reload();
    await values.getByRole('columnheader', { name: 'seed' }).waitFor();
    await page.getByRole('application', { name: /^loss over step/ }).waitFor();
    await page.getByRole('region', { name: 'Chart of auc' }).getByText('0.93', { exact: true }).waitFor();
    await page.close();
  });
});

describe('the page of a run', () => {
  it('shows a single value as a number and a course as a chart that reads value by value', async () => {
    const page = await open(`/runs/${runs.deep}`);
    await page.getByRole('region', { name: 'Key numbers' }).getByText('auc').waitFor();
    expect(await page.getByRole('region', { name: 'Chart of auc' }).count()).toBe(0);
    const chart = page.getByRole('application', { name: /^loss over step/ });
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.getByText('step 1: loss 1').waitFor();
    await page.getByRole('button', { name: 'Actions of loss' }).click();
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.getByRole('region', { name: 'Values of loss' }).getByRole('cell', { name: '0.5' }).waitFor();
    await page.close();
  });

  it('leads to the runs before and after it, and beside the one before', async () => {
    const page = await open(`/runs/${runs.shallow}`);
    const before = page.getByRole('button', { name: 'Run before' });
    await page.getByRole('button', { name: 'Run after: deep' }).waitFor();
    expect([await before.isDisabled(), await before.getAttribute('title')]).toEqual([true, 'It is the first of its experiment']);
    await page.getByRole('button', { name: 'Run after: deep' }).click();
    await page.getByRole('heading', { name: 'deep', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Compare', disabled: false }).click();
    await page.getByRole('heading', { name: '2 runs compared' }).waitFor();
    await page.getByRole('columnheader', { name: 'shallow' }).waitFor();
    await page.close();
  });

  it('follows what is logged, and keeps notes', async () => {
    const id = await logRun({ name: 'going', params: {}, metrics: course([5, 4]) });
    const page = await open(`/runs/${id}`);
    await page.getByRole('application', { name: /^loss over step/ }).waitFor();
    await mlflow('runs/log-metric', { run_id: id, key: 'speed', value: 77.5, step: 0, timestamp: Date.now() });
    await page.getByRole('region', { name: 'Key numbers' }).getByText('77.500').waitFor({ timeout: 4_000 });
    await page.getByRole('button', { name: 'Write notes' }).click();
    await page.getByLabel('Notes, in Markdown').fill('Worth **keeping**');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('region', { name: 'Notes and tags' }).locator('strong', { hasText: 'keeping' }).waitFor();
    await page.close();
  });

  it('moves a run to the trash and back', async () => {
    const page = await open(`/runs/${runs.late}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('grid', { name: 'Runs' }).waitFor();
    await until('the run to be gone', async () => !(await names(page)).includes('late'));
    await page.getByRole('button', { name: 'Undo' }).click();
    await t.until('the run to be back', async () => (await t.as('owner').get(`/runs/${runs.late}`)).body.lifecycle === 'active');
    await page.close();
  });

  it('shows a page among the artifacts without running what is in it', async () => {
    const put = await t
      .as('owner')
      .put(
        `/mlflow/project-1/api/2.0/mlflow-artifacts/artifacts/0/${runs.deep}/artifacts/report.html`,
        '<h1>Report</h1><script>document.title = "owned"; parent.document.title = "owned"</script>',
        { 'content-type': 'application/octet-stream' },
      );
    expect(put.status, JSON.stringify(put.body)).toBe(200);
    const page = await open(`/runs/${runs.deep}?file=report.html`);
    await page.frameLocator('iframe[title="report.html"]').getByRole('heading', { name: 'Report' }).waitFor();
    expect(await page.title()).not.toBe('owned');
    await page.close();
  });
});

describe('data', () => {
  it('a dataset shows its columns, a sample and what used it', async () => {
    const owner = t.as('owner');
    const dataset = (await owner.post('/projects/project-1/datasets', { name: 'rows' })).body.id;
    const form = new FormData();
    form.append('file', new Blob(['age,city\n30,Bern\n41,Oslo\n52,Bern\n']), 'rows.csv');
    const snapshot = (await owner.post(`/projects/project-1/datasets/${dataset}/snapshots`, form)).body.id;
    const page = await open(`/datasets/${dataset}`);
    await page.getByRole('row', { name: /age/ }).getByText('41', { exact: true }).waitFor();
    await page.getByRole('row', { name: /city/ }).click();
    await page.getByRole('complementary', { name: 'city' }).getByText('Bern').first().waitFor();
    await page.getByRole('tab', { name: 'Sample' }).click();
    await page.getByRole('cell', { name: 'Oslo' }).waitFor();
    await page.getByRole('tab', { name: 'Used by' }).click();
    await page.getByText(`--input data=${snapshot}`).waitFor();
    const second = new FormData();
    second.append('file', new Blob(['age,city\n30,Bern\n41,Oslo\n52,Bern\n60,Rome\n']), 'rows.csv');
    await owner.post(`/projects/project-1/datasets/${dataset}/snapshots`, second);
    await page.goto(`${t.url}/datasets/${dataset}?tab=changes`);
    await page
      .getByRole('row', { name: /age.*mean/ })
      .getByText('+4.75')
      .waitFor();
    await page.close();
  }, 90_000);
});

describe('what comes in', () => {
  it('can be read at any moment of its coming: it moves, and is never half transparent', async () => {
    const page = await open('/projects/project-1/experiments');
    const session = await page.context().newCDPSession(page);
    await session.send('Animation.enable');
    // So slow that it is looked at on its way in, whatever the speed of the machine.
    await session.send('Animation.setPlaybackRate', { playbackRate: 0.02 });
    await page.getByRole('row', { name: /deep/ }).focus();
    await page.keyboard.press('x');
    await page.keyboard.press(' ');
    const inspector = page.getByRole('complementary', { name: 'deep' });
    await inspector.getByText('finished').waitFor();
    await page.getByRole('toolbar', { name: 'Chosen rows' }).waitFor();
    const moving = await page.evaluate(() => document.getAnimations().map((one) => (one as CSSAnimation).animationName));
    expect(moving).toContain('slide');
    const { violations } = await new AxeBuilder({ page }).withRules(['color-contrast']).analyze();
    expect(violations.flatMap((violation) => violation.nodes.map((node) => node.html))).toEqual([]);
    await page.close();
  });
});

describe('every one of these pages', () => {
  it('has no serious fault of accessibility, in light and dark, and none wider than a telephone', async () => {
    const dataset = (await t.as('owner').get('/projects/project-1/datasets')).body.items[0].id;
    const environment = (await t.as('owner').post('/environments', { name: 'plain', projectId: 'project-1' })).body.id;
    const chosen = `${runs.shallow},${runs.deep},${runs['=wide']}`;
    const page = await open('/projects/project-1/experiments');
    const faults: string[] = [];
    for (const theme of ['light', 'dark']) {
      await page.evaluate((name) => localStorage.setItem('plinth-theme', name), theme);
      for (const path of [
        `/projects/project-1/experiments?selected=${chosen}&peek=${runs.deep}&baseline=${runs.shallow}`,
        '/projects/project-1/experiments?group=status',
        `/projects/project-1/experiments/compare?runs=${chosen}`,
        `/runs/${runs.deep}?file=report.html`,
        '/projects/project-1/datasets',
        `/datasets/${dataset}`,
        '/projects/project-1/environments',
        `/environments/${environment}`,
      ]) {
        await page.goto(t.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
        const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
        faults.push(
          ...violations
            .filter((violation) => ['serious', 'critical'].includes(violation.impact ?? ''))
            .map((violation) => `${path} ${theme}: ${violation.id} ${violation.nodes[0]?.html}`),
        );
      }
    }
    expect(faults).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of [
      `/projects/project-1/experiments`,
      `/projects/project-1/experiments/compare?runs=${chosen}`,
      `/runs/${runs.deep}`,
      `/datasets/${dataset}`,
    ]) {
      await page.goto(t.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
      expect(
        await page.evaluate(() => document.querySelector('main')!.scrollWidth - document.querySelector('main')!.clientWidth),
        path,
      ).toBeLessThanOrEqual(0);
    }
    await page.close();
  }, 240_000);
});
