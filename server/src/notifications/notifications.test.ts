import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pino from 'pino';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../main/app.ts';
import { ensureMonitor } from '../monitoring/index.ts';
import { findMonitor } from '../monitoring/monitor-store.ts';
import { recordAlertStep } from '../monitoring/record-alert-step.ts';
import { readConfig, systemContext, transaction } from '../platform/index.ts';
import { registeredVersion } from '../testing/log-model.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { signatureOf } from './send-webhook.ts';

interface Mail {
  to: string[];
  from: string;
  subject: string;
  body: string;
  id: string;
}
interface Received {
  headers: IncomingMessage['headers'];
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a receiver parses
  json: any;
}

const secretKey = 'a-key-of-both-servers-that-is-long-enough';
let t: TestPlinth;
let second: App;
let secondHome: string;
let smtp: SMTPServer;
const mails: Mail[] = [];
/** Mailboxes that the mail server does not know. */
const unknownBoxes = new Set<string>();
const servers: Server[] = [];

/** A receiver of webhooks in this process; `answer` may be changed while it runs. */
async function receiver(answer: (response: ServerResponse, count: number) => void = (response) => response.writeHead(204).end()) {
  const received: Received[] = [];
  const state = { answer, received, url: '' };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    received.push({ headers: request.headers, body, json: JSON.parse(body) });
    state.answer(response, received.length);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/T0KEN`;
  return state;
}

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, callback) =>
      unknownBoxes.has(address) ? callback(Object.assign(new Error('No such mailbox'), { responseCode: 550 })) : callback(),
    onData: async (stream, session, callback) => {
      const [head = '', ...rest] = (await text(stream)).split('\r\n\r\n');
      const header = (name: string) =>
        new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(head)?.[1]?.replace(/\r\n\s+/g, ' ') ?? '';
      mails.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        from: header('from'),
        subject: header('subject'),
        id: header('message-id'),
        body: rest.join('\n\n').replaceAll('=\r\n', '').replaceAll('\r\n', '\n'),
      });
      callback();
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const env = {
    PLINTH_EGRESS_ALLOW: '127.0.0.1',
    PLINTH_SMTP_URL: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    PLINTH_SMTP_FROM: 'Plinth of Bern <plinth@bern.example.org>',
    PLINTH_SECRET_KEY: secretKey,
  };
  t = await plinth({ projects: 2, env });
  // A second server on the same database, as behind a balancer: nobody may be told twice.
  secondHome = await mkdtemp(join(tmpdir(), 'plinth-second-'));
  second = await startApp(
    readConfig({ ...env, PLINTH_HOME: secondHome, PLINTH_PORT: '0', PLINTH_PUBLIC_URL: t.url, PLINTH_ROLE: 'control' }, null),
    t.connection,
    { log: pino({ level: 'fatal' }) },
  );
});
afterAll(async () => {
  await second?.stop();
  await t?.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await new Promise<void>((resolve) => smtp.close(resolve));
  await rm(secondHome, { recursive: true, force: true });
});

const own = () => t.as('owner');
let count = 0;

/** An alert of a monitor of the first project that fires. @returns its id */
async function fire(feature: string, project = 0): Promise<string> {
  const system = systemContext(t.app.platform, 'test');
  const projectId = t.projects[project]!.id;
  const { id } = await ensureMonitor(system, { projectId, deploymentId: `dep_${projectId}`, channel: 'beta', versionId: null });
  return transaction(system, async (tx) => {
    const finding = {
      verdict: 'shift' as const,
      effect: 0.8,
      effectName: 'location',
      statistic: 900,
      threshold: 600,
      measures: {},
      startEstimate: '2026-03-01T08:00:00.000Z',
      predictionIds: [],
    };
    const step = { kind: 'drift' as const, feature, to: 'firing' as const, finding, resolution: null };
    return (await recordAlertStep(tx, (await findMonitor(tx, id))!, step))!.id;
  });
}
const newFeature = (): string => `income ${++count}`;

async function webhook(url: string, more: object = {}) {
  const answer = await own().post('/projects/project-1/notification-channels', {
    name: 'On call',
    kind: 'webhook',
    url,
    types: ['alert.fired'],
    ...more,
  });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}
const deliveriesOf = async (channel: string) =>
  (await own().get(`/notification-channels/${channel}/deliveries?sort=createdAt`)).body.items;
const drop = (channel: { id: string }) => own().delete(`/notification-channels/${channel.id}`);

describe('a channel', () => {
  it('is refused with the field and the reason when it cannot tell anybody', async () => {
    const refusals: [object, string][] = [
      [{ kind: 'webhook', types: ['alert.fired'] }, '/url'],
      [{ kind: 'webhook', url: 'ftp://example.org', types: ['alert.fired'] }, '/url'],
      [{ kind: 'webhook', url: 'http://169.254.169.254/latest', types: ['alert.fired'] }, '/url'],
      [{ kind: 'webhook', url: 'http://ada:secret@127.0.0.1/', types: ['alert.fired'] }, '/url'],
      [{ kind: 'webhook', url: 'http://127.0.0.1/', types: ['alert.fired', 'moon.rose'] }, '/types/1'],
      [{ kind: 'webhook', url: 'http://127.0.0.1/', types: [] }, '/types'],
      [{ kind: 'webhook', url: 'http://127.0.0.1/', types: ['alert.fired'], roles: ['owner'] }, '/roles'],
      [{ kind: 'email', url: 'http://127.0.0.1/', types: ['alert.fired'], roles: ['owner'] }, '/url'],
      [{ kind: 'email', types: ['alert.fired'] }, '/roles'],
      [{ kind: 'email', types: ['alert.fired'], personIds: ['usr_none'] }, '/personIds/0'],
      // Nobody is told of what they may not read.
      [{ kind: 'email', types: ['alert.fired'], personIds: [t.as('member').id] }, '/personIds/0'],
    ];
    for (const [body, pointer] of refusals) {
      const answer = await own().post('/projects/project-1/notification-channels', { name: 'X', ...body });
      expect({ body, status: answer.status, pointer: answer.body.errors?.[0]?.pointer }).toEqual({ body, status: 400, pointer });
    }
    expect((await own().get('/projects/project-1/notification-channels')).body.items).toEqual([]);
    const contributor = await t
      .as('contributor')
      .post('/projects/project-1/notification-channels', { name: 'X', kind: 'email', types: ['alert.fired'], roles: ['owner'] });
    expect(contributor.status).toBe(403);
    expect(
      (await own().post('/notification-channels', { name: 'X', kind: 'email', types: ['alert.fired'], roles: ['owner'] })).status,
    ).toBe(403);
  });

  it('keeps its address and secret sealed, and shows neither again', async () => {
    const hook = await receiver();
    await t.newEvents();
    const made = await webhook(hook.url);
    expect(made.secret).toMatch(/^whsec_.{40,}$/);
    expect(made.url).toBe(`${new URL(hook.url).origin}/…`);
    const renewed = (await own().post(`/notification-channels/${made.id}/secret`)).body;
    expect(renewed.secret).not.toBe(made.secret);
    const read = (await own().get(`/notification-channels/${made.id}`)).body;
    expect(JSON.stringify(read)).not.toContain('T0KEN');
    expect(read.secret).toBeUndefined();
    expect(await t.newEvents()).toEqual(['notification-channel.created', 'notification-channel.secret-renewed']);
    const { rows } = await t.app.platform.database.pool.query(
      "select (select string_agg(c::text, ' ') from notification_channels c) || (select string_agg(e::text, ' ') from events e where verb like 'notification%') as all",
    );
    for (const secret of ['T0KEN', made.secret, renewed.secret]) expect(rows[0].all).not.toContain(secret);
    await drop(made);
  });

  it('that changed meanwhile is not overwritten, and one that was deleted is gone', async () => {
    const channel = await webhook((await receiver()).url);
    const path = `/notification-channels/${channel.id}`;
    const etag = (await own().get(path)).headers.get('etag')!;
    expect((await own().patch(path, { name: 'Night' }, { 'if-match': etag })).body).toMatchObject({
      name: 'Night',
      state: 'active',
    });
    expect((await own().patch(path, { name: 'Day' }, { 'if-match': etag })).status).toBe(412);
    expect((await own().patch(path, { url: 'http://10.0.0.1/' })).body.errors[0].pointer).toBe('/url');
    expect((await drop(channel)).status).toBe(204);
    expect((await own().get(path)).status).toBe(404);
  });
});

describe('a webhook', () => {
  it('is sent what happened once, signed so that a receiver can tell, though two servers work', async () => {
    const hook = await receiver();
    const channel = await webhook(hook.url, { types: ['alert.fired', 'alert.acknowledged', 'alert.resolved'] });
    const feature = newFeature();
    const alert = await fire(feature);
    await t.until('the alert to arrive', async () => hook.received.length >= 1);
    const [{ headers, body, json }] = hook.received as [Received];
    expect(json).toMatchObject({
      type: 'alert.fired',
      title: expect.stringContaining(feature),
      text: expect.stringContaining('its values have moved'),
      url: `${t.app.platform.config.publicUrl}/alerts/${alert}`,
      project: { slug: 'project-1' },
      event: { object: { type: 'alert', id: alert }, sequence: expect.any(Number) },
      data: { id: alert, feature, state: 'firing' },
    });
    const [id, timestamp] = [headers['webhook-id'] as string, headers['webhook-timestamp'] as string];
    expect(headers['webhook-signature']).toBe(signatureOf(channel.secret, id, timestamp, body));
    expect(signatureOf(channel.secret, id, timestamp, `${body} `)).not.toBe(headers['webhook-signature']);
    expect(Math.abs(Number(timestamp) * 1000 - Date.now())).toBeLessThan(60_000);

    await own().post(`/alerts/${alert}/acknowledge`, { message: 'I look into it' });
    await own().post(`/alerts/${alert}/resolve`, { reason: 'handled' });
    await t.until('the answers to arrive', async () => hook.received.length >= 3);
    expect(hook.received.map((one) => one.json.type)).toEqual(['alert.fired', 'alert.acknowledged', 'alert.resolved']);
    expect(hook.received[1]!.json.text).toContain('I look into it');
    expect(hook.received[2]!.json.text).toContain('handled');
    await t.until('all to be noted', async () =>
      (await deliveriesOf(channel.id)).every((one: { state: string }) => one.state === 'delivered'),
    );
    expect(await deliveriesOf(channel.id)).toMatchObject(
      ['alert.fired', 'alert.acknowledged', 'alert.resolved'].map((type) => ({
        type,
        state: 'delivered',
        attempts: 1,
        statusCode: 204,
        error: null,
      })),
    );
    expect(new Set(hook.received.map((one) => one.json.id)).size).toBe(3);
    await drop(channel);
  });

  it('hears of its own project alone, of what it chose, and of nothing before it', async () => {
    const hook = await receiver();
    const before = await fire(newFeature());
    const channel = await webhook(hook.url);
    await fire(newFeature(), 1);
    await own().post(`/alerts/${before}/acknowledge`, {});
    const heard = newFeature();
    await fire(heard);
    await t.until('the alert to arrive', async () => hook.received.length >= 1);
    expect(hook.received.map((one) => one.json.data.feature)).toEqual([heard]);
    await drop(channel);
  });

  it('that fails is tried again with the same id, later each time, in order; nobody else waits for it', async () => {
    const broken = await receiver((response, number) => response.writeHead(number <= 2 ? 503 : 200).end());
    const fine = await receiver();
    const channel = await webhook(broken.url);
    const other = await webhook(fine.url);
    const [first, then] = [newFeature(), newFeature()];
    await fire(first);
    await fire(then);
    await t.until('the other to have both', async () => fine.received.length === 2);
    await t.until('the first failure to be told', async () => {
      const { failures, lastError, waiting } = (await own().get(`/notification-channels/${channel.id}`)).body;
      return failures > 0 && waiting === 2 && lastError === 'The receiver answered 503.';
    });
    await t.until('both to arrive', async () => broken.received.length >= 4, 60_000);
    const features = broken.received.map((one) => one.json.data.feature);
    expect(features).toEqual([first, first, first, then]);
    expect(new Set(broken.received.slice(0, 3).map((one) => one.headers['webhook-id'])).size).toBe(1);
    await t.until('the channel to be well', async () => {
      const { failures, failingSince, waiting } = (await own().get(`/notification-channels/${channel.id}`)).body;
      return failures === 0 && failingSince === null && waiting === 0;
    });
    expect((await deliveriesOf(channel.id))[0]).toMatchObject({ attempts: 3, state: 'delivered' });
    await drop(channel);
    await drop(other);
  }, 90_000);

  it('is not led anywhere by the answer of its receiver, and what failed can be sent again', async () => {
    const elsewhere = await receiver();
    const moved = await receiver((response) => response.writeHead(307, { location: elsewhere.url }).end());
    const channel = await webhook(moved.url);
    await fire(newFeature());
    await t.until('the try', async () => (await deliveriesOf(channel.id))[0]?.error);
    expect(elsewhere.received).toEqual([]);
    const [delivery] = await deliveriesOf(channel.id);
    const again = `/notification-channels/${channel.id}/deliveries/${delivery.id}/retry`;
    expect((await own().post(again)).body.code).toBe('delivery-not-failed');
    await t.app.platform.database.pool.query("update notification_deliveries set state = 'failed' where id = $1", [delivery.id]);
    moved.answer = (response) => response.writeHead(200).end();
    expect((await own().post(again)).body).toMatchObject({ state: 'waiting', attempts: 0 });
    await own().patch(`/notification-channels/${channel.id}`, { name: 'Mended' });
    await t.until('it to arrive', async () => (await deliveriesOf(channel.id))[0].state === 'delivered');
    await drop(channel);
  });

  it('is tried at once by a person, and tells the outcome', async () => {
    const hook = await receiver();
    const channel = await webhook(hook.url);
    const good = await own().post(`/notification-channels/${channel.id}/test`);
    expect(good.body).toMatchObject({ type: 'notification-channel.tested', state: 'delivered', statusCode: 204, attempts: 1 });
    expect(hook.received[0]!.json).toMatchObject({ title: 'Plinth reaches "On call"', project: { slug: 'project-1' } });
    hook.answer = (response) => response.writeHead(401).end();
    expect((await own().post(`/notification-channels/${channel.id}/test`)).body).toMatchObject({
      state: 'failed',
      statusCode: 401,
      error: 'The receiver answered 401.',
    });
    expect((await t.as('viewer').post(`/notification-channels/${channel.id}/test`)).status).toBe(403);
    await drop(channel);
  });

  it('that is paused is sent nothing, then or later', async () => {
    const hook = await receiver();
    const channel = await webhook(hook.url);
    await own().patch(`/notification-channels/${channel.id}`, { state: 'paused' });
    await fire(newFeature());
    await t.newEvents();
    await own().patch(`/notification-channels/${channel.id}`, { state: 'active' });
    const heard = newFeature();
    await fire(heard);
    await t.until('the alert after', async () => hook.received.length > 0);
    expect(hook.received.map((one) => one.json.data.feature)).toEqual([heard]);
    await drop(channel);
  });
});

it('a chat is told several things at once when they wait together', async () => {
  const chat = await receiver();
  const channel = await webhook(chat.url, { kind: 'chat' });
  expect(channel.secret).toBeNull();
  expect((await own().post(`/notification-channels/${channel.id}/secret`)).body.code).toBe('channel-without-secret');
  const all = Array.from({ length: 30 }, newFeature);
  for (const feature of all) await fire(feature);
  const told = () => chat.received.map((one) => one.json.text).join('\n');
  await t.until('all to be told', async () => all.every((feature) => told().includes(feature)));
  expect(chat.received.length).toBeLessThan(all.length);
  expect(Object.keys(chat.received[0]!.json)).toEqual(['text']);
  expect(told()).toContain('/alerts/alr_');
  await drop(channel);
});

describe('mail', () => {
  const mailsTo = (email: string) => mails.filter((mail) => mail.to.includes(email));

  it('goes to who has a role in the project and to chosen people, each by themselves, and to nobody else', async () => {
    const channel = (
      await own().post('/projects/project-1/notification-channels', {
        name: 'Team',
        kind: 'email',
        types: ['alert.fired', 'approval.requested'],
        roles: ['contributor'],
        personIds: [t.as('viewer').id],
      })
    ).body;
    expect(channel).toMatchObject({ roles: ['contributor'], people: [{ name: 'Viewer' }], url: null, secret: null });
    const feature = newFeature();
    const alert = await fire(feature);
    await t.until('the mails', async () => mails.length >= 2);
    expect(mails.map((mail) => mail.to).sort()).toEqual([['contributor@example.org'], ['viewer@example.org']]);
    expect(mails[0]).toMatchObject({
      from: 'Plinth of Bern <plinth@bern.example.org>',
      subject: `[Project 1] Alert: dep_${t.projects[0]!.id} (beta): drift of the feature ${feature}`,
    });
    expect(mails[0]!.body).toContain(`/alerts/${alert}`);

    // Who has left is told nothing more.
    await own().delete(`/projects/project-1/members/${t.as('viewer').id}`);
    mails.length = 0;
    await fire(newFeature());
    await t.until('the mail', async () => mailsTo('contributor@example.org').length > 0);
    await t.until('all to be noted', async () => (await own().get(`/notification-channels/${channel.id}`)).body.waiting === 0);
    expect(mailsTo('viewer@example.org')).toEqual([]);
    await own().post('/projects/project-1/members', { subjectId: t.as('viewer').id, role: 'viewer' });
    await drop(channel);
  });

  it('to a mailbox that is not there fails for good, and the others get theirs', async () => {
    mails.length = 0;
    unknownBoxes.add('contributor@example.org');
    const channel = (
      await own().post('/projects/project-1/notification-channels', {
        name: 'All',
        kind: 'email',
        types: ['alert.fired'],
        roles: ['owner', 'contributor', 'viewer'],
      })
    ).body;
    await fire(newFeature());
    await t.until('the end of all', async () => {
      const all = await deliveriesOf(channel.id);
      return all.length === 3 && all.every((one: { state: string }) => one.state !== 'waiting');
    });
    const all = await deliveriesOf(channel.id);
    expect(all.find((one: { address: string }) => one.address === 'contributor@example.org')).toMatchObject({
      state: 'failed',
      attempts: 1,
      statusCode: 550,
      error: expect.stringContaining('No such mailbox'),
    });
    expect(mails.flatMap((mail) => mail.to).sort()).toEqual(['owner@example.org', 'viewer@example.org']);
    unknownBoxes.clear();
    await drop(channel);
  });

  it('is tried on the one who asks', async () => {
    mails.length = 0;
    const channel = (
      await t.admin.post('/notification-channels', {
        name: 'Everywhere',
        kind: 'email',
        types: ['alert.fired'],
        roles: ['owner'],
      })
    ).body;
    expect((await t.admin.post(`/notification-channels/${channel.id}/test`)).body).toMatchObject({
      state: 'delivered',
      address: 'admin@example.org',
    });
    expect(mails.map((mail) => mail.to)).toEqual([['admin@example.org']]);
    // One of all projects tells the owners of each.
    await fire(newFeature(), 1);
    await t.until('the mail', async () => mailsTo('owner@example.org').length === 1);
    expect(mailsTo('owner@example.org')[0]!.subject).toContain('[Project 2]');
    await t.admin.delete(`/notification-channels/${channel.id}`);
  });
});

it('tells of questions at the gate and of jobs that went wrong, and of no job that came through', async () => {
  const hook = await receiver();
  const channel = await webhook(hook.url, { types: ['job.finished', 'approval.requested', 'approval.rejected'] });
  const start = (command: string) => t.as('contributor').post('/projects/project-1/jobs', { command, environment: 'base' });
  await start('true');
  const bad = (await start('exit 3')).body;
  await t.until('the job to be told', async () => hook.received.length > 0, 60_000);
  expect(hook.received.map((one) => one.json.title)).toEqual([`Job ${bad.name} failed`]);
  expect(hook.received[0]!.json.text).toContain('exit code is 3');

  await registeredVersion(t.as('contributor'), 'project-1', 'asked');
  const subject = { subject: 'models:/asked/1', channel: 'prod', project: 'project-1' };
  const approval = (await t.as('contributor').post('/approvals', subject)).body.id;
  await t.as('validator').post(`/approvals/${approval}/decision`, { decision: 'rejected', comment: 'Not on these data' });
  await t.until('question and answer to be told', async () => hook.received.length === 3);
  expect(hook.received.slice(1).map((one) => one.json)).toMatchObject([
    { title: 'models:/asked/1 waits for approval to enter prod', text: expect.stringContaining('Contributor asks') },
    { title: 'models:/asked/1 may not enter prod', text: 'Validator decided.\n\nNot on these data' },
  ]);
  await drop(channel);
});

it('an installation without a mail server says so, and makes a key of its own that only it can read', async () => {
  const bare = await plinth({ projects: 1, env: { PLINTH_EGRESS_ALLOW: '127.0.0.1' } });
  try {
    const owner = bare.as('owner');
    const mail = { name: 'X', kind: 'email', types: ['alert.fired'], roles: ['owner'] };
    expect((await owner.post('/projects/project-1/notification-channels', mail)).body.code).toBe('mail-not-configured');
    const hook = await receiver();
    const made = await owner.post('/projects/project-1/notification-channels', {
      name: 'X',
      kind: 'webhook',
      url: hook.url,
      types: ['alert.fired'],
    });
    expect(made.status).toBe(201);
    const path = join(bare.home, 'secret-key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, 'utf8')).trim().length).toBeGreaterThanOrEqual(32);
    // Another key, as after a restore without it: the reason is told, with what to do.
    await bare.app.platform.database.pool.query('update notification_channels set sealed_url = $1', [`v1.${'A'.repeat(80)}`]);
    const tried = (await owner.post(`/notification-channels/${made.body.id}/test`)).body;
    expect(tried).toMatchObject({ state: 'failed', error: expect.stringContaining('PLINTH_SECRET_KEY') });
  } finally {
    await bare.stop();
  }
});
