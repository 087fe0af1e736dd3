import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { launchBrowser } from './browser.ts';
import { raw, runInKernel } from './jupyter.ts';
import { registryStory } from './registry-story.ts';

/** One project from its template to a tracked run, then the same run seen by everybody: client outside, workspace, browser. */
let t: TestPlinth;
let owner: Caller;
let slug: string;
let environment: { id: string; digest: string };
let python: string;
let jobId: string;
let runId: string;
let snapshotId: string;

beforeAll(async () => {
  t = await plinth();
  owner = t.as('owner');
});
afterAll(() => t?.stop());

const ended = (id: string) =>
  t.until(
    `job ${id}`,
    async () => ((await owner.get(`/jobs/${id}`)).body.finishedAt ? (await owner.get(`/jobs/${id}`)).body : null),
    180_000,
  );

describe('from a template to a tracked run', () => {
  it('locks and builds the environment of a new project, once', async () => {
    const project = await owner.post('/projects', {
      name: 'Lifecycle',
      template: 'python-scikit-learn',
      goal: { title: 'Find it', metric: 'test_roc_auc', target: 0.9 },
    });
    expect(project.status).toBe(201);
    slug = project.body.slug;
    const { items } = (await owner.get(`/environments?project=${slug}`)).body;
    environment = await t.until(
      'the environment',
      async () => {
        const [newest] = (await owner.get(`/environments/${items[0].id}/revisions`)).body.items;
        if (newest.state === 'failed') throw new Error(newest.stateReason);
        return newest.state === 'ready' ? newest : null;
      },
      280_000,
    );
    python = join(t.home, 'environments', environment.digest, 'bin/python');
    const { body: revision } = await owner.get(`/environment-revisions/${environment.id}`);
    expect(revision.lock).toContain('--hash=sha256:');
    const again = await owner.post(`/environments/${items[0].id}/revisions`, { packages: revision.packages });
    const reused = await t.until(
      'the second build',
      async () => {
        const now = (await owner.get(`/environment-revisions/${again.body.id}`)).body;
        return now.state === 'ready' ? now : null;
      },
      120_000,
    );
    expect(reused).toMatchObject({ digest: environment.digest, reused: true });
  }, 400_000);

  it('says what the resolver said when packages cannot be had', async () => {
    const made = await owner.post('/environments', { name: 'impossible', projectId: slug });
    const revision = await owner.post(`/environments/${made.body.id}/revisions`, { packages: ['six==0.0.999'] });
    const failed = await t.until(
      'the failure',
      async () => {
        const now = (await owner.get(`/environment-revisions/${revision.body.id}`)).body;
        return now.state === 'failed' ? now : null;
      },
      120_000,
    );
    expect(failed.stateReason).toMatch(/six/);
    expect(
      (await owner.post(`/environments/${made.body.id}/revisions`, { packages: ['--index-url=http://evil'] })).body.errors[0]
        .pointer,
    ).toBe('/packages/0');
  }, 150_000);

  it('ties the run of a job to job, commit, environment and data without anybody saying so', async () => {
    const dataset = await owner.post(`/projects/${slug}/datasets`, { name: 'rows' });
    const { stdout: csv } = await promisify(execFile)(
      python,
      [
        '-c',
        'from sklearn.datasets import load_breast_cancer as l; import sys; l(as_frame=True).frame.to_csv(sys.stdout, index=False)',
      ],
      { maxBuffer: 1e7 },
    );
    const form = new FormData();
    form.append('file', new Blob([csv]), 'rows.csv');
    const snapshot = await owner.post(`/projects/${slug}/datasets/${dataset.body.id}/snapshots`, form);
    expect(snapshot.status, JSON.stringify(snapshot.body)).toBe(201);
    snapshotId = snapshot.body.id;
    const job = await owner.post(`/projects/${slug}/jobs`, {
      command: ['python', 'train.py'],
      inputs: [{ name: 'data', snapshotId }],
    });
    expect(job.status, JSON.stringify(job.body)).toBe(201);
    jobId = job.body.id;
    const done = await ended(jobId);
    expect(done.state, (await owner.get(`/jobs/${jobId}/logs`)).body).toBe('succeeded');
    [runId] = done.runIds;
    const { body: run } = await owner.get(`/runs/${runId}`);
    expect(run.status).toBe('finished');
    expect(run.provenance).toMatchObject({
      origin: 'job',
      jobId,
      commit: done.commit,
      environmentDigest: environment.digest,
      missing: [],
    });
    expect(run.provenance.snapshots).toEqual([expect.objectContaining({ name: 'data', snapshotId })]);
    expect(Number(run.metrics.find((metric: { key: string }) => metric.key === 'test_roc_auc').value)).toBeGreaterThan(0.95);
    expect(run.models[0]).toMatchObject({ status: 'ready' });
    const lineage = (await owner.get(`/lineage?node=run:${runId}`)).body.edges.map(
      (edge: { from: string; to: string }) => `${edge.from} > ${edge.to}`,
    );
    expect(lineage).toContain(`snapshot:${snapshotId} > run:${runId}`);
    expect(lineage).toContain(`job:${jobId} > run:${runId}`);
    const profile = await t.until('the profile', async () => {
      const now = (await owner.get(`/snapshots/${snapshotId}`)).body.profile;
      return now.state === 'pending' ? null : now;
    });
    expect(profile.tables[0]).toMatchObject({ rowCount: 569 });
    expect(profile.tables[0].columns.find((column: { name: string }) => column.name === 'target')).toMatchObject({
      nullCount: 0,
      min: '0',
      max: '1',
      mean: expect.closeTo(357 / 569, 6),
    });
  }, 200_000);
});

describe('the unchanged MLflow client outside', () => {
  const script = `
import json, math, os, mlflow, pandas as pd, matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression
mlflow.set_experiment("outside")
mlflow.sklearn.autolog(log_datasets=False)
frame = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "y": [0, 0, 1, 1]})
with mlflow.start_run(run_name="by hand") as run:
    LogisticRegression().fit(frame[["a"]], frame["y"])
    mlflow.log_params({"depth": 3, "name": "ä/ö"})
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metric("odd", math.nan)
    mlflow.log_metric("far", math.inf)
    mlflow.set_tag("team", "risk")
    mlflow.log_dict({"a": 1}, "notes/a.json")
    figure, axes = plt.subplots(); axes.plot([1, 2]); mlflow.log_figure(figure, "plots/line.png")
    mlflow.log_input(mlflow.data.from_pandas(frame, name="tiny"), context="training")
    with mlflow.start_run(run_name="child", nested=True): mlflow.log_metric("loss", 0.5)
    model = mlflow.sklearn.log_model(LogisticRegression().fit(frame[["a"]], frame["y"]), name="clf")
loaded = mlflow.sklearn.load_model(model.model_uri)
back = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/clf")
found = mlflow.search_runs(experiment_names=["outside"], filter_string="params.depth = '3' and metrics.loss < 0.3")
path = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="notes/a.json")
client = mlflow.MlflowClient()
history = [metric.value for metric in client.get_metric_history(run.info.run_id, "loss")]
client.delete_run(run.info.run_id); gone = len(mlflow.search_runs(experiment_names=["outside"])); client.restore_run(run.info.run_id)
print(json.dumps({"run": run.info.run_id, "found": list(found["run_id"]), "file": json.load(open(path)), "predictions": [int(v) for v in loaded.predict(frame[["a"]])] , "same": [int(v) for v in back.predict(frame[["a"]])], "history": history, "gone": gone}))
`;
  it.each(['', '/mlflow/'])(
    'logs, loads, searches and restores at the root and under /mlflow/{project} (%s)',
    async (prefix) => {
      const token = (await owner.post('/tokens', { name: 'laptop', projectId: slug })).body.token;
      const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', '-c', script], {
        env: {
          PATH: process.env.PATH,
          HOME: t.home,
          MLFLOW_TRACKING_URI: `${t.url}${prefix}${prefix ? slug : ''}`,
          MLFLOW_TRACKING_TOKEN: token,
          GIT_PYTHON_REFRESH: 'quiet',
        },
        timeout: 150_000,
        cwd: t.home,
      });
      const told = JSON.parse(stdout.trim().split('\n').at(-1)!);
      expect(told).toMatchObject({ file: { a: 1 }, history: [1, 0.5, 1 / 3, 0.25, 0.2] });
      expect(told.found).toContain(told.run);
      expect(told.same).toEqual(told.predictions);
      const { body: run } = await owner.get(`/runs/${told.run}`);
      expect(run.provenance).toMatchObject({ origin: 'outside', missing: ['job', 'commit', 'environment', 'data'] });
      const value = (key: string) => run.metrics.find((metric: { key: string }) => metric.key === key).value;
      expect([value('loss'), value('odd'), value('far')]).toEqual([0.2, 'NaN', 'Infinity']);
      expect(run.params).toContainEqual({ key: 'name', value: 'ä/ö' });
      expect(run.datasets).toContainEqual(expect.objectContaining({ name: 'tiny', context: 'training' }));
      const files = (await owner.get(`/runs/${told.run}/artifacts?path=plots`)).body.items;
      expect(files).toEqual([expect.objectContaining({ path: 'plots/line.png', isFolder: false })]);
    },
    200_000,
  );
});

registryStory(() => ({ t, owner, slug, python }));

describe('a workspace', () => {
  it('runs a kernel of the project through the content origin, for its owner only', async () => {
    const made = await owner.post(`/projects/${slug}/workspaces`, { tool: 'jupyterlab' });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const id = made.body.id;
    await t.admin.post(`/projects/${slug}/members`, { email: 'contributor@example.org', role: 'contributor' });
    await t.until(
      'the workspace',
      async () => {
        const { body } = await owner.get(`/workspaces/${id}`);
        if (body.state === 'failed') throw new Error(body.stateReason);
        return body.state === 'running';
      },
      280_000,
    );
    expect((await t.as('contributor').post(`/workspaces/${id}/entry`)).body.code).toBe('not-your-workspace');
    const { url } = (await owner.post(`/workspaces/${id}/entry`)).body;
    const host = new URL(url).host;
    // Node's fetch may not set Host, and the name is not in every resolver: the raw request is what a browser sends.
    const enter = await raw(t.url, `${new URL(url).pathname}${new URL(url).search}`, { host });
    const cookie = /set-cookie: (plinth_content_[^;]+)/i.exec(enter)![1]!;
    expect(enter).toMatch(/httponly/i);
    expect(await raw(t.url, `${new URL(url).pathname}${new URL(url).search}`, { host })).toMatch(/^HTTP\/1.1 401/);
    const base = `/w/${id}/`;
    expect(await raw(t.url, `${base}api/status`, { host })).toMatch(/^HTTP\/1.1 401/);
    await t.until(
      'the tool to answer',
      async () => /^HTTP\/1.1 200/.test(await raw(t.url, `${base}api/status`, { host, cookie })),
      60_000,
    );
    expect(await raw(t.url, '/api/v1/projects', { host, cookie })).toMatch(/^HTTP\/1.1 404/);

    const created = await raw(
      t.url,
      `${base}api/kernels`,
      { host, cookie, 'content-type': 'application/json' },
      'POST',
      JSON.stringify({ name: 'project' }),
    );
    const kernel = /"id": ?"([0-9a-f-]+)"/.exec(created)![1]!;
    await expect(runInKernel(t.url, `${base}api/kernels/${kernel}/channels`, { host }, '1')).rejects.toThrow(/401/);
    await expect(
      runInKernel(t.url, `${base}api/kernels/${kernel}/channels`, { host, cookie, origin: 'http://evil.example' }, '1'),
    ).rejects.toThrow(/403/);
    const answer = await runInKernel(
      t.url,
      `${base}api/kernels/${kernel}/channels`,
      { host, cookie, origin: `http://${host}` },
      'import sklearn, sys; print(6 * 7, sys.prefix)',
    );
    expect(answer).toContain(`42 ${join(t.home, 'environments', environment.digest)}`);

    expect((await owner.post(`/workspaces/${id}/stop`)).status).toBe(200);
    await t.until('it to stop', async () => (await owner.get(`/workspaces/${id}`)).body.state === 'stopped');
    expect(existsSync(join(t.home, 'workspaces', id, 'code/train.py'))).toBe(true);
  }, 400_000);
});

describe('in the browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it('a person signs in, sees the run with its provenance, and finds no serious accessibility fault in light or dark', async () => {
    await t.admin.post('/users', { email: 'ada@example.org', name: 'Ada', password: 'a long password' });
    await owner.post(`/projects/${slug}/members`, { email: 'ada@example.org', role: 'viewer' });
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${t.url}/projects/${slug}`);
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByLabel('Password').fill('wrong password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('bad credentials').waitFor();
    await page.getByLabel('Password').fill('a long password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Lifecycle' }).first().waitFor();
    const move = page.getByRole('button', { name: 'Move stage' });
    expect(await move.isDisabled()).toBe(true);
    for (const theme of ['light', 'dark']) {
      await page.evaluate((name) => localStorage.setItem('plinth-theme', name), theme);
      for (const path of [
        '/',
        '/projects',
        `/projects/${slug}`,
        `/projects/${slug}/jobs`,
        `/projects/${slug}/experiments`,
        `/projects/${slug}/code`,
        `/jobs/${jobId}`,
        `/runs/${runId}`,
        '/compute',
        '/account/tokens',
        '/people',
      ]) {
        await page.goto(t.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations
            .filter((violation) => ['serious', 'critical'].includes(violation.impact ?? ''))
            .map((violation) => `${path} ${theme}: ${violation.id} ${violation.nodes[0]?.html}`),
        ).toEqual([]);
      }
    }
    await page.goto(`${t.url}/runs/${runId}`);
    await page.getByRole('link', { name: 'python train.py' }).click();
    await page.getByRole('log', { name: 'Log' }).waitFor();
    expect(faults).toEqual([]);
  }, 200_000);

  it('an owner makes a project in a dialog that keeps what was typed when the server refuses', async () => {
    await t.admin.post('/users', { email: 'grace@example.org', name: 'Grace', password: 'a long password' });
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${t.url}/projects`);
    await page.getByLabel('E-mail').fill('grace@example.org');
    await page.getByLabel('Password').fill('a long password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'New project' }).click();
    const dialog = page.getByRole('dialog', { name: 'New project' });
    await dialog.getByLabel('Name').fill('Flood pricing');
    await dialog.getByRole('radio', { name: /^A git address/ }).check();
    await dialog.getByRole('textbox', { name: /Git address/ }).fill('http://127.0.0.1:1/repo.git');
    await dialog.getByRole('button', { name: 'Make project' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Flood pricing');
    await dialog.getByRole('radio', { name: /^An empty repository/ }).check();
    await dialog.getByRole('button', { name: 'Make project' }).click();
    await page.getByRole('heading', { name: 'Flood pricing' }).waitFor();
  }, 90_000);
});
