import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { launchBrowser } from './browser.ts';

/** Behind a proxy that puts a path before everything: the whole web UI stays below it. */
let t: TestPlinth;
let browser: Awaited<ReturnType<typeof launchBrowser>>;
beforeAll(async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  t = await plinth({
    projects: 1,
    env: { PLINTH_PORT: String(port), PLINTH_PUBLIC_URL: `http://127.0.0.1:${port}/ml/plinth` },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await t?.stop();
});

it('a person signs in, goes about and reads a log, and nothing is asked outside of the path', async () => {
  await t.admin.post('/users', { email: 'ada@example.org', name: 'Ada', password: 'a long password' });
  await t.as('owner').post('/projects/project-1/members', { email: 'ada@example.org', role: 'contributor' });
  const job = (await t.as('owner').post('/projects/project-1/jobs', { command: 'echo hello', environment: 'base' })).body.id;
  await t.until('the job', async () => (await t.as('owner').get(`/jobs/${job}`)).body.finishedAt);

  const page = await (await browser.newContext()).newPage();
  const outside: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === t.url && !pathname.startsWith('/ml/plinth')) outside.push(pathname);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${t.url}/ml/plinth/projects/project-1/jobs`);
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByLabel('Password').fill('a long password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'echo hello' }).first().click();
  await page.getByRole('log', { name: 'Log' }).getByText('hello', { exact: true }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/ml/plinth/jobs/${job}`);
  expect(await page.getByRole('link', { name: 'Raw' }).getAttribute('href')).toBe(`/ml/plinth/api/v1/jobs/${job}/logs`);
  await page.getByRole('button', { name: 'The code' }).click();
  await page.getByText(`${t.url}/ml/plinth/api/v1/jobs/${job}`).waitFor();
  await page.getByRole('link', { name: 'Documentation' }).click();
  await page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
  await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
  expect([outside, faults]).toEqual([[], []]);
}, 120_000);
