import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

it('a span that ends before it begins is refused', async () => {
  const answer = await t.as('owner').get('/costs?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z');
  expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/query/from']);
});

it('what work cost adds up by project, owner and kind, for those who may see it', async () => {
  const ended = async (project: string): Promise<{ amount: number; id: string }> => {
    const made = await t.as('contributor').post(`/projects/${project}/jobs`, { command: 'sleep 0.2', environment: 'base' });
    return t.until('the job', async () => {
      const { body } = await t.admin.get(`/jobs/${made.body.id}`);
      return body.finishedAt ? { amount: body.cost.amount, id: body.id } : null;
    });
  };
  const first = await ended('project-1');
  const second = await ended('project-1');
  const spent = first.amount + second.amount;
  expect(spent).toBeGreaterThan(0);
  const { body } = await t.as('viewer').get('/costs');
  expect(body.items).toEqual([
    {
      key: t.projects[0]!.id,
      name: t.projects[0]!.name,
      currency: 'EUR',
      amount: expect.closeTo(spent, 5),
      seconds: expect.any(Number),
    },
  ]);
  expect(body.totals).toEqual([{ amount: expect.closeTo(spent, 5), currency: 'EUR' }]);
  expect((await t.as('viewer').get('/costs?by=owner')).body.items[0]).toMatchObject({
    key: t.as('contributor').id,
    name: 'Contributor',
  });
  expect((await t.as('viewer').get('/costs?by=kind')).body.items[0]).toMatchObject({ key: 'job', name: 'job' });
  expect((await t.as('viewer').get('/costs?to=2020-01-01T00:00:00Z')).body.items).toEqual([]);
  expect((await t.as('member').get('/costs')).body.items).toEqual([]);
});
