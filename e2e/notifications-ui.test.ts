import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { desk, faultsOfPages, launchBrowser, openPage, phone, signedIn, tooWide } from './browser.ts';

/** An owner sees to it that people and a program hear of what happens, in the browser. */
let t: TestPlinth;
let browser: Browser;
let ada: BrowserContext;
let smtp: SMTPServer;
let hook: Server;
let hookUrl: string;
let hookStatus = 204;
const received: { type: string; title: string }[] = [];
const mails: string[] = [];

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: async (stream, session, callback) => {
      await text(stream);
      mails.push(...session.envelope.rcptTo.map(({ address }) => address));
      callback();
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  hook = createServer(async (request, response) => {
    received.push(JSON.parse(await text(request)));
    response.writeHead(hookStatus).end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hooks/T0KEN`;
  t = await plinth({
    projects: 1,
    env: {
      PLINTH_EGRESS_ALLOW: '127.0.0.1',
      PLINTH_SMTP_URL: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    },
  });
  const person = { email: 'ada@example.org', name: 'Ada', password: 'a long password' };
  await t.admin.post('/users', { ...person, role: 'admin' });
  browser = await launchBrowser();
  ada = await signedIn(browser, t.url, person);
});
afterAll(async () => {
  await browser?.close();
  await t?.stop();
  hook?.closeAllConnections();
  hook?.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

async function open(path: string, size = desk): Promise<Page> {
  const page = await openPage(ada, t.url + path);
  await page.setViewportSize(size);
  return page;
}
const fails = (command: string) => t.as('contributor').post('/projects/project-1/jobs', { command, environment: 'base' });

describe('notifications in the browser', () => {
  it('begin with what they are for, and a program is told after a few words', async () => {
    const page = await open('/projects/project-1');
    await page.getByRole('link', { name: 'Notifications' }).first().click();
    await page.getByText('Nobody is told of anything yet').waitFor();
    await page.getByRole('button', { name: 'Make the first channel' }).click();
    const form = page.getByRole('dialog', { name: 'New channel' });
    await form.getByLabel('Name').fill('On call');
    await form.getByLabel('A program').check();
    await form.getByRole('textbox', { name: 'Address' }).fill('http://169.254.169.254/latest');
    await form.getByLabel('A job failed').check();
    await form.getByRole('button', { name: 'Make it' }).click();
    await form.getByRole('alert').getByText('leads into this machine or the network around it').waitFor();
    await form.getByRole('textbox', { name: 'Address' }).fill(hookUrl);
    await form.getByRole('button', { name: 'Make it' }).click();
    const secret = page.getByRole('region', { name: 'The secret of the webhook' });
    expect(await secret.locator('pre').innerText()).toMatch(/^whsec_/);
    await secret.getByRole('button', { name: 'I have it' }).click();
    await page.reload();
    await page.getByRole('row', { name: /On call/ }).waitFor();
    expect(await page.content()).not.toContain('T0KEN');
    expect(await page.content()).not.toContain('whsec_');

    await page.getByRole('row', { name: /On call/ }).click();
    const channel = page.getByRole('dialog', { name: 'On call' });
    await channel.getByRole('button', { name: 'Try it' }).click();
    await channel.getByText('It arrived.').waitFor();
    expect(received).toMatchObject([{ type: 'notification-channel.tested' }]);
    await page.close();
  });

  it('say when a receiver fails, why, and what waits; on a telephone too', async () => {
    hookStatus = 500;
    await fails('exit 7');
    const page = await open('/projects/project-1/notifications', phone);
    await t.until('the failure', async () => {
      const { items } = (await t.as('owner').get('/projects/project-1/notification-channels')).body;
      return items[0].failures > 0;
    });
    await page.reload();
    await page.getByText('failing').waitFor();
    expect(await tooWide(page)).toBe(0);
    await page.getByRole('row', { name: /On call/ }).click();
    const channel = page.getByRole('dialog', { name: 'On call' });
    await channel.getByText('The receiver answered 500.').first().waitFor();
    const deliveries = channel.getByRole('list', { name: 'Deliveries' });
    await deliveries.getByText('Job exit 7 failed').waitFor();
    hookStatus = 204;
    await channel.getByRole('button', { name: 'Try it' }).click();
    await channel.getByText('It arrived.').waitFor();
    await deliveries.getByText('delivered').nth(2).waitFor({ timeout: 40_000 });
    await page.close();
  }, 90_000);

  it('are mailed to people who are chosen by name and role, and can be changed, paused and deleted', async () => {
    const page = await open('/projects/project-1/notifications?new=channel');
    const form = page.getByRole('dialog', { name: 'New channel' });
    await form.getByLabel('Name').fill('Team');
    await form.getByLabel('Owners').uncheck();
    await form.getByRole('group', { name: 'And these people' }).getByLabel('Viewer').check();
    await form.getByLabel('A job failed').check();
    await form.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('row', { name: /Team/ }).getByText('contributors, Viewer').waitFor();
    await fails('exit 8');
    await t.until('the mails', async () => mails.length >= 2);
    expect(mails.sort()).toEqual(['contributor@example.org', 'viewer@example.org']);

    await page.getByRole('row', { name: /Team/ }).click();
    const channel = page.getByRole('dialog', { name: 'Team' });
    await channel.getByRole('button', { name: 'Change' }).click();
    const change = page.getByRole('dialog', { name: 'Change Team' });
    expect(await change.getByLabel('Contributors').isChecked()).toBe(true);
    expect(await change.getByLabel('A job failed').isChecked()).toBe(true);
    await change.getByLabel('Contributors').uncheck();
    await change.getByRole('button', { name: 'Change it' }).click();
    const row = page.getByRole('row', { name: /Team/ });
    await row.getByText('Viewer', { exact: true }).waitFor();
    await row.click();
    await channel.getByRole('button', { name: 'Pause' }).click();
    await row.getByText('paused').waitFor();
    await channel.getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    await page.close();
  });

  it('fit every screen and are free of faults of accessibility in both themes', async () => {
    const page = await open('/notifications');
    const [channel] = (await t.as('owner').get('/projects/project-1/notification-channels')).body.items;
    const paths = [
      '/notifications',
      '/notifications?new=channel',
      '/projects/project-1/notifications',
      `/projects/project-1/notifications?channel=${channel.id}`,
    ];
    expect(await faultsOfPages(page, t.url, paths)).toEqual([]);
    await page.close();
  }, 120_000);
});
