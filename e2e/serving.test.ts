import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logModel, modelFile } from '../server/src/testing/log-model.ts';
import type { Caller, TestPlinth } from '../server/src/testing/plinth.ts';
import { project, row, servedModels } from './served-models.ts';
import { answersStory } from './serving-answers-story.ts';
import { changesStory } from './serving-changes-story.ts';
import { type ServingGround, servingTools } from './serving-tools.ts';

/** Real models in a real environment behind the real gateway. One file, as one environment serves all the stories: it is dear to build. */
let models: ServingGround;
const ground = (): ServingGround => models;
const { call, deploy, get, healthy, split } = servingTools(ground);
let t: TestPlinth;
let owner: Caller;
beforeAll(async () => {
  models = { ...(await servedModels()), columns: [] };
  ({ t, owner } = models);
}, 600_000);
afterAll(() => t?.stop());

describe('a deployment', () => {
  it('is refused to those who may not, and with what is not there', async () => {
    expect(
      (await t.as('member').post(`/projects/${project}/deployments`, { name: 'cancer', model: 'models:/cancer/1' })).status,
    ).toBe(404);
    expect((await deploy('cancer', 'models:/nothing/1')).status).toBe(404);
    expect((await deploy('cancer', 'cancer')).body.errors[0].pointer).toBe('/model');
    expect((await deploy('No Name', 'models:/cancer/1')).body.errors[0].pointer).toBe('/name');
    expect((await call('cancer/invocations', '{}')).status).toBe(404);
  });

  it('serves a version in the environment of the job that logged it, and tells how to call it', async () => {
    const made = await deploy('cancer', 'models:/cancer/1');
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(made.body).toMatchObject({ name: 'cancer', traffic: [{ channel: 'beta', weight: 100 }], revision: { number: 1 } });
    const now = await healthy('cancer');
    const columns: string[] = now.form.signature.inputs.map((input: { name: string }) => input.name);
    expect(columns).toHaveLength(30);
    models.columns = columns;
    const answer = await call('cancer/invocations', split([row]));
    expect(answer.body).toEqual({ predictions: [0] });
    expect(answer.headers.get('x-plinth-model-version')).toBe('1');
    const id = answer.headers.get('x-plinth-prediction-id')!;
    const kept = await t.until('the prediction', async () => {
      const { status, body } = await owner.get(`/predictions/${id}`);
      return status === 200 ? body : null;
    });
    expect(kept).toMatchObject({ deploymentId: now.id, channel: 'beta', status: 200, columns, consumer: { id: owner.id } });
    expect(kept.rows[0]).toMatchObject({ input: row, output: 0 });
    expect(kept.request).toBe(split([row]));
    expect(
      await (
        await fetch(now.endpoint.invocations.replace('invocations', 'ping'), {
          headers: { authorization: `Bearer ${owner.token}` },
        })
      ).text(),
    ).toBe('\n');
    expect((await fetch(`${t.url}/deployments/cancer/invocations`, { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await call('cancer/invocations', split([row]), 'application/json', t.as('member'))).status).toBe(404);
  }, 120_000);

  it('fails with the reason when the Python of a model from elsewhere is not on this machine', async () => {
    const runId = await logModel(owner, project, {
      MLmodel: modelFile(),
      'model.pkl': 'bytes',
      'requirements.txt': 'mlflow==3.17.2\n# from elsewhere\nscikit-learn==1.9.1\n',
      'python_env.yaml': 'python: 3.4.10\ndependencies:\n- -r requirements.txt\n',
    });
    await owner.post(`/projects/${project}/models`, { name: 'foreign' });
    const version = await owner.post(`/projects/${project}/models/foreign/versions`, { runId, path: 'model' });
    expect(version.status, JSON.stringify(version.body)).toBe(201);
    expect((await deploy('foreign', 'models:/foreign/1')).body.state).toBe('building');
    const failed = await t.until(
      'it to fail',
      async () => {
        const now = await get('foreign');
        return now.state === 'failed' ? now : null;
      },
      90_000,
    );
    expect(failed.stateReason).toMatch(/^python-unavailable: there is no Python 3\.4 /);
    expect((await call('foreign/invocations', '{}')).status).toBe(503);
  }, 120_000);
});

answersStory(ground);
changesStory(ground);
