import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SharedState, sharedState, until } from '../testing/server-process.ts';

let state: SharedState;
beforeAll(async () => {
  state = await sharedState();
});
afterAll(() => state?.stop());

describe('a killed server', () => {
  it('leaves its jobs running; the next one takes them over, and each ends once with its whole log', async () => {
    const first = await state.start();
    const ids: string[] = [];
    for (let number = 0; number < 3; number++) {
      const { body } = await first.admin.post('/projects/default/jobs', {
        command: `for i in $(seq 30); do echo "job ${number} line $i"; sleep 0.1; done`,
        hardwareTier: 'small',
        environment: 'base',
      });
      ids.push(body.id);
    }
    await until('a job to run', async () => (await first.admin.get(`/jobs/${ids[0]}`)).body.state === 'running');
    await first.end('SIGKILL');

    const second = await state.start();
    for (const [number, id] of ids.entries()) {
      const done = await until(
        `job ${number} to end`,
        async () => {
          const { body } = await second.admin.get(`/jobs/${id}`);
          return body.finishedAt ? body : null;
        },
        60_000,
      );
      expect(done).toMatchObject({ state: 'succeeded', exitCode: 0, attempt: 1 });
      expect((await second.admin.get(`/jobs/${id}/logs`)).body).toBe(
        Array.from({ length: 30 }, (_, i) => `job ${number} line ${i + 1}\n`).join(''),
      );
    }
    expect((await second.admin.get('/audit/verify')).body.valid).toBe(true);
    const finished = (await second.admin.get('/audit?verb=job.finished&limit=100')).body.items;
    expect(finished.map((event: { object: { id: string } }) => event.object.id).sort()).toEqual([...ids].sort());
    await second.end('SIGTERM');
  }, 120_000);

  it('leaves no folder for ever of what had ended, nor of what was half laid out', async () => {
    const first = await state.start();
    const folderOf = (id: string) => join(state.home, 'workloads', `${id}-1`);
    const layOut = (id: string): void => {
      mkdirSync(join(folderOf(id), 'work'), { recursive: true });
      writeFileSync(join(folderOf(id), 'work/half.bin'), 'half');
    };
    const run = async (command: string): Promise<string> =>
      (await first.admin.post('/projects/default/jobs', { command, environment: 'base' })).body.id;
    const workloadOf = async (job: string): Promise<string> =>
      (await state.query('select workload_id from jobs where id = $1', [job]))[0].workload_id;
    const [ended, running] = [await run('true'), await run('sleep 60')];
    await until('both', async () => {
      const [one, two] = [await first.admin.get(`/jobs/${ended}`), await first.admin.get(`/jobs/${running}`)];
      return one.body.finishedAt && two.body.state === 'running';
    });
    await until('its folder to go', async () => !existsSync(folderOf(await workloadOf(ended))));
    await first.end('SIGKILL');
    // As after a kill between the end that was written and the folder that was to go.
    layOut(await workloadOf(ended));
    layOut('wkl_unknown');
    await state.query(`update workloads set finished_at = now() - interval '1 hour' where id = $1`, [await workloadOf(ended)]);
    const second = await state.start();
    await until('it to be swept', async () => !existsSync(folderOf(await workloadOf(ended))));
    expect(existsSync(folderOf(await workloadOf(running)))).toBe(true);
    expect(existsSync(folderOf('wkl_unknown'))).toBe(true);
    await second.end('SIGTERM');
  }, 120_000);

  it('shares the work with another on the same database: each job runs once', async () => {
    const [one, two] = [await state.start(), await state.start()];
    const ids: string[] = [];
    for (let number = 0; number < 12; number++) {
      const { admin } = number % 2 ? one : two;
      ids.push((await admin.post('/projects/default/jobs', { command: 'echo ran', environment: 'base' })).body.id);
    }
    for (const id of ids) {
      await until(`job ${id} to end`, async () => (await one.admin.get(`/jobs/${id}`)).body.finishedAt, 60_000);
      expect((await two.admin.get(`/jobs/${id}/logs`)).body).toBe('ran\n');
    }
    const started = (await one.admin.get('/audit?verb=job.started&limit=200')).body.items.map(
      (event: { object: { id: string } }) => event.object.id,
    );
    for (const id of ids) expect(started.filter((other: string) => other === id)).toHaveLength(1);
  }, 120_000);
});
