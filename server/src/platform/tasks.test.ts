import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { systemContext, transaction } from './context.ts';
import { registerProcess } from './processes.ts';
import { enqueue, startTasks } from './tasks.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth();
});
afterAll(() => t?.stop());

describe('background work', () => {
  it('is not queued by a transaction that is rolled back, and is done once by one that commits', async () => {
    const { platform } = t.app;
    const done: unknown[] = [];
    const own = await registerProcess(platform);
    const working = await startTasks(platform, own, [
      {
        name: 'note',
        async run(_ctx, payload) {
          done.push(payload);
        },
      },
    ]);
    const ctx = systemContext(platform);
    await transaction(ctx, async (tx) => {
      await enqueue(tx, 'note', 'never');
      throw new Error('no');
    }).catch(() => {});
    await transaction(ctx, (tx) => enqueue(tx, 'note', 'once'));
    await t.until('the task', async () => done.length > 0);
    expect(done).toEqual(['once']);
    await working.stop();
    await own.stop();
  });

  it('is free for others within ten seconds when its worker died', async () => {
    const { platform } = t.app;
    const ctx = systemContext(platform);
    const db = platform.database.db;
    await transaction(ctx, (tx) => enqueue(tx, 'orphaned', { n: 1 }));
    // A worker that took the task and was killed: its lock stays, its heartbeat does not.
    await sql`insert into server_processes (id, host, pid, role, heartbeat_at) values ('proc_dead', 'here', 1, 'all', now() - interval '9 seconds')`.execute(
      db,
    );
    await sql`update graphile_worker._private_jobs set locked_by = 'proc_dead', locked_at = now(), attempts = 1`.execute(db);
    const done: unknown[] = [];
    const own = await registerProcess(platform);
    const began = Date.now();
    const working = await startTasks(platform, own, [
      {
        name: 'orphaned',
        async run(_ctx, payload) {
          done.push(payload);
        },
      },
    ]);
    await t.until('the orphaned task', async () => done.length > 0, 12_000);
    expect(done).toEqual([{ n: 1 }]);
    expect(Date.now() - began).toBeLessThan(10_000);
    await working.stop();
    await own.stop();
  });
});
