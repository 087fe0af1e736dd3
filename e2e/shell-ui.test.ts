import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { launchBrowser } from './browser.ts';

/** The frame and the pages around the work, as people use them: by role and label, with eyes on the address. */
let t: TestPlinth;
let browser: Browser;
const password = 'a long password';

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  browser = await launchBrowser();
  for (const [email, name] of [
    ['ada@example.org', 'Ada Lovelace'],
    ['victor@example.org', 'Victor'],
  ])
    await t.admin.post('/users', { email, name, password, ...(name === 'Victor' ? {} : { role: 'admin' }) });
  await t.as('owner').post('/projects/project-1/members', { email: 'victor@example.org', role: 'viewer' });
  await t.as('owner').post('/projects/project-1/members', { email: 'ada@example.org', role: 'owner' });
});
afterAll(async () => {
  await browser?.close();
  await t?.stop();
});

type Kept = Awaited<ReturnType<BrowserContext['storageState']>>;
const signedIn = new Map<string, Kept>();

/** A page of somebody who is signed in; each signs in once, as tries are counted. */
async function open(who: 'ada' | 'victor' | 'noor', path = '/', width = 1440): Promise<Page> {
  const kept = signedIn.get(who);
  const context = await browser.newContext({ viewport: { width, height: 900 }, ...(kept ? { storageState: kept } : {}) });
  const page = await context.newPage();
  if (!kept) {
    const answer = await page.request.post(`${t.url}/api/v1/session`, {
      data: { email: `${who}@example.org`, password },
      headers: { origin: t.url },
    });
    expect(answer.ok()).toBe(true);
    signedIn.set(who, await context.storageState());
  }
  await page.goto(t.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

const runJob = async (command: string, name: string) => {
  const { body } = await t.as('contributor').post('/projects/project-1/jobs', { command, name, environment: 'base' });
  return t.until(`job ${name}`, async () => {
    const now = (await t.admin.get(`/jobs/${body.id}`)).body;
    return now.finishedAt ? now : null;
  });
};

describe('the frame', () => {
  it('says where one is in names, marks one place, and names the tab', async () => {
    const job = await runJob('true', 'quick check');
    const page = await open('ada', `/jobs/${job.id}`);
    const crumbs = page.getByRole('navigation', { name: 'Breadcrumb' });
    await crumbs.getByText('quick check').waitFor();
    await crumbs.getByRole('link', { name: 'Jobs' }).waitFor();
    expect(await crumbs.getByRole('listitem').allTextContents()).toEqual([t.projects[0]!.name, 'Jobs', 'quick check']);
    expect(await page.getByRole('navigation', { name: 'Main' }).locator('[aria-current=page]').allTextContents()).toEqual([
      'Jobs',
    ]);
    expect(await page.title()).toBe(`quick check · Jobs · ${t.projects[0]!.name} · Plinth`);
    await crumbs.getByRole('link', { name: t.projects[0]!.name }).click();
    await page.getByRole('heading', { level: 1, name: t.projects[0]!.name }).waitFor();
  }, 60_000);

  it('shows and offers only what the reader may do', async () => {
    const page = await open('victor', '/projects/project-1');
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Audit' }).count()).toBe(0);
    const move = page.getByRole('button', { name: 'Move stage' });
    expect(await move.isDisabled()).toBe(true);
    expect(await move.getAttribute('title')).toContain('Owners');
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Search and commands' });
    await palette.getByRole('combobox').fill('add a person');
    await palette.getByText('Nothing by that name').waitFor();
  }, 60_000);

  it('is driven by keys: palette, places, lists, sheet', async () => {
    const page = await open('ada');
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Search and commands' });
    await palette.getByRole('combobox').fill('audit');
    await palette.getByRole('option', { name: 'Audit g a' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();

    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(t.projects[0]!.name);
    await page.waitForURL(/search=/);
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).count()).toBe(0);
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  }, 60_000);

  it('hears of changes by itself, and stands still when asked to', async () => {
    const page = await open('ada', '/projects/project-1/activity');
    await page.getByRole('button', { name: 'Live updates: live' }).waitFor();
    await t.as('owner').post('/projects/project-1/goals', { title: 'Heard of live' });
    await page.getByText('set the goal “Heard of live”').waitFor({ timeout: 5_000 });
    await page.getByRole('button', { name: 'Live updates: live' }).click();
    await page.getByRole('button', { name: 'Live updates: paused' }).click();
    await page.getByRole('button', { name: 'Live updates: live' }).waitFor();
  }, 60_000);

  it('stays where an address leads nowhere, and says so', async () => {
    const page = await open('ada', '/nothing/has/this');
    await page.getByRole('heading', { level: 1, name: 'No such page' }).waitFor();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' }).waitFor();
    await page.goto(`${t.url}/projects/never-was`);
    await page.getByRole('heading', { level: 1, name: 'Nothing here' }).waitFor();
    await page.getByRole('alert').getByText('There is no project "never-was" that you may see').waitFor();
    expect(await page.getByRole('region', { name: 'Project' }).count()).toBe(0);
  }, 60_000);

  it('comes back to the page that was asked for, with its query', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${t.url}/jobs?state=failed`);
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/jobs\?state=failed$/);
    expect(await page.getByLabel('State', { exact: true }).inputValue()).toBe('failed');
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
  }, 60_000);
});

describe('the work', () => {
  it('a log is read, searched and followed, and leads to its first error', async () => {
    const job = await runJob(
      "seq 1 60000 | sed 's/^/line number /'; printf '\\033[31mERROR\\033[0m disk is full\\n'; seq 1 500; exit 3",
      'large log',
    );
    const page = await open('ada', `/jobs/${job.id}`);
    await page.getByText('60,501 lines').waitFor();
    const log = page.getByRole('log', { name: 'Log' });
    await log.getByText('500', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'First error, line 60,001' }).click();
    await log.getByText('disk is full').waitFor();
    expect(await log.locator('.ansi-red').first().textContent()).toBe('ERROR');
    await page.getByLabel('Find in log').fill('number 4242');
    await page.getByLabel('Find in log').press('Enter');
    await log.getByText('line number 4242', { exact: true }).waitFor();
    await page.getByText('1 of 11').waitFor();
    // What a program wrote is shown letter by letter: == is no long equals sign.
    expect(
      await log
        .locator('.line')
        .first()
        .evaluate((line) => getComputedStyle(line).fontVariantLigatures),
    ).toBe('none');
    const cancel = page.getByRole('button', { name: 'Cancel' });
    expect([await cancel.isDisabled(), await cancel.getAttribute('title')]).toEqual([true, 'It has ended already']);
    await page.getByText('It ended with exit code 3.').waitFor();
  }, 90_000);

  it('a job is started in a dialog that shows its price and the equal line, and filters stand in the address', async () => {
    const page = await open('ada', '/projects/project-1/jobs');
    await page.getByRole('button', { name: 'Run a job' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run a job' });
    await dialog.getByLabel('Command').fill('echo from the dialog');
    await dialog.getByLabel('Environment').selectOption('base');
    await dialog.getByText(/EUR\/h while it runs/).waitFor();
    await dialog.getByText('npx plinth run -p project-1').waitFor();
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await page.waitForURL(/\/jobs\/job_/);
    await page.getByRole('log', { name: 'Log' }).getByText('from the dialog').waitFor({ timeout: 30_000 });
    await page.goto(`${t.url}/projects/project-1/jobs?state=failed`);
    await page.getByRole('link', { name: 'large log' }).waitFor();
    expect(await page.getByRole('link', { name: 'from the dialog' }).count()).toBe(0);
    await page.getByLabel('State', { exact: true }).selectOption({ label: 'succeeded' });
    await page.waitForURL(/state=succeeded/);
    await page.getByRole('link', { name: 'quick check' }).first().waitFor();
    await page.goBack();
    await page.waitForURL(/state=failed/);
  }, 90_000);

  it('a goal that a run reached is met, whatever was said', async () => {
    await t.as('owner').post('/projects/project-1/goals', { title: 'Good enough', metric: 'auc', target: 0.9 });
    const wire = (path: string, body: unknown) => t.as('contributor').post(`/mlflow/project-1/api/2.0/mlflow/${path}`, body);
    const { run } = (await wire('runs/create', { experiment_id: '0', run_name: 'reaches it', start_time: 1 })).body;
    await wire('runs/log-metric', { run_id: run.info.run_id, key: 'auc', value: 0.93, timestamp: 1 });
    const page = await open('victor', '/projects/project-1');
    const goal = page.getByRole('listitem').filter({ hasText: 'Good enough' });
    await goal.getByText('met').waitFor();
    await goal.getByRole('link', { name: 'reaches it' }).waitFor();
    await goal.getByText('0.93').waitFor();
  }, 60_000);
});

describe('what happened', () => {
  it('is narrowed by what and who, in the address, and a sweep is one line', async () => {
    const wire = (path: string, body: unknown) => t.as('contributor').post(`/mlflow/project-1/api/2.0/mlflow/${path}`, body);
    for (const name of ['sweep a', 'sweep b', 'sweep c', 'sweep d']) {
      const { run } = (await wire('runs/create', { experiment_id: '0', run_name: name, start_time: 1 })).body;
      await wire('runs/update', { run_id: run.info.run_id, status: 'FINISHED', end_time: 2 });
    }
    const page = await open('ada', '/projects/project-1/activity');
    await page.getByText('finished 4 runs: sweep d, sweep c and 2 more').waitFor();
    await page.getByLabel('What', { exact: true }).selectOption('project and people');
    await page.waitForURL(/what=project/);
    await page.getByText('set the goal “Heard of live”').waitFor();
    expect(await page.getByText('finished 4 runs').count()).toBe(0);
    await page.getByLabel('What', { exact: true }).selectOption('workspaces');
    await page.getByText('Nothing fits these filters.').waitFor();
  }, 60_000);
});

describe('the portfolio', () => {
  it('is seen in parts, in the order of the arc', async () => {
    await t.as('owner').post('/projects', { name: 'Further on', stage: 'production' });
    await t.admin.post('/projects/further-on/members', { email: 'ada@example.org', role: 'viewer' });
    const page = await open('ada', '/projects');
    await page.getByLabel('Group by').selectOption('stage');
    await page.waitForURL(/group=stage/);
    const grid = page.getByRole('grid', { name: 'Projects' });
    await grid.getByRole('button', { name: /^production/ }).waitFor();
    const groups = await grid.locator('tr.group strong').allTextContents();
    expect(groups.at(-1)).toBe('production');
    expect(groups.indexOf('ideation')).toBeLessThan(groups.indexOf('production'));
  }, 60_000);
});

describe('the first steps', () => {
  it('tick themselves as they are done, with lines for the reader’s own project', async () => {
    await t.admin.post('/users', { email: 'noor@example.org', name: 'Noor', password });
    const page = await open('noor');
    const steps = page.getByRole('region', { name: 'First steps' });
    await steps.getByText('0 of 4').waitFor();
    await page.request.post(`${t.url}/api/v1/projects`, { data: { name: 'Mine alone' }, headers: { origin: t.url } });
    await steps.getByText('1 of 4').waitFor({ timeout: 10_000 });
    await steps.getByText('npx plinth env build -p mine-alone').waitFor();
  }, 60_000);
});

describe('the house', () => {
  it('a token is shown once and revoked after a word of warning', async () => {
    const page = await open('ada', '/account/tokens?new=token');
    const dialog = page.getByRole('dialog', { name: 'New token' });
    await dialog.getByLabel('Name').fill('laptop');
    await dialog.getByRole('radio', { name: /^track/ }).check();
    await dialog.getByRole('button', { name: 'Make token' }).click();
    const shown = page.getByRole('region', { name: 'Your new token' });
    const token = (await shown.locator('pre').first().textContent())!;
    expect(token).toMatch(/^pln_/);
    expect((await t.withToken(token).get('/projects/project-1')).status).toBe(200);
    expect((await t.withToken(token).post('/projects/project-1/goals', { title: 'no' })).status).toBe(403);
    await page.reload();
    await page.getByRole('button', { name: 'Revoke laptop' }).click();
    const warning = page.getByRole('dialog', { name: 'Revoke laptop?' });
    await warning.getByRole('button', { name: 'Revoke' }).click();
    await t.until('the token to be refused', async () => (await t.withToken(token).get('/me')).status === 401);
  }, 60_000);

  it('the record is filtered by the address and verified', async () => {
    const page = await open('ada', '/audit?verb=goal.created');
    await page.getByRole('cell', { name: 'goal.created' }).first().waitFor();
    expect(new Set(await page.locator('td.mono').allTextContents())).toEqual(new Set(['goal.created']));
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText(/events recomputed, none changed, none missing/).waitFor();
    const before = (await t.admin.get('/audit?verb=access.refused&limit=1000')).body.items.length;
    const other = await open('victor', '/audit');
    await other.getByText('for administrators and auditors').waitFor();
    // Looking at a page that is not for one is no try to read it: the record does not fill with refusals.
    expect((await t.admin.get('/audit?verb=access.refused&limit=1000')).body.items).toHaveLength(before);
  }, 60_000);

  it('a group gets people, and a service account a token, from the screen', async () => {
    const page = await open('ada', '/people/groups?new=group');
    const dialog = page.getByRole('dialog', { name: 'New group' });
    await dialog.getByLabel('Name').fill('Actuaries');
    await dialog.getByRole('button', { name: 'Make group' }).click();
    await page.getByRole('button', { name: 'People in Actuaries' }).click();
    const members = page.getByRole('dialog', { name: 'Actuaries' });
    await members.getByLabel('E-mail').fill('victor@example.org');
    await members.getByRole('button', { name: 'Add' }).click();
    await members.getByText('Victor').waitFor();
    await page.goto(`${t.url}/people/service-accounts?new=account`);
    await page.getByRole('dialog', { name: 'New service account' }).getByLabel('Name').fill('nightly');
    await page.getByRole('button', { name: 'Make it' }).click();
    const account = page.getByRole('dialog', { name: 'nightly' });
    await account.getByLabel('Name of the token').fill('cron');
    await account.getByRole('button', { name: 'Make token' }).click();
    expect(await account.locator('pre').textContent()).toMatch(/^pln_/);
    await account.getByRole('button', { name: 'Delete it' }).click();
    await account.getByText('Its tokens and roles go with it').waitFor();
    await account.getByRole('button', { name: 'Delete it for good' }).click();
    await page.getByText('nightly is gone.').waitFor();
    expect((await t.admin.get('/service-accounts')).body.items).toEqual([]);
  }, 60_000);
});

describe('the trash', () => {
  it('takes a project after a second word, and gives it back', async () => {
    await t.as('owner').post('/projects', { name: 'Short lived' });
    await t.admin.post('/projects/short-lived/members', { email: 'ada@example.org', role: 'owner' });
    const page = await open('ada', '/projects/short-lived?new=edit');
    const dialog = page.getByRole('dialog', { name: 'Edit the project' });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Move it to the trash' }).click();
    await page.getByText('Short lived is in the trash.').waitFor();
    await page.goto(`${t.url}/trash`);
    await page.getByRole('button', { name: 'Restore Short lived' }).click();
    await page.getByRole('heading', { level: 1, name: 'Short lived' }).waitFor();
  }, 60_000);
});

describe('every page', () => {
  const pages = () => [
    '/',
    '/projects',
    '/projects?new=project',
    '/projects/project-1',
    '/projects/project-1/jobs',
    '/projects/project-1/workspaces',
    '/projects/project-1/code',
    '/projects/project-1/members',
    '/projects/project-1/activity',
    '/jobs',
    '/workspaces',
    '/compute',
    '/people',
    '/people/groups',
    '/people/service-accounts',
    '/audit',
    '/settings',
    '/trash',
    '/account/tokens',
  ];

  it.each(['light', 'dark'])(
    'has no serious accessibility fault in %s',
    async (theme) => {
      const page = await open('ada');
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      await page.evaluate((name) => localStorage.setItem('plinth-theme', name), theme);
      for (const path of pages()) {
        await page.goto(t.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        // What a theme changes is colour: the rest is looked at once.
        const axe = new AxeBuilder({ page });
        const { violations } = await (theme === 'dark' ? axe.withRules(['color-contrast']) : axe).analyze();
        faults.push(
          ...violations
            .filter((violation) => ['serious', 'critical'].includes(violation.impact ?? ''))
            .map((violation) => `${path} ${theme}: ${violation.id} ${violation.nodes[0]?.html}`),
        );
      }
      expect(faults).toEqual([]);
    },
    180_000,
  );

  it('fits a screen of 390 pixels', async () => {
    const page = await open('ada', '/', 390);
    const wide: string[] = [];
    for (const path of pages()) {
      await page.goto(t.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const beyond = await page.getByRole('main').evaluate((main) => main.scrollWidth - main.clientWidth);
      if (beyond > 0) wide.push(`${path}: ${beyond} px`);
    }
    expect(wide).toEqual([]);
    await page.getByRole('button', { name: /the navigation/ }).click();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Jobs' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
  }, 120_000);
});
