import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

const logged = async (name: string, values: Record<string, unknown>): Promise<string> => {
  const wire = (path: string, body: unknown) => t.as('contributor').post(`/mlflow/project-1/api/2.0/mlflow/${path}`, body);
  const id = (await wire('runs/create', { experiment_id: '0', run_name: name, start_time: 1 })).body.run.info.run_id;
  const metrics = Object.entries(values).map(([key, value]) => ({ key, value, timestamp: 1, step: 0 }));
  expect((await wire('runs/log-batch', { run_id: id, metrics })).status).toBe(200);
  return id;
};
const progress = async (who: 'viewer' | 'member' = 'viewer') =>
  (await t.as(who).get('/goal-progress?project=project-1')).body.items as Record<string, unknown>[];

it('goals of a project that one may not see are not shown', async () => {
  expect((await t.as('owner').post('/projects/project-1/goals', { title: 'Hidden', metric: 'auc', target: 0.9 })).status).toBe(
    201,
  );
  expect((await t.as('member').get('/goal-progress?project=project-1')).status).toBe(404);
  expect((await t.as('member').get('/goal-progress')).body.items).toEqual([]);
  expect((await t.as('viewer').get('/goal-progress?project=%00')).status).toBeLessThan(500);
});

it('a goal is reached by the best run in its direction, and values that are no number count for nothing', async () => {
  const add = (goal: object) => t.as('owner').post('/projects/project-1/goals', goal);
  await add({ title: 'Small loss', metric: 'loss', target: 0.1, direction: 'minimize' });
  await add({ title: 'Never logged', metric: 'nothing', target: 1 });
  await add({ title: 'In words only' });
  await logged('worse', { auc: 0.7, loss: 0.3 });
  const best = await logged('best', { auc: 0.95, loss: 0.2 });
  await logged('broken', { auc: 'Infinity', loss: 'NaN' });
  expect(await progress()).toEqual([
    expect.objectContaining({ title: 'Hidden', value: 0.95, runId: best, runName: 'best', reached: true, state: 'open' }),
    expect.objectContaining({ title: 'Small loss', value: 0.2, runId: best, reached: false }),
    expect.objectContaining({ title: 'Never logged', value: null, runId: null, reached: false }),
    expect.objectContaining({ title: 'In words only', metric: null, value: null, reached: false }),
  ]);
});

it('a deleted run no longer reaches a goal', async () => {
  const best = (await progress())[0]!.runId as string;
  expect((await t.as('contributor').delete(`/runs/${best}`)).status).toBe(204);
  expect((await progress())[0]).toMatchObject({ value: 0.7, runName: 'worse', reached: false });
});
