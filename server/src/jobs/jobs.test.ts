import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findWorkload } from '../compute/index.ts';
import { systemContext } from '../platform/index.ts';
import { type Answer, plinth, type TestPlinth } from '../testing/plinth.ts';
import { jobKind } from './job-kind.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

const start = (body: object, headers?: Record<string, string>): Promise<Answer> =>
  t.as('contributor').post('/projects/project-1/jobs', { environment: 'base', ...body }, headers);
const job = async (id: string) => (await t.as('viewer').get(`/jobs/${id}`)).body;
const log = async (id: string): Promise<string> => (await t.as('viewer').get(`/jobs/${id}/logs`)).body;
const ended = (id: string) =>
  t.until(`job ${id} to end`, async () => {
    const now = await job(id);
    return now.finishedAt ? now : null;
  });
const run = async (body: object) => {
  const made = await start(body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return ended(made.body.id);
};

describe('who may not', () => {
  it('lets a viewer read jobs but not start, cancel or rerun them', async () => {
    const { body } = await start({ command: 'true' });
    await t.newEvents();
    expect((await t.as('viewer').post('/projects/project-1/jobs', { command: 'true' })).status).toBe(403);
    expect((await t.as('viewer').post(`/jobs/${body.id}/cancel`)).status).toBe(403);
    expect((await t.as('viewer').post(`/jobs/${body.id}/rerun`)).status).toBe(403);
    expect((await t.as('member').get(`/jobs/${body.id}`)).status).toBe(404);
    expect((await t.as('nobody').get(`/jobs/${body.id}`)).status).toBe(401);
    expect((await t.newEvents()).filter((verb) => verb === 'access.refused')).toHaveLength(4);
    await ended(body.id);
  });

  it('names the field that is wrong', async () => {
    expect((await start({})).body.errors[0].pointer).toBe('/command');
    expect((await start({ command: 'true', commit: 'no-such-branch' })).body.errors[0].pointer).toBe('/commit');
    expect((await start({ command: 'true', hardwareTier: 'huge' })).body.errors[0].pointer).toBe('/hardwareTier');
    expect((await start({ command: 'true', environment: 'none-such' })).body.errors[0].pointer).toBe('/environment');
    expect((await start({ command: 'true', inputs: [{ name: 'x', snapshotId: 'snp_x' }] })).body.errors[0].pointer).toBe(
      '/inputs/0/snapshotId',
    );
    for (const name of ['', 'a b', 'ä', 'x=y', '1a', 'a\nb'])
      expect((await start({ command: 'true', variables: { [name]: 'x' } })).status, name).toBe(400);
    expect((await start({ command: 'true', variables: { PLINTH_TOKEN: 'mine' } })).body.errors[0].pointer).toBe(
      '/variables/PLINTH_TOKEN',
    );
  });
});

describe('a job', () => {
  it('runs a string by the shell and a list as it is, and keeps the exit code', async () => {
    const shell = await run({ command: 'echo "$((6*7))"; exit 3' });
    expect(shell).toMatchObject({ state: 'failed', exitCode: 3, stateReason: 'It ended with exit code 3.' });
    expect(await log(shell.id)).toBe('42\n');
    const list = await run({ command: ['printf', '%s', '$((6*7))'] });
    expect(list).toMatchObject({ state: 'succeeded', exitCode: 0 });
    expect(await log(list.id)).toBe('$((6*7))');
  });

  it('sees its own token and variables, and nothing of the server', async () => {
    process.env.SERVER_ONLY_SECRET = 'never-shown';
    const done = await run({ command: 'env; cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"', variables: { DEPTH: '3' } });
    const text = await log(done.id);
    expect(text).toContain('DEPTH=3');
    expect(text).toMatch(/MLFLOW_TRACKING_TOKEN=pln_/);
    expect(text).not.toContain('never-shown');
  });

  it('has a token for its project only, which is worthless once it has ended', async () => {
    // A log shows no token; one has to ask for it in other letters.
    const tell = 'printf %s "$PLINTH_TOKEN" | base64 -w 0';
    const read = (text: string) => Buffer.from(text.trim(), 'base64').toString();
    const done = await run({ command: tell });
    const token = read(await log(done.id));
    expect(token).toMatch(/^pln_/);
    await t.until('the token to be refused', async () => (await t.withToken(token).get('/projects/project-1')).status === 401);
    const live = await start({ command: `${tell}; echo; sleep 30` });
    const own = await t.until('the token of a live job', async () => {
      const text = await log(live.body.id);
      return text.endsWith('\n') && read(text);
    });
    expect((await t.withToken(own).get('/projects/project-1')).status).toBe(200);
    expect((await t.withToken(own).get('/projects/project-2')).status).toBe(404);
    expect((await t.withToken(own).post('/tokens', { name: 'more' })).status).toBe(403);
    await t.as('contributor').post(`/jobs/${live.body.id}/cancel`);
    await ended(live.body.id);
  });

  it('is cancelled with its whole tree, also what ignores TERM and left its session', async () => {
    const { body } = await start({
      command: 'trap "" TERM; setsid sh -c "trap \'\' TERM; sleep 300 & wait" & echo up; sleep 300',
    });
    await t.until('it to run', async () => (await log(body.id)).includes('up'));
    expect((await t.as('contributor').post(`/jobs/${body.id}/cancel`)).status).toBe(200);
    const done = await ended(body.id);
    expect(done).toMatchObject({ state: 'cancelled' });
    const again = await t.as('contributor').post(`/jobs/${body.id}/cancel`);
    expect(again.body.code).toBe('job-finished');
  });

  it('is ended at its time limit', async () => {
    expect(await run({ command: 'sleep 60', timeoutSeconds: 1 })).toMatchObject({ state: 'timed-out' });
  });

  it('is told to have been ended by memory, with the limit, where the machine can tell', async () => {
    const { items } = (await t.as('viewer').get('/compute-targets')).body;
    expect(
      (await t.admin.post('/hardware-tiers', { name: 'tiny', cpuCores: 1, memoryBytes: 134_217_728, pricePerHour: 0.01 })).status,
    ).toBe(201);
    const done = await run({ command: ['python3', '-c', 'x = bytearray(600_000_000); print(len(x))'], hardwareTier: 'tiny' });
    if (items[0].limits === 'rlimit') expect(done.state).toBe('failed');
    else expect(done).toMatchObject({ state: 'oom-killed', stateReason: expect.stringContaining('128 MiB') });
  });

  it('is made once, however often and parallel the same request comes', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => start({ command: 'echo once' }, { 'idempotency-key': 'one-job' })),
    );
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    await ended(answers[0]!.body.id);
  });

  it('is tried again after a failure as often as it asked, as one job', async () => {
    const done = await run({ command: 'exit 1', retries: 2 });
    const last = await t.until('the last attempt', async () => {
      const now = await job(done.id);
      return now.attempt === 3 && now.finishedAt ? now : null;
    });
    expect(last.state).toBe('failed');
  });

  it('ends as it did when it cannot be tried again: its tier is no longer offered', async () => {
    await t.admin.post('/hardware-tiers', { name: 'going', cpuCores: 1, memoryBytes: 134_217_728 });
    const { body } = await start({ command: 'until [ -e go ]; do sleep 0.05; done; exit 1', hardwareTier: 'going', retries: 3 });
    const folder = await t.until('it to run', async () => {
      const { rows } = await t.app.platform.database.pool.query(
        `select folder from workloads where id = $1 and state = 'running'`,
        [body.workloadId],
      );
      return rows[0]?.folder as string | undefined;
    });
    expect((await t.admin.patch('/hardware-tiers/going', { state: 'disabled' })).status).toBe(200);
    writeFileSync(join(folder, 'work/go'), '');
    const done = await ended(body.id);
    expect(done).toMatchObject({ state: 'failed', exitCode: 1, attempt: 1 });
    expect(done.stateReason).toBe('It ended with exit code 1.');
  });

  it('gives its log whole, by range and live', async () => {
    const { body } = await start({ command: 'for i in 1 2 3 4 5; do echo "line $i ä"; sleep 0.2; done' });
    const response = await fetch(`${t.url}/api/v1/jobs/${body.id}/logs?follow=true`, {
      headers: { authorization: `Bearer ${t.as('viewer').token}` },
    });
    const live = await response.text();
    expect(live).toContain('data: line 5 ä');
    expect(live).toContain('event: end\ndata: succeeded');
    const whole = await log(body.id);
    expect(whole).toBe([1, 2, 3, 4, 5].map((i) => `line ${i} ä\n`).join(''));
    const size = Buffer.byteLength(whole);
    const part = await t.as('viewer').get(`/jobs/${body.id}/logs`, { range: 'bytes=5-9' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 5-9/${size}`]);
    expect((await t.as('viewer').get(`/jobs/${body.id}/logs`, { range: 'bytes=100000-' })).status).toBe(416);
    const rest = await fetch(`${t.url}/api/v1/jobs/${body.id}/logs?follow=true`, {
      headers: { authorization: `Bearer ${t.as('viewer').token}`, 'last-event-id': String(size - 10) },
    });
    expect(await rest.text()).toContain(`id: ${size}\n`);
  });

  it('shows its token in no log: not live, not by range, not as stored; offsets stay true', async () => {
    const command =
      'echo "a ä $PLINTH_TOKEN z"; printf "%.12s" "$MLFLOW_TRACKING_TOKEN"; until [ -e go ]; do sleep 0.1; done; echo; pwd';
    const { body } = await start({ command });
    const star = '*'.repeat(43);
    const first = `a ä pln_${star} z\n`;
    const live = await t.until('the first lines', async () => {
      const text = await log(body.id);
      return text.length >= first.length + 12 && text;
    });
    expect(live).toBe(`${first}pln_********`);
    const parts: Buffer[] = [];
    for (let at = 0; at < Buffer.byteLength(live); at += 7) {
      const part = await fetch(`${t.url}/api/v1/jobs/${body.id}/logs`, {
        headers: { authorization: `Bearer ${t.as('viewer').token}`, range: `bytes=${at}-${at + 6}` },
      });
      expect(part.status).toBe(206);
      parts.push(Buffer.from(await part.arrayBuffer()));
    }
    expect(Buffer.concat(parts).toString()).toBe(live);
    const followed = await fetch(`${t.url}/api/v1/jobs/${body.id}/logs?follow=true`, {
      headers: { authorization: `Bearer ${t.as('viewer').token}` },
    });
    const reading = followed.text();
    await t.as('contributor').post(`/jobs/${body.id}/cancel`);
    await ended(body.id);
    expect(await reading).toContain(`data: a ä pln_${star} z`);
    expect(await reading).not.toMatch(/pln_[0-9A-Za-z]/);
    expect(await log(body.id)).toBe(live);
  });

  it('runs on the pushed commit with the patch, and the same again by rerun', async () => {
    const made = await t.as('owner').post('/projects', { name: 'With code', template: 'python-scikit-learn' });
    expect(made.status).toBe(201);
    const patch =
      'diff --git a/note.txt b/note.txt\nnew file mode 100644\n--- /dev/null\n+++ b/note.txt\n@@ -0,0 +1 @@\n+patched\n';
    const first = await t
      .as('owner')
      .post(`/projects/${made.body.slug}/jobs`, { command: 'head -1 README.md; cat note.txt', environment: 'base', patch });
    expect(first.body.commit).toMatch(/^[0-9a-f]{40}$/);
    const read = (id: string) =>
      t.until('its end', async () =>
        (await t.as('owner').get(`/jobs/${id}`)).body.finishedAt ? (await t.as('owner').get(`/jobs/${id}/logs`)).body : null,
      );
    const text = await read(first.body.id);
    expect(text).toMatch(/^# .+\npatched\n$/);
    const again = await t.as('owner').post(`/jobs/${first.body.id}/rerun`);
    expect(again.body).toMatchObject({ commit: first.body.commit, patchSha256: first.body.patchSha256, rerunOf: first.body.id });
    expect(await read(again.body.id)).toBe(text);
  });

  it('is laid out the same again by the next server when the first died between that and its start', async () => {
    const made = await t.as('owner').post('/projects', { name: 'Laid out', template: 'python-scikit-learn' });
    const patch =
      'diff --git a/note.txt b/note.txt\nnew file mode 100644\n--- /dev/null\n+++ b/note.txt\n@@ -0,0 +1 @@\n+patched\n';
    const body = { command: 'true', environment: 'base', patch };
    const { id, workloadId } = (await t.as('owner').post(`/projects/${made.body.slug}/jobs`, body)).body;
    const ctx = systemContext(t.app.platform, 'test');
    const workload = (await findWorkload(ctx, workloadId))!;
    const folder = join(t.home, 'laid-out');
    await mkdir(folder);
    for (const time of ['once', 'twice']) {
      const { workingFolder } = await jobKind.prepare(ctx, workload, folder);
      expect(await readFile(join(workingFolder, 'note.txt'), 'utf8'), time).toBe('patched\n');
      expect(existsSync(join(workingFolder, 'half.bin'))).toBe(false);
      await writeFile(join(workingFolder, 'half.bin'), 'half');
    }
    await t.until('its own end', async () => (await t.as('owner').get(`/jobs/${id}`)).body.finishedAt);
  });

  it('records its life in events, each change once', async () => {
    await t.newEvents();
    await run({ command: 'true' });
    const verbs = (await t.newEvents()).filter((verb) => verb.startsWith('job.'));
    expect(verbs).toEqual(['job.queued', 'job.starting', 'job.started', 'job.finished']);
  });
});
