import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registeredVersion } from '../testing/log-model.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { logPredictions } from '../testing/predictions.ts';

/** What a deployment answered, by whom it was asked and which version answered. Nothing is served here. */
let t: TestPlinth;
const versions: string[] = [];
const list = async (query = ''): Promise<Record<string, unknown>[]> => {
  const { status, body } = await t.as('viewer').get(`/deployments/churn/predictions?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items;
};

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  for (let number = 1; number <= 2; number++) versions.push((await registeredVersion(t.as('owner'), 'project-1', 'churn')).id);
  const { body } = await t.as('owner').post('/projects/project-1/deployments', { name: 'churn', model: 'models:/churn/1' });
  const asked = { deploymentId: body.id, columns: ['age'], rows: [[41]], outputs: [0] };
  await logPredictions(t, [
    { ...asked, versionId: versions[0]! },
    { ...asked, versionId: versions[1]! },
    { ...asked, versionId: versions[1]!, consumerId: t.as('contributor').id },
    { ...asked, versionId: 'mdv_gone' },
  ]);
});
afterAll(() => t?.stop());

describe('the predictions of a deployment', () => {
  it('name the version that answered, and nothing where it is not on record any more', async () => {
    expect((await list()).map((one) => one.versionName)).toEqual([null, 'models:/churn/2', 'models:/churn/2', 'models:/churn/1']);
    const [newest] = await list(`versionId=${versions[0]}`);
    expect((await t.as('viewer').get(`/predictions/${newest!.id}`)).body.versionName).toBe('models:/churn/1');
  });

  it('are those of one consumer by id or by a part of the name, and none where nobody is called so', async () => {
    for (const named of [t.as('contributor').id, 'contributor', 'Contrib'])
      expect((await list(`consumer=${named}`)).map((one) => one.consumer)).toEqual([
        expect.objectContaining({ id: t.as('contributor').id }),
      ]);
    expect(await list('consumer=Nobody')).toEqual([]);
    expect(await list(`consumer=contributor&versionId=${versions[0]}`)).toEqual([]);
  });

  it('are kept from those who may not read them, by every filter', async () => {
    expect((await t.as('member').get('/deployments/churn/predictions?consumer=contributor')).status).toBe(404);
    expect((await t.as('viewer').get('/deployments/churn/predictions?consumer=')).status).toBe(400);
  });
});
