import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The system's Chromium without a window, and without anything that it would fetch for itself. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });

/** A window of somebody who has signed in by the form. */
export async function signedIn(
  browser: Browser,
  url: string,
  person: { email: string; password: string },
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${url}/models`);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
  await page.close();
  return context;
}

/** A page of it, once it has a heading. */
export async function openPage(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

/** By how many pixels the page is wider than its screen. */
export const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => document.querySelector('main')!.scrollWidth - document.querySelector('main')!.clientWidth);

export const phone = { width: 390, height: 844 };
export const desk = { width: 1440, height: 900 };

/** Rules that depend on colours and sizes; all others say the same of the second look. */
const ofTheLook = ['color-contrast', 'link-in-text-block', 'target-size'];

/** What is wrong with pages, each in light and in dark, once on a desk and once on a telephone: faults of accessibility, and pages that do not fit. */
export async function faultsOfPages(page: Page, url: string, paths: readonly string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const theme of ['light', 'dark']) {
    await page.evaluate((name) => localStorage.setItem('plinth-theme', name), theme);
    for (const [index, path] of paths.entries()) {
      await page.setViewportSize((theme === 'light') === (index % 2 === 0) ? desk : phone);
      await page.goto(url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
      const axe = new AxeBuilder({ page });
      const { violations } = await (theme === 'dark' ? axe.withRules(ofTheLook) : axe).analyze();
      faults.push(...violations.map((one) => `${path} ${theme}: ${one.id} ${one.nodes[0]?.html}`));
      if ((await tooWide(page)) > 0) faults.push(`${path} ${theme} is wider than its screen`);
    }
  }
  return faults;
}
