import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller, TestPlinth } from '../server/src/testing/plinth.ts';
import { databaseThatCanGo, processesOf, startServer } from './second-server.ts';
import { project, row } from './served-models.ts';
import { type ServingGround, servingTools } from './serving-tools.ts';

/** What never fails a caller: swaps, bad versions, killed replicas and servers, a database that goes away. */
export function changesStory(ground: () => ServingGround): void {
  const { call, deploy, get, healthy, split } = servingTools(ground);

  describe('changes', () => {
    let t: TestPlinth;
    let owner: Caller;
    const children: ChildProcess[] = [];
    beforeAll(() => {
      ({ t, owner } = ground());
    });
    afterAll(() => {
      for (const child of children) child.kill('SIGKILL');
    });

    /** Sixteen callers that never pause; what they got, by status and version. */
    function callers(url = ground().t.url) {
      const got = new Map<string, number>();
      const refused: string[] = [];
      let going = true;
      const body = split([row]);
      const all = Array.from({ length: 16 }, async () => {
        while (going) {
          try {
            const response = await fetch(`${url}/deployments/cancer/invocations`, {
              method: 'POST',
              headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/json' },
              body,
            });
            const text = await response.text();
            const key = `${response.status} version ${response.headers.get('x-plinth-model-version')}`;
            got.set(key, (got.get(key) ?? 0) + 1);
            if (response.status !== 200) refused.push(text);
          } catch (error) {
            refused.push(String((error as Error).cause ?? error));
          }
        }
      });
      return {
        got,
        /** Ends them. @returns what was not answered with 200 */
        async stop() {
          going = false;
          await Promise.all(all);
          return refused;
        },
      };
    }
    const serves = (version: number) =>
      t.until(
        `version ${version} to serve`,
        async () => (await get('cancer')).channels[0].serving?.model.version === version,
        120_000,
      );
    const revise = (model: string, more: object = {}) => owner.post('/deployments/cancer/revisions', { model, ...more });

    it('swap versions, fall over a bad one, lose a replica and roll back without one failed request', async () => {
      const load = callers();
      await revise('models:/cancer/2');
      await serves(2);
      await t.until('version 2 to answer', async () => load.got.has('200 version 2'));
      expect((await revise('models:/cancer/3')).status).toBe(201);
      const bad = await t.until(
        'version 3 to fail',
        async () => {
          const now = await get('cancer');
          return now.revision.state === 'failed' ? now : null;
        },
        120_000,
      );
      expect(bad).toMatchObject({ state: 'healthy', revision: { state: 'failed', model: { version: 3 } } });
      expect(bad.stateReason).toContain('the weights are not where they should be');
      expect(bad.channels[0].serving.model.version).toBe(2);

      expect((await owner.patch('/deployments/cancer/channels/beta', { replicas: 2 })).status).toBe(200);
      const both = await t.until(
        'two replicas',
        async () => {
          const now = await get('cancer');
          return now.channels[0].replicas.ready === 2 ? now : null;
        },
        120_000,
      );
      const victim = both.replicas.find((one: { state: string }) => one.state === 'ready').id;
      for (const id of processesOf(victim)) process.kill(id, 'SIGKILL');
      const after = await t.until(
        'another in its place',
        async () => {
          const now = await get('cancer');
          return now.channels[0].replicas.ready === 2 &&
            !now.replicas.some((one: { id: string; state: string }) => one.id === victim && one.state === 'ready')
            ? now
            : null;
        },
        120_000,
      );
      expect(after.state).toBe('healthy');
      const back = await owner.post('/deployments/cancer/rollback', {});
      expect(back.body, JSON.stringify(back.body)).toMatchObject({ revision: { cause: 'rollback', model: { version: 1 } } });
      await serves(1);
      await t.until('nothing of the old to run', async () =>
        (await get('cancer')).replicas.every((one: { state: string }) => one.state === 'ready' || one.state === 'ended'),
      );
      expect(await load.stop()).toEqual([]);
      expect([...load.got.keys()].sort()).toEqual(['200 version 1', '200 version 2']);
      await t.until('the history to be settled', async () => {
        const { body } = await owner.get('/deployments/cancer/revisions');
        const told = body.items.map((one: { model: { version: number }; state: string }) => `${one.model.version} ${one.state}`);
        return told.join(', ') === '1 serving, 3 failed, 2 retired, 1 retired';
      });
      const minutes = (await owner.get('/deployments/cancer/traffic')).body.items;
      expect(minutes.reduce((sum: number, one: { serverErrorCount: number }) => sum + one.serverErrorCount, 0)).toBe(0);
    }, 400_000);

    it('go through the gate into prod by every door, and follow an alias', async () => {
      const prod = { channel: 'prod' };
      const refused = await deploy('cancer', 'models:/cancer/1', prod);
      expect([refused.status, refused.body.code]).toEqual([409, 'approval-required']);
      await t.admin.post(`/projects/${project}/members`, { email: 'validator@example.org', role: 'validator' });
      const decide = (id: string) =>
        t.as('validator').post(`/approvals/${id}/decision`, { decision: 'approved', comment: 'Sound.' });
      const decided = await decide(refused.body.approvalId);
      expect(decided.status, JSON.stringify(decided.body)).toBeLessThan(300);
      expect((await deploy('cancer', 'models:/cancer/1', prod)).status).toBe(201);
      const now = await t.until(
        'prod to serve',
        async () => {
          const found = await get('cancer');
          const serving = found.channels.find((one: { name: string }) => one.name === 'prod')?.serving;
          return serving && found.traffic[0].channel === 'prod' ? found : null;
        },
        120_000,
      );
      expect(now.traffic).toEqual([{ channel: 'prod', version: 1, weight: 100 }]);
      expect((await revise('models:/cancer/2', prod)).body.code).toBe('approval-required');
      const split = (version?: number) =>
        owner.patch('/deployments/cancer/traffic', {
          traffic: [
            { channel: 'prod', weight: 90 },
            { channel: 'beta', weight: 10, ...(version ? { version } : {}) },
          ],
        });
      expect((await split(2)).body.code).toBe('approval-required');
      expect((await split()).status).toBe(200);
      // Beside prod even the open channel is entered through the gate.
      expect((await revise('models:/cancer/2')).body.code).toBe('approval-required');
      const aliased = await owner.put(`/projects/${project}/models/cancer/aliases/next`, { version: 1 });
      expect(aliased.status, JSON.stringify(aliased.body)).toBeLessThan(300);
      expect((await deploy('following', 'models:/cancer@next')).status).toBe(201);
      await healthy('following', 1);
      await owner.put(`/projects/${project}/models/cancer/aliases/next`, { version: 2 });
      const followed = await healthy('following', 2);
      expect(followed.channels[0]).toMatchObject({ followsAlias: 'next', serving: { cause: 'alias', model: { version: 2 } } });
    }, 300_000);

    it('survive a killed server: the other answers on, and nothing that was answered is forgotten', async () => {
      const other = await startServer(t, children);
      const load = callers(other.url);
      await t.until('the other server to answer', async () => (load.got.get('200 version 1') ?? 0) > 50);
      const ids: string[] = [];
      const listening = Array.from({ length: 4 }, async () => {
        for (;;) {
          const answer = await fetch(`${other.url}/deployments/cancer/invocations`, {
            method: 'POST',
            headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/json' },
            body: split([row]),
          }).catch(() => null);
          if (!answer) return;
          ids.push(answer.headers.get('x-plinth-prediction-id')!);
        }
      });
      await t.until('some answers', async () => ids.length > 30);
      other.child.kill('SIGKILL');
      await Promise.all(listening);
      await load.stop();
      expect((await call('cancer/invocations', split([row]))).status).toBe(200);
      for (const id of ids)
        await t.until(`prediction ${id}`, async () => (await owner.get(`/predictions/${id}`)).status === 200, 30_000);
    }, 120_000);

    it('are waited out: predictions go on while the database is away', async () => {
      const database = await databaseThatCanGo(t);
      const other = await startServer(t, children, database.url);
      const ask = async () => {
        const response = await fetch(`${other.url}/deployments/cancer/invocations`, {
          method: 'POST',
          headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/json' },
          body: split([row]),
        });
        return { status: response.status, id: response.headers.get('x-plinth-prediction-id'), text: await response.text() };
      };
      expect((await ask()).status).toBe(200);
      database.goAway();
      const ids: string[] = [];
      // Longer than rights and tokens are remembered.
      for (const end = performance.now() + 6_000; performance.now() < end; ) {
        const { status, id, text } = await ask();
        expect(status, text).toBe(200);
        ids.push(id!);
      }
      await database.comeBack();
      for (const id of [ids[0]!, ids.at(-1)!])
        await t.until(`prediction ${id}`, async () => (await owner.get(`/predictions/${id}`)).status === 200, 30_000);
      other.child.kill('SIGKILL');
      database.goAway();
    }, 90_000);

    it('stop, start and go away', async () => {
      expect((await owner.post('/deployments/mixed/stop')).body.state).toBe('stopped');
      const body = '{"dataframe_records": [{"age": 30, "income": 1.5, "city": "Oslo", "member": true}]}';
      await t.until(
        'it to be stopped',
        async () => (await call('mixed/invocations', body)).body.code === 'deployment-unavailable',
      );
      await t.until('nothing of it to run', async () =>
        (await get('mixed')).replicas.every((one: { state: string }) => one.state === 'ended'),
      );
      expect((await owner.post('/deployments/mixed/start')).status).toBe(200);
      await healthy('mixed');
      await t.until('it to answer', async () => (await call('mixed/invocations', body)).status === 200);
      expect((await owner.delete('/deployments/mixed')).status).toBe(204);
      await t.until('its name to be gone', async () => (await call('mixed/invocations', body)).status === 404);
      expect((await owner.get('/deployments/mixed')).status).toBe(404);
    }, 120_000);
  });
}
