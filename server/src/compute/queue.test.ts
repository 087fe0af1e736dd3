import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
let silent: Server;
beforeAll(async () => {
  // An index that never answers: an environment from there is being built for as long as this lasts.
  silent = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  t = await plinth({ projects: 1, env: { PLINTH_PYPI_URL: `http://127.0.0.1:${port}/simple/` } });
});
afterAll(async () => {
  await t?.stop();
  silent?.close();
});

it('many that wait for one environment keep nobody else waiting', async () => {
  const does = t.as('contributor');
  const environment = (await does.post('/environments', { name: 'slow', projectId: 'project-1' })).body.id;
  await does.post(`/environments/${environment}/revisions`, { packages: ['numpy'] });
  const start = (on: string) => does.post('/projects/project-1/jobs', { command: 'true', environment: on });
  const waiting: string[] = [];
  for (let number = 0; number < 120; number++) waiting.push((await start('slow')).body.id);
  const { body } = await start('base');
  await t.until('the one that waits for nothing', async () => (await does.get(`/jobs/${body.id}`)).body.finishedAt);
  for (const id of [waiting[0], waiting.at(-1)])
    expect((await does.get(`/jobs/${id}`)).body).toMatchObject({
      state: 'queued',
      stateReason: expect.stringMatching(/^Waits for its environment, which is being built/),
    });
});
