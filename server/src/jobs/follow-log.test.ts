import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, plinth, type TestPlinth } from '../testing/plinth.ts';

/** A log that is followed is asked for again and again: whoever may no longer read it stops seeing it. */
let t: TestPlinth;
let job: string;
beforeAll(async () => {
  t = await plinth({ projects: 1 });
  const command = 'for i in $(seq 6000); do echo "line $i"; sleep 0.1; done';
  job = (await t.as('contributor').post('/projects/project-1/jobs', { command, environment: 'base' })).body.id;
  await t.until('the first line', async () => (await t.admin.get(`/jobs/${job}/logs`)).body.includes('line 1'));
});
afterAll(() => t?.stop());

const password = 'a long password';
let people = 0;

/** Somebody who may read the project's jobs, with a session and a token. */
async function reader() {
  const email = `reader-${++people}@example.org`;
  const { id } = (await t.admin.post('/users', { email, password })).body;
  await t.as('owner').post('/projects/project-1/members', { email, role: 'viewer' });
  const session = await fetch(`${t.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: t.url },
    body: JSON.stringify({ email, password }),
  });
  const cookie = session.headers.get('set-cookie')!.split(';')[0]!;
  const own = (method: string, path: string, body?: object) =>
    fetch(`${t.url}/api/v1${path}`, {
      method,
      headers: { cookie, origin: t.url, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const token = (await (await own('POST', '/tokens', { name: 'reads' })).json()) as { id: string; token: string };
  return { id, cookie, token, own };
}

/** A stream of the log that has brought a line. */
async function follow(path: string, headers: Record<string, string>) {
  const response = await fetch(`${t.url}/api/v1${path}?follow=true`, { headers });
  expect(response.status).toBe(200);
  let text = '';
  let over = false;
  (async () => {
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) text += part;
  })()
    .catch(() => {})
    .finally(() => {
      over = true;
    });
  await t.until('a line', async () => text.includes('data: line'));
  return { text: () => text, over: () => over };
}

type Reader = Awaited<ReturnType<typeof reader>>;
const losses: [string, 'token' | 'cookie', (reader: Reader) => Promise<unknown>][] = [
  ['its token was revoked', 'token', ({ own, token }) => own('DELETE', `/tokens/${token.id}`)],
  ['its session was signed out', 'cookie', ({ own }) => own('DELETE', '/session')],
  ['its person was disabled', 'token', ({ id }) => t.admin.patch(`/users/${id}`, { state: 'disabled' })],
  ['its role was taken away', 'cookie', ({ id }) => t.as('owner').delete(`/projects/project-1/members/${id}`)],
];

describe('a followed log', () => {
  it.each(losses)('ends soon after %s', async (_what, by, lose) => {
    const who = await reader();
    const headers: Record<string, string> =
      by === 'cookie' ? { cookie: who.cookie } : { authorization: `Bearer ${who.token.token}` };
    const streams = await Promise.all(
      [`/jobs/${job}/logs`, `/workloads/${await workload()}/logs`].map((path) => follow(path, headers)),
    );
    await lose(who);
    for (const stream of streams) {
      await t.until('the stream to end', async () => stream.over(), 10_000);
      // Not as if the job were over: a client that asks again is told why.
      expect(stream.text()).not.toContain('event: end');
    }
    expect((await t.admin.get(`/jobs/${job}`)).body.state).toBe('running');
  });

  it('goes on for everybody else', async () => {
    const who = await reader();
    const stream = await follow(`/jobs/${job}/logs`, { authorization: `Bearer ${t.as('viewer').token}` });
    await makeCaller(t.url, who.token.token, '', '').delete(`/tokens/${who.token.id}`);
    const length = stream.text().length;
    await t.until('many more lines', async () => stream.text().length > length + 3_000, 60_000);
    expect(stream.over()).toBe(false);
  });
});

async function workload(): Promise<string> {
  return (await t.admin.get(`/jobs/${job}`)).body.workloadId;
}
