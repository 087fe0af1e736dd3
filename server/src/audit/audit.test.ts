import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

interface Seen {
  id: number;
  verb: string;
  projectId: string | null;
}

/** The whole of a stream that ends by itself. */
async function stream(who: Caller, query: string, headers: Record<string, string> = {}): Promise<Seen[]> {
  const answer = await who.get(`/events?timeoutSeconds=0${query}`, headers);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  return [...(answer.body as string).matchAll(/^id: (\d+)\nevent: (\S+)\ndata: (.*)\n\n/gm)].map(([, id, verb, data]) => ({
    id: Number(id),
    verb: verb!,
    projectId: JSON.parse(data!).object.projectId,
  }));
}

const goal = (project: string, title: string) => t.as('owner').post(`/projects/${project}/goals`, { title });

describe('the live stream', () => {
  it('is refused without credentials, and from places that are no sequence', async () => {
    expect((await t.as('nobody').get('/events?timeoutSeconds=0')).status).toBe(401);
    for (const id of ['abc', '-1', '1.5', '9'.repeat(16)])
      expect((await t.admin.get('/events?timeoutSeconds=0', { 'last-event-id': id })).status, id).toBe(400);
    expect((await t.admin.get('/events?timeoutSeconds=-1')).body.errors[0].pointer).toBe('/query/timeoutSeconds');
  });

  it('shows each what they may see, and nobody a refusal of another project', async () => {
    for (const project of ['project-1', 'project-2']) await goal(project, 'Seen by its members');
    await t.newEvents();
    const [first, second] = t.projects.map((project) => project.id);
    const projects = async (who: Caller) => new Set((await stream(who, '&after=0')).map((event) => event.projectId));
    expect([...(await projects(t.as('owner')))]).toEqual(expect.arrayContaining([first, second]));
    expect(await projects(t.as('viewer'))).toContain(first);
    expect(await projects(t.as('viewer'))).not.toContain(second);
    expect(await projects(t.as('member'))).not.toContain(first);
  });

  it('goes on after the last one seen, with no event lost and none twice', async () => {
    await goal('project-1', 'Before');
    await t.newEvents();
    const all = await stream(t.as('viewer'), '&after=0');
    const middle = all[Math.floor(all.length / 2)]!;
    const rest = await stream(t.as('viewer'), '', { 'last-event-id': String(middle.id) });
    expect(rest).toEqual(all.filter((event) => event.id > middle.id));
    expect(await stream(t.as('viewer'), '', { 'last-event-id': String(all.at(-1)!.id) })).toEqual([]);
  });

  it('without a place begins with what happens from now on', async () => {
    expect(await stream(t.as('viewer'), '')).toEqual([]);
  });
});

describe('the record', () => {
  it('is for administrators and auditors only, and verifies', async () => {
    expect((await t.as('owner').get('/audit')).status).toBe(403);
    expect((await t.as('owner').get('/audit/verify')).status).toBe(403);
    expect((await t.as('auditor').get('/audit/verify')).body).toMatchObject({ valid: true, firstBadSequence: null });
    const { items } = (await t.as('auditor').get('/audit?verb=goal.created&limit=1000')).body;
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map((event: { verb: string }) => event.verb))).toEqual(new Set(['goal.created']));
  });
});
