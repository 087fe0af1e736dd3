import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller, TestPlinth } from '../server/src/testing/plinth.ts';
import { enterBy, raw, runInKernel, startKernel } from './jupyter.ts';
import { ask, asked, drawn, moved, must, slug, type TrainedModel, trainedModel } from './trained-model.ts';

/** A real model on real data behind the real gateway: what it is asked changes, somebody is told, and a new version is made from that. */
let model: TrainedModel;
let t: TestPlinth;
let owner: Caller;
let rows: number[][];
let version: TrainedModel['version'];
let snapshot: string;
let trainedBy: string;

beforeAll(async () => {
  model = await trainedModel();
  ({ t, owner, rows, version, snapshot, trainedBy } = model);
  must(await owner.post(`/projects/${slug}/deployments`, { name: 'tumour', model: 'models:/tumour/1' }));
  await t.until(
    'the deployment to be healthy',
    async () => {
      const { body } = await owner.get('/deployments/tumour');
      if (body.state === 'failed') throw new Error(body.stateReason);
      return body.state === 'healthy';
    },
    120_000,
  );
}, 600_000);
afterAll(() => model?.t.stop());

describe('a deployed model', () => {
  it('is watched from its birth by the snapshot that its run used', async () => {
    const monitor = await t.until('the monitor', async () => {
      const found = (await owner.get('/monitors?deployment=tumour')).body.items[0];
      return found?.state === 'watching' && found;
    });
    expect(monitor).toMatchObject({
      deploymentName: 'tumour',
      channel: 'beta',
      versionId: version.id,
      versionName: 'models:/tumour/1',
      reference: { kind: 'snapshot', snapshotId: snapshot, rowCount: rows.length },
    });
  });

  it('says nothing of rows as before, and within 10 seconds which feature moved by one standard deviation', async () => {
    for (let begin = 0; begin < 200; begin += 20) await ask(model, asked(drawn(rows, 20, begin)));
    await t.until(
      'the rows to be seen',
      async () => (await owner.get('/monitors?deployment=tumour')).body.items[0].rowCount === 200,
    );
    expect((await owner.get('/alerts?deployment=tumour&state=firing')).body.items).toEqual([]);

    const some = drawn(rows, 200, 200);
    const began = Date.now();
    const id = await ask(model, moved(model, some, 'mean smoothness'));
    const alert = await t.until('the alert', async () =>
      (await owner.get('/alerts?deployment=tumour&state=firing&sort=firedAt')).body.items.find(
        (one: { kind: string }) => one.kind === 'drift',
      ),
    );
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(alert).toMatchObject({ feature: 'mean smoothness', verdict: 'shift', state: 'firing' });
    expect(alert.predictionIds[0]).toMatch(new RegExp(`^${id}\\.\\d+$`));

    const items = some.map((row, index) => ({ predictionId: `${id}.${index}`, value: row.at(-1) }));
    expect((await owner.post('/deployments/tumour/ground-truth', { items })).body.recorded).toBe(200);
    const detail = must(await owner.get(`/monitors/${alert.monitorId}`), 200);
    expect(detail.quality).toMatchObject({ task: 'classification', labelCount: 200, rowCount: 400 });
    expect(detail.signals[0].name).toBe('mean smoothness');
  }, 60_000);

  it('is looked into in a notebook on its code, environment and data, with the rows at hand', async () => {
    const [alert] = (await owner.get("/alerts?filter=feature = 'mean smoothness'")).body.items;
    const { investigation } = must(await owner.post(`/alerts/${alert.id}/investigate`), 200);
    const job = must(await owner.get(`/jobs/${trainedBy}`), 200);
    expect(investigation).toMatchObject({
      commit: job.commit,
      environmentRevisionId: job.environmentRevisionId,
      referenceRows: rows.length,
      missing: [],
    });
    expect(investigation.rowCount).toBeGreaterThanOrEqual(190);
    const id = investigation.workspaceId;
    const base = `/w/${id}/`;
    await t.until(
      'the workspace',
      async () => {
        const { body } = await owner.get(`/workspaces/${id}`);
        if (body.state === 'failed') throw new Error(body.stateReason);
        return body.state === 'running';
      },
      400_000,
    );
    expect(must(await owner.post(`/alerts/${alert.id}/investigate`), 200).investigation.workspaceId).toBe(id);
    const headers = await enterBy(t.url, must(await owner.post(`/workspaces/${id}/entry`)).url);
    const answers = (path: string) => raw(t.url, `${base}${path}`, headers);
    await t.until('the tool', async () => /^HTTP\/1.1 200/.test(await answers('api/status')), 120_000);
    // It begins with the notebook, in a checkout of the commit, and reads the data that the model was made from.
    expect(await answers('')).toMatch(/location: \S*lab\/tree\/investigate.ipynb/i);
    const kernel = await startKernel(t.url, base, headers);
    const run = (code: string) => runInKernel(t.url, `${base}api/kernels/${kernel}/channels`, headers, code);
    const code = join(t.home, 'workspaces', id, 'code');
    const head = await promisify(execFile)('git', ['-c', 'safe.directory=*', '-C', code, 'rev-parse', 'HEAD']);
    expect(head.stdout.trim()).toBe(job.commit);
    const told = await run(`
import json, os
assert os.path.exists(os.path.join(os.environ["PLINTH_INPUT_DATA"], "tumours.csv"))
scope = {}
for cell in json.load(open("investigate.ipynb"))["cells"]:
    if cell["cell_type"] == "code":
        exec(cell["source"], scope)
print("MOST:", scope["changes"].index[0], len(scope["known"]), len(scope["recent"][scope["ids"].isin(scope["alert"]["predictionIds"])]))
`);
    expect(told).toContain('“mean smoothness”: its values have moved');
    expect(told).toContain(`MOST: mean smoothness 200 ${alert.predictionIds.length}`);
    must(await owner.post(`/workspaces/${id}/stop`), 200);
  }, 600_000);

  it('is made again from the alert, compared on both windows, linked, and goes nowhere past the gate', async () => {
    const [alert] = (await owner.get("/alerts?filter=feature = 'mean smoothness'")).body.items;
    const begun = must(await owner.post(`/alerts/${alert.id}/retrain`));
    expect(begun).toMatchObject({ alertId: alert.id, target: 'target', referenceRows: rows.length });
    expect(begun.recentRows).toBeGreaterThan(100);
    const after = await t.until(
      'the end of the retraining',
      async () => {
        const { body } = await owner.get(`/retrainings/${begun.id}`);
        return body.finishedAt && body;
      },
      300_000,
    );
    expect(after, JSON.stringify(after)).toMatchObject({
      state: 'finished',
      stateReason: null,
      newVersionName: 'models:/tumour/2',
    });
    expect(after.comparison).toMatchObject({
      task: 'classification',
      reference: { rowCount: rows.length },
      recent: { rowCount: begun.recentRows },
    });
    for (const side of ['current', 'candidate']) expect(after.comparison.recent[side].accuracy).toBeGreaterThan(0.5);
    const lineage = JSON.stringify((await owner.get(`/lineage?node=version:${after.newVersionId}`)).body);
    expect(lineage).toContain(`version:${version.id}`);
    expect(lineage).toContain(`alert:${alert.id}`);
    const refused = await owner.post(`/projects/${slug}/deployments`, {
      name: 'tumour',
      model: 'models:/tumour/2',
      channel: 'prod',
    });
    expect(refused.body.code).toBe('approval-required');
  }, 360_000);
});

describe('an answer made again', () => {
  const verdict = async (prediction: string) => {
    const { id } = must(await owner.post(`/predictions/${prediction}/reproduce`));
    return t.until(
      'the verdict',
      async () => {
        const { body } = await owner.get(`/reproductions/${id}`);
        return body.verdict && body;
      },
      300_000,
    );
  };

  it('is verified down to the answers of the rebuilt model', async () => {
    const id = await ask(model, asked(drawn(rows, 5, 0)));
    const path = must(
      await t.until('the prediction', async () => {
        const answer = await owner.get(`/predictions/${id}/provenance`);
        return answer.status === 200 && answer;
      }),
      200,
    );
    expect(path).toMatchObject({ deployment: { name: 'tumour' }, modelVersion: { id: version.id }, missing: [] });
    expect(path.datasets[0]).toMatchObject({ snapshotId: snapshot, datasetName: 'tumours', number: 1, rowCount: rows.length });
    const done = await verdict(id);
    expect(done, JSON.stringify(done.differences)).toMatchObject({
      verdict: 'verified',
      compared: { models: 1, predictions: 5 },
    });
  }, 320_000);

  it('is never called verified when another answer was stored than the model gives', async () => {
    const id = await ask(model, asked(drawn(rows, 3, 0)));
    await t.until('the prediction', async () => (await owner.get(`/predictions/${id}`)).status === 200);
    await t.app.platform.database.pool.query("update predictions set outputs_json = '[1,0,7]' where id = $1", [id]);
    const done = await verdict(id);
    expect(done.verdict).toBe('diverged');
    expect(done.differences[0].what).toMatch(new RegExp(`^prediction/${id}\\.\\d$`));
  }, 320_000);
});
