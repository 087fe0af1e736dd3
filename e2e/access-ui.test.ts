import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { launchBrowser } from './browser.ts';

/** Who may do what and why, and where projects stand, as administrators, owners and others meet it in the browser. */
let t: TestPlinth;
let browser: Browser;
const password = 'a long password';
const people = { ada: 'admin', noor: 'member', victor: 'member' } as const;
type Who = keyof typeof people;
const folder: Record<string, string> = {};

beforeAll(async () => {
  t = await plinth({ projects: 2 });
  browser = await launchBrowser();
  for (const [name, role] of Object.entries(people))
    await t.admin.post('/users', {
      email: `${name}@example.org`,
      name: `${name[0]!.toUpperCase()}${name.slice(1)}`,
      password,
      role,
    });
  for (const name of ['Insurance', 'Health']) folder[name] = (await t.admin.post('/folders', { name })).body.id;
  folder.Claims = (await t.admin.post('/folders', { name: 'Claims', parentId: folder.Insurance })).body.id;
  await t.admin.post(`/folders/${folder.Claims}/members`, { email: 'noor@example.org', role: 'owner' });
  await t.as('owner').post('/projects/project-1/members', { email: 'noor@example.org', role: 'owner' });
  await t.as('owner').post('/projects/project-1/members', { email: 'victor@example.org', role: 'viewer' });
  const group = (await t.admin.post('/groups', { name: 'Model risk' })).body.id;
  await t.admin.post(`/groups/${group}/members`, { email: 'victor@example.org' });
  await t.admin.post(`/folders/${folder.Insurance}/members`, { subjectId: group, role: 'validator' });
  await t.admin.patch('/projects/project-1', { folderId: folder.Claims });
});
afterAll(async () => {
  await browser?.close();
  await t?.stop();
});

type Kept = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;
const signedIn = new Map<Who, Kept>();

/** A page of somebody who is signed in; each signs in once, as tries are counted. */
async function open(who: Who, path: string, width = 1440): Promise<Page> {
  const kept = signedIn.get(who);
  const context = await browser.newContext({ viewport: { width, height: 900 }, ...(kept ? { storageState: kept } : {}) });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
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

const rowOf = (page: Page, table: string, text: string) =>
  page.getByRole('region', { name: table, exact: true }).getByRole('row').filter({ hasText: text });

describe('who may do what', () => {
  it('is refused to those who may not ask, in words that say whom to ask', async () => {
    const page = await open('victor', '/access');
    await page.getByText('Roles in the organization are shown to administrators and auditors.').waitFor();
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Access' }).count()).toBe(0);
    await page.goto(`${t.url}/projects/project-1/members`);
    await rowOf(page, 'Members', 'Noor').waitFor();
    await page.getByText('Owners of the project give roles.').waitFor();
    expect(await page.getByRole('button', { name: 'Give a role' }).count()).toBe(0);
    await page.goto(`${t.url}/access?on=project-1`);
    await page
      .getByRole('alert')
      .getByText(/You may not do access\.explain/)
      .waitFor();
  }, 60_000);

  it('is answered in a sentence that names the role, the group and the folder, and the question stands in the address', async () => {
    const page = await open('noor', '/projects/project-1/members');
    const question = page.getByRole('form', { name: 'Ask about a right' });
    await question.getByRole('combobox', { name: 'Who' }).fill('Victor <victor@example.org>');
    await question.getByLabel('Does what').selectOption({ label: 'decide on approvals (approval.decide)' });
    await question.getByRole('button', { name: 'Ask' }).click();
    const yes =
      'Victor may do approval.decide on project "Project 1", by the role validator of the group "Model risk" on folder "Insurance".';
    await page.getByText(yes).waitFor();
    expect(page.url()).toContain('may=approval.decide');
    await page.reload();
    await page.getByText(yes).waitFor();
    await question.getByLabel('Does what').selectOption('job.start');
    await question.getByRole('button', { name: 'Ask' }).click();
    await page.getByText(/Victor may not do job\.start on project "Project 1"/).waitFor();
    const can = page.getByRole('region', { name: 'Who can give it' });
    await can.getByText('It takes the role owner, contributor, or admin.').waitFor();
    await can.getByRole('link', { name: 'Noor' }).waitFor();
    await page.goBack();
    await page.getByText(yes).waitFor();
  }, 60_000);

  it('shows roles from above beside those of the project, and gives, changes and takes the latter', async () => {
    const group = (await t.admin.post('/groups', { name: 'Actuaries' })).body.id;
    await t.admin.post(`/groups/${group}/members`, { email: 'consumer@example.org' });
    const page = await open('noor', '/projects/project-2/members');
    // Noor has no role on the second project: it does not exist for her.
    await page.getByRole('alert').getByText('There is no project "project-2" that you may see').waitFor();
    await page.goto(`${t.url}/projects/project-1/members`);
    const roles = 'Roles that reach this project';
    await rowOf(page, roles, 'Model risk').getByText('Insurance').waitFor();
    await page.getByRole('button', { name: 'Give a role' }).click();
    const dialog = page.getByRole('dialog', { name: 'Give a role on Project 1' });
    await dialog.getByLabel('Who').fill('nobody@example.org');
    await dialog.getByRole('button', { name: 'Give the role' }).click();
    await dialog.getByText('nobody here has the address nobody@example.org').waitFor();
    await dialog.getByLabel('Who').fill('Actuaries');
    await dialog.getByRole('combobox', { name: 'Role', exact: true }).selectOption('viewer');
    await dialog.getByLabel('Good for').selectOption('30');
    await dialog.getByRole('button', { name: 'Give the role' }).click();
    const actuaries = rowOf(page, roles, 'Actuaries');
    await actuaries.getByText(/in (29|30) d/).waitFor();
    await t.until('the group to see the project', async () => (await t.as('consumer').get('/projects/project-1')).status === 200);
    await actuaries.getByRole('combobox', { name: 'Role of Actuaries' }).selectOption('contributor');
    await page.getByText('Actuaries is contributor now.').waitFor();
    await actuaries.getByRole('button', { name: 'Take away the role of Actuaries' }).click();
    await t.until('the role to be gone', async () => (await t.as('consumer').get('/projects/project-1')).status === 404);
    await actuaries.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await actuaries.waitFor();
  }, 60_000);

  it('keeps the last owner of a project, with the reason on the button', async () => {
    await t.admin.post('/projects', { name: 'Only Ada' });
    const page = await open('ada', '/projects');
    const slug = (await (await page.request.get(`${t.url}/api/v1/projects?search=Only`)).json()).items[0].slug;
    await t.admin.post(`/projects/${slug}/members`, { email: 'ada@example.org', role: 'owner' });
    await t.admin.delete(`/projects/${slug}/members/${t.admin.id}`);
    await page.goto(`${t.url}/projects/${slug}/members`);
    const take = rowOf(page, 'Roles that reach this project', 'this project').getByRole('button', { name: /^Take away/ });
    await take.waitFor();
    expect([await take.isDisabled(), await take.getAttribute('title')]).toEqual([true, 'A project keeps at least one owner']);
  }, 60_000);

  it('opens one thing alone to somebody, and the project tells of it', async () => {
    const dataset = (await t.as('owner').post('/projects/project-1/datasets', { name: 'claims' })).body.id;
    const page = await open('noor', `/datasets/${dataset}`);
    await page.getByRole('link', { name: 'Access' }).click();
    await page.getByRole('heading', { level: 1, name: 'Access to claims' }).waitFor();
    await page.getByRole('button', { name: 'Give a role' }).click();
    const dialog = page.getByRole('dialog', { name: 'Give a role on claims' });
    await dialog.getByLabel('Who').fill('member@example.org');
    await dialog.getByRole('combobox', { name: 'Role', exact: true }).selectOption('viewer');
    await dialog.getByRole('button', { name: 'Give the role' }).click();
    await rowOf(page, 'Roles that reach it', 'member@example.org').getByText('this dataset').waitFor();
    expect((await t.as('member').get(`/datasets/${dataset}`)).status).toBe(200);
    await page.goto(`${t.url}/projects/project-1/members`);
    await rowOf(page, 'Roles on single things', 'Member').getByRole('link', { name: 'claims' }).waitFor();
  }, 60_000);

  it('of one person is told with the way it comes, and where they are signed in', async () => {
    await open('victor', '/');
    const page = await open('ada', '/people');
    await page.getByRole('link', { name: 'Victor' }).click();
    await page.getByRole('heading', { level: 1, name: 'Victor' }).waitFor();
    const inherited = rowOf(page, 'Roles', 'Insurance');
    await inherited.getByText('validator').waitFor();
    await inherited.getByRole('link', { name: 'Model risk' }).waitFor();
    await page
      .getByRole('button', { name: /End the session on/ })
      .first()
      .click();
    await page.getByText('The session is ended.').waitFor();
    signedIn.delete('victor');
  }, 60_000);
});

describe('folders', () => {
  it('stand as a tree that keys walk, close and open', async () => {
    const page = await open('ada', '/folders');
    const tree = page.getByRole('treegrid', { name: 'Folders and projects' });
    const line = (name: string) => tree.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
    await line('Project 1').waitFor();
    await line('Insurance').focus();
    await page.keyboard.press('ArrowLeft');
    await line('Project 1').waitFor({ state: 'detached' });
    expect(await line('Insurance').getAttribute('aria-expanded')).toBe('false');
    await page.reload();
    await line('Insurance').waitFor();
    expect(await line('Project 1').count()).toBe(0);
    await line('Insurance').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('j');
    expect(await line('Claims').evaluate((row) => row === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Claims' }).waitFor();
    await page.goBack();
    await page.getByLabel('Find a folder or project').fill('project 1');
    await page.waitForURL(/search=project/);
    expect(await tree.getByRole('link').allTextContents()).toEqual(['Insurance', 'Claims', 'Project 1']);
  }, 60_000);

  it('are made, renamed and moved, and what the server refuses is said in its words', async () => {
    const page = await open('ada', '/folders?new=folder');
    const make = page.getByRole('dialog', { name: 'New folder' });
    await make.getByLabel('Name').fill('Motor');
    await make.getByRole('combobox', { name: /^In\b/ }).selectOption({ label: 'Insurance / Claims' });
    await make.getByRole('button', { name: 'Make folder' }).click();
    await page.getByText('Made Insurance / Claims / Motor.').waitFor();
    await page.getByRole('link', { name: 'Motor', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Motor' }).waitFor();

    await page.getByRole('button', { name: 'Move', exact: true }).click();
    const move = page.getByRole('dialog', { name: 'Move Motor' });
    await move.getByLabel('Into').selectOption({ label: 'Insurance / Claims / Motor' });
    await move.getByRole('button', { name: 'Move' }).click();
    await move.getByText('A folder cannot be moved into itself or into one below it.').waitFor();
    await move.getByLabel('Into').selectOption({ label: 'Health' });
    await move.getByRole('button', { name: 'Move' }).click();
    await page.getByText('Moved Motor with all in it.').waitFor();
    await page.getByRole('link', { name: 'Health' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'Claims' }).first().waitFor();

    await t.admin.post('/folders', { name: 'Property', parentId: folder.Claims });
    await page.getByRole('button', { name: 'Rename' }).click();
    const rename = page.getByRole('dialog', { name: 'Rename Motor' });
    await rename.getByLabel('Name').fill('property');
    await rename.getByRole('button', { name: 'Rename' }).click();
    await rename.getByText('There is a folder "property" in the same place already.').waitFor();
    expect(await rename.getByLabel('Name').inputValue()).toBe('property');
    await rename.getByRole('button', { name: 'Cancel' }).click();
  }, 60_000);

  it('take projects in, whose people change at once, and are deleted only when empty', async () => {
    const page = await open('ada', `/folders/${folder.Health}`);
    await page.getByRole('button', { name: 'Move a project here' }).click();
    const dialog = page.getByRole('dialog', { name: 'Move a project into Health' });
    await dialog.getByLabel('Project').selectOption({ label: 'Project 2' });
    await dialog.getByRole('button', { name: 'Move it here' }).click();
    await rowOf(page, 'Folders and projects in it', 'Project 2').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    const warning = page.getByRole('dialog', { name: 'Delete Health?' });
    await warning.getByText('It holds 1 project.').waitFor();
    const button = warning.getByRole('button', { name: 'Delete' });
    expect([await button.isDisabled(), await button.getAttribute('title')]).toEqual([
      true,
      'A folder must be empty to be deleted',
    ]);
    await t.admin.patch('/projects/project-2', { folderId: null });
    await warning.getByText('It is empty.').waitFor();
    await button.click();
    await page.getByText('Health is deleted.').waitFor();
    expect((await t.admin.get(`/folders/${folder.Health}`)).status).toBe(404);
  }, 60_000);

  it('are changed by their owners alone, and others are told so', async () => {
    const page = await open('noor', '/folders');
    await page.getByRole('button', { name: 'New folder', disabled: false }).waitFor();
    await page.getByRole('link', { name: 'Insurance', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Insurance' }).waitFor();
    const rename = page.getByRole('button', { name: 'Rename' });
    expect([await rename.isDisabled(), await rename.getAttribute('title')]).toEqual([
      true,
      'Owners of the folder and administrators change it',
    ]);
    await page.getByText('Who has a role on this folder is shown to its owners').waitFor();
  }, 60_000);
});

describe('every one of these pages', () => {
  const pages = () => [
    '/access',
    '/access?new=role',
    `/access?who=${t.as('member').id}&may=job.start`,
    '/folders',
    '/folders?new=folder',
    `/folders/${folder.Claims}`,
    `/folders/${folder.Claims}?new=move&of=${folder.Claims}`,
    '/projects/project-1/members',
    `/projects/project-1/members?who=${t.as('viewer').id}&may=run.read`,
    `/people/${t.as('owner').id}`,
  ];

  it('has no serious fault of accessibility in light and dark, and fits a telephone', async () => {
    const page = await open('ada', '/access');
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    for (const theme of ['light', 'dark']) {
      await page.evaluate((name) => localStorage.setItem('plinth-theme', name), theme);
      for (const path of pages()) {
        await page.goto(t.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
        const { violations } = await new AxeBuilder({ page }).analyze();
        faults.push(
          ...violations
            .filter((violation) => ['serious', 'critical'].includes(violation.impact ?? ''))
            .map((violation) => `${path} ${theme}: ${violation.id} ${violation.nodes[0]?.html}`),
        );
      }
    }
    expect(faults).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of pages()) {
      await page.goto(t.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
      const beyond = await page.getByRole('main').evaluate((main) => main.scrollWidth - main.clientWidth);
      expect(beyond, path).toBeLessThanOrEqual(0);
    }
  }, 240_000);
});
