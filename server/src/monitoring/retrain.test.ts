import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { logPredictions } from '../testing/predictions.ts';

let t: TestPlinth;
let version: { id: string; number: number };
let job: { id: string };
let snapshot: string;
let dataset: string;
const columns = ['x', 'y'];

/** Trains as any script does, over the client's protocol: logs a run with a metric that tells what it has read, and a model. */
const script = `
import csv, json, os, pathlib, urllib.request
base, token = os.environ['MLFLOW_TRACKING_URI'], os.environ['MLFLOW_TRACKING_TOKEN']
def call(method, path, body):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, {'authorization': 'Bearer ' + token, 'content-type': 'application/json'}, method=method)
    return json.loads(urllib.request.urlopen(request).read() or b'{}')
rows = list(csv.DictReader(open(next(pathlib.Path(os.environ['PLINTH_INPUT_TABLE']).rglob('*.csv')))))
run = call('POST', '/api/2.0/mlflow/runs/create', {'experiment_id': '0', 'start_time': 1})['run']['info']['run_id']
call('POST', '/api/2.0/mlflow/runs/log-batch', {'run_id': run, 'metrics': [{'key': 'rows', 'value': len(rows), 'timestamp': 1, 'step': 0}]})
call('POST', '/api/2.0/mlflow/runs/log-batch', {'run_id': run, 'params': [{'key': 'last', 'value': ' '.join(rows[-1].values())}]})
for name, content in [('MLmodel', 'artifact_path: model\\nflavors:\\n  python_function:\\n    loader_module: mlflow.sklearn\\n'), ('model.pkl', str(len(rows)))]:
    call('PUT', '/api/2.0/mlflow-artifacts/artifacts/0/' + run + '/artifacts/model/' + name, content.encode())
call('POST', '/api/2.0/mlflow/runs/update', {'run_id': run, 'status': 'FINISHED', 'end_time': 2})
if os.environ.get('REGISTER'):
    call('POST', '/api/2.0/mlflow/model-versions/create', {'name': os.environ['REGISTER'], 'source': 'runs:/' + run + '/model', 'run_id': run})
`;

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  const does = t.as('contributor');
  dataset = (await does.post('/projects/project-1/datasets', { name: 'rows' })).body.id;
  const form = new FormData();
  const lines = Array.from({ length: 60 }, (_, index) => `${index},${index % 7},${index % 2}`);
  form.append('file', new Blob([['x,y,truth', ...lines].join('\n')]), 'rows.csv');
  form.append('file', new Blob(['read me']), 'notes.txt');
  snapshot = (await does.post(`/projects/project-1/datasets/${dataset}/snapshots`, form)).body.id;
  job = (
    await does.post('/projects/project-1/jobs', {
      command: ['python3', '-c', script],
      environment: 'base',
      inputs: [{ name: 'table', snapshotId: snapshot }],
      variables: { DEPTH: '3' },
    })
  ).body;
  const runId = await t.until('the run of the job', async () => {
    const now = (await does.get(`/jobs/${job.id}`)).body;
    if (['failed', 'lost', 'cancelled'].includes(now.state)) throw new Error((await does.get(`/jobs/${job.id}/logs`)).body);
    return now.state === 'succeeded' && now.runIds[0];
  });
  await does.post('/projects/project-1/models', { name: 'risk' });
  version = (await does.post('/projects/project-1/models/risk/versions', { runId, path: 'model' })).body;
});
afterAll(() => t?.stop());

const serve = (deploymentId: string, versionId: string, count = 5) =>
  logPredictions(
    t,
    Array.from({ length: count }, (_, index) => ({ deploymentId, columns, rows: [[100 + index, 3]], outputs: [1], versionId })),
  );
const watched = (deployment: string) =>
  t.until(`the monitor of ${deployment}`, async () => {
    const monitor = (await t.as('viewer').get(`/monitors?deployment=${deployment}`)).body.items[0];
    return monitor?.rowCount > 0 && monitor;
  });

describe('a retraining', () => {
  it('is refused without rights, without ground truth, and where no job is behind the version', async () => {
    await serve('dep_bare', version.id);
    await watched('dep_bare');
    expect((await t.as('viewer').post('/deployments/dep_bare/retrain', {})).status).toBe(403);
    expect((await t.as('member').post('/deployments/dep_bare/retrain', {})).status).toBe(404);
    expect((await t.as('contributor').post('/deployments/dep_bare/retrain', {})).body.code).toBe('ground-truth-missing');
    const [id] = await serve('dep_unknown', 'mdv_unknown');
    await watched('dep_unknown');
    await t.as('contributor').post('/deployments/dep_unknown/ground-truth', { items: [{ predictionId: id, value: 1 }] });
    expect((await t.as('contributor').post('/deployments/dep_unknown/retrain', {})).body.code).toBe('not-reproducible');
    expect((await t.as('contributor').get('/retrainings')).body.items).toEqual([]);
  });

  it('runs the same job on the reference plus the labelled rows, registers what comes out, and links it', async () => {
    const does = t.as('contributor');
    const ids = await serve('dep_risk', version.id);
    const monitor = await watched('dep_risk');
    const items = ids.slice(0, 3).map((predictionId) => ({ predictionId, value: 1 }));
    expect((await does.post('/deployments/dep_risk/ground-truth', { items })).status).toBe(200);
    expect((await does.post('/deployments/dep_risk/retrain', { target: 'z' })).body.code).toBe('target-unknown');
    await t.newEvents();
    const begun = await does.post('/deployments/dep_risk/retrain', {});
    expect(begun.status).toBe(201);
    expect(begun.body).toMatchObject({
      state: 'training',
      monitorId: monitor.id,
      versionName: 'models:/risk/1',
      sourceJobId: job.id,
      referenceSnapshotId: snapshot,
      target: 'truth',
      referenceRows: 60,
      recentRows: 3,
    });
    const second = await does.post('/deployments/dep_risk/retrain', {});
    expect(second.body).toMatchObject({ code: 'retraining-under-way', retrainingId: begun.body.id });

    const after = await t.until('the end of the retraining', async () => {
      const now = (await t.as('viewer').get(`/retrainings/${begun.body.id}`)).body;
      return now.finishedAt && now;
    });
    expect(after).toMatchObject({ state: 'finished', newVersionName: 'models:/risk/2' });
    const again = (await does.get(`/jobs/${after.jobId}`)).body;
    const before = (await does.get(`/jobs/${job.id}`)).body;
    for (const same of ['command', 'commit', 'patchSha256', 'environment', 'variables'])
      expect(again[same], same).toEqual(before[same]);
    expect(again.inputs).toEqual([{ name: 'table', snapshotId: after.snapshotId, datasetId: dataset }]);
    const run = (await does.get(`/runs/${again.runIds[0]}`)).body;
    expect(JSON.stringify(run.params)).toContain('102 3 1');
    const file = (await does.get(`/snapshots/${after.snapshotId}/content?path=rows.csv`)).body;
    expect(file.trim().split('\n')).toHaveLength(64);
    expect((await does.get(`/snapshots/${after.snapshotId}/files`)).body.items).toHaveLength(2);
    // The base environment has no client to load models with: that the versions were not compared is said, and the version stands.
    expect(after.comparison).toBeNull();
    expect(after.stateReason).toContain('not compared');
    const made = (await does.get('/projects/project-1/models/risk/versions/2')).body;
    // Who asked is its author, and so not the one to approve it.
    expect(made.createdBy.id).toBe(does.id);
    const { usedBy } = (await does.get('/projects/project-1/models/risk/versions/1/card')).body;
    expect(usedBy.things).toContainEqual(
      expect.objectContaining({ ref: `version:${after.newVersionId}`, name: 'models:/risk/2' }),
    );
    const lineage = (await does.get(`/lineage?node=version:${after.newVersionId}`)).body;
    expect(JSON.stringify(lineage)).toContain(`version:${version.id}`);
    expect((await t.newEvents()).filter((verb) => verb.startsWith('retraining.'))).toEqual([
      'retraining.started',
      'retraining.registered',
      'retraining.finished',
    ]);
  });

  it('of a script that registers what it makes adds one version, not two', async () => {
    const does = t.as('contributor');
    await does.post('/projects/project-1/models', { name: 'own' });
    const { id } = (
      await does.post('/projects/project-1/jobs', {
        command: ['python3', '-c', script],
        environment: 'base',
        inputs: [{ name: 'table', snapshotId: snapshot }],
        variables: { REGISTER: 'own' },
      })
    ).body;
    await t.until('the job', async () => (await does.get(`/jobs/${id}`)).body.state === 'succeeded');
    const [first] = (await does.get('/projects/project-1/models/own/versions')).body.items;
    const [asked] = await serve('dep_own', first.id, 1);
    await watched('dep_own');
    await does.post('/deployments/dep_own/ground-truth', { items: [{ predictionId: asked, value: 1 }] });
    const begun = (await does.post('/deployments/dep_own/retrain', {})).body;
    const after = await t.until('the end of the retraining', async () => {
      const now = (await does.get(`/retrainings/${begun.id}`)).body;
      return now.finishedAt && now;
    });
    expect(after).toMatchObject({ state: 'finished', newVersionName: 'models:/own/2' });
    expect((await does.get('/projects/project-1/models/own/versions')).body.items).toHaveLength(2);
  });

  it('starts from an alert on the rows since the change began, and fails with the job', async () => {
    const does = t.as('contributor');
    const rows = (shift: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        deploymentId: 'dep_alert',
        columns,
        rows: [[((index * 37) % 60) + shift, index % 7]],
        outputs: [1],
        versionId: version.id,
      }));
    const old = await logPredictions(t, rows(0, 60));
    const ids = await logPredictions(t, rows(60, 150));
    const alert = await t.until('the alert', async () =>
      (await does.get('/alerts?deployment=dep_alert&state=firing')).body.items.find(
        (one: { feature: string }) => one.feature === 'x',
      ),
    );
    await does.post('/deployments/dep_alert/ground-truth', { items: [{ predictionId: old[0], value: 0 }] });
    const refused = await does.post(`/alerts/${alert.id}/retrain`, {});
    expect(refused.body.code).toBe('ground-truth-missing');
    const items = ids.slice(-40).map((predictionId) => ({ predictionId, value: 1 }));
    await does.post('/deployments/dep_alert/ground-truth', { items });
    const begun = await does.post(`/alerts/${alert.id}/retrain`, {});
    expect(begun.body).toMatchObject({ alertId: alert.id, recentRows: 40 });
    await does.post(`/jobs/${begun.body.jobId}/cancel`);
    const after = await t.until('the end of the retraining', async () => {
      const now = (await does.get(`/retrainings?alert=${alert.id}`)).body.items[0];
      return now.finishedAt && now;
    });
    // The job may have ended before it could be cancelled.
    if (after.state === 'failed') expect(after.stateReason).toContain('cancelled');
    else expect(after.newVersionId).not.toBeNull();
  });
});
