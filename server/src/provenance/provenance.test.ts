import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../kit/ids.ts';
import { registeredVersion } from '../testing/log-model.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
let predictionId: string;

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  await registeredVersion(t.as('contributor'), 'project-1', 'outsider');
  const { body: version } = await t.as('viewer').get('/projects/project-1/models/outsider/versions/1');
  predictionId = await answered(version.id);
});
afterAll(() => t?.stop());

async function answered(versionId: string): Promise<string> {
  const id = newId('prd');
  await t.app.predictions.append({
    id,
    projectId: t.projects[0]!.id,
    deploymentId: 'dep_gone',
    channel: 'beta',
    revisionId: 'rev_gone',
    versionId,
    replicaId: 'wkl_gone',
    consumerId: t.as('consumer').id,
    consumerKind: 'person',
    at: new Date(),
    latencyMilliseconds: 2,
    status: 200,
    error: null,
    form: 'mlflow',
    contentType: 'application/json',
    request: Buffer.from('{"inputs": [[1]]}'),
    response: Buffer.from('{"predictions": [1]}'),
    rowCount: 1,
    columnsJson: Buffer.from('["0"]'),
    rowsJson: Buffer.from('[[1]]'),
    outputsJson: Buffer.from('[1]'),
  });
  await t.app.predictions.ship();
  return id;
}

describe('the way back from an answer', () => {
  it('is for readers of its project only', async () => {
    const path = `/predictions/${predictionId}/provenance`;
    expect((await t.as('nobody').get(path)).status).toBe(401);
    expect((await t.as('member').get(path)).status).toBe(404);
    expect((await t.as('consumer').get(path)).status).toBe(404);
    expect((await t.as('viewer').get('/predictions/prd_none/provenance')).status).toBe(404);
  });

  it('names every missing link with its reason, and what there is', async () => {
    const { status, body } = await t.as('viewer').get(`/predictions/${predictionId}.0/provenance`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      prediction: { id: predictionId, row: 0, consumer: { name: 'Consumer' } },
      deployment: null,
      modelVersion: { name: 'outsider', number: 1, address: 'models:/outsider/1' },
      run: { origin: 'outside' },
      job: null,
      commit: null,
      patch: null,
      environment: null,
      datasets: [],
    });
    expect(body.missing.map((one: { field: string }) => one.field).sort()).toEqual([
      'commit',
      'datasets',
      'deployment',
      'environment',
      'job',
    ]);
    for (const { reason } of body.missing) expect(reason).toMatch(/^The .*\.$/);
    expect(body.people).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'Contributor', parts: expect.arrayContaining(['registered']) }),
        expect.objectContaining({ name: 'Consumer', parts: ['called'] }),
      ]),
    );
  });

  it('ends at once when the version is not on record', async () => {
    const { body } = await t.as('viewer').get(`/predictions/${await answered('ver_gone')}/provenance`);
    expect(body).toMatchObject({ modelVersion: null, run: null, job: null, approvals: [] });
    expect(body.missing.map((one: { field: string }) => one.field)).toContain('modelVersion');
  });

  it('of a version is the same without the answer', async () => {
    const { body } = await t.as('viewer').get('/projects/project-1/models/outsider/versions/1/provenance');
    expect(body).toMatchObject({ modelVersion: { number: 1 }, run: { origin: 'outside' }, job: null });
    expect(body.missing).toHaveLength(4);
  });

  it('that has no job cannot be made again, and says so', async () => {
    const { status, body } = await t.as('contributor').post(`/predictions/${predictionId}/reproduce`);
    expect(status).toBe(201);
    expect(body).toMatchObject({ verdict: 'impossible', cause: 'no-job', jobId: null, subject: `prediction:${predictionId}` });
    const version = await t.as('contributor').post('/projects/project-1/models/outsider/versions/1/reproduce');
    expect(version.body).toMatchObject({ verdict: 'impossible', cause: 'no-job' });
    expect((await t.as('viewer').post(`/predictions/${predictionId}/reproduce`)).status).toBe(403);
  });
});
