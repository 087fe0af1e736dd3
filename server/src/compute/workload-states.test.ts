import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ref } from '../lineage/index.ts';
import { type Context, systemContext, transaction } from '../platform/index.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { finishWorkload } from './finish-workload.ts';
import { queueWorkload } from './queue-workload.ts';
import { isFinished, type WorkloadKind, type WorkloadState, workloadStates } from './workload.ts';
import { claim, findWorkload, moveState } from './workload-store.ts';

/** Servers that act on one workload without knowing of each other, some with what they remember of an earlier attempt. */
let t: TestPlinth;
let ctx: Context;
beforeAll(async () => {
  // A server that runs nothing itself: each step here is ours.
  t = await plinth({ projects: 1, env: { PLINTH_ROLE: 'control' } });
  ctx = systemContext(t.app.platform);
});
afterAll(() => t?.stop());

const ends = (Object.keys(workloadStates) as WorkloadState[]).filter((state) => workloadStates[state].finished);
const fence = fc.constantFrom(0, 1, 2);
const step = fc.oneof(
  fc.record({ to: fc.constant('running' as const), fence }),
  fc.record({ to: fc.constant('stopping' as const), fence }),
  fc.record({ to: fc.constantFrom(...ends), fence }),
);

it('a workload has one end whatever many servers write at once, and none of an older fence changes anything', async () => {
  const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(rounds, async (steps) => {
      const told: WorkloadState[] = [];
      const kind: WorkloadKind = {
        kind: 'test',
        prepare: () => Promise.reject(new Error('never')),
        changed: async (_tx, workload) => void told.push(workload.state),
      };
      const { id } = await transaction(ctx, (tx) =>
        queueWorkload(tx, {
          kind: 'test',
          subject: ref('job', 'job_none'),
          projectId: t.projects[0]!.id,
          ownerId: t.as('owner').id,
          name: 'random',
          context: {},
        }),
      );
      // Twice claimed, as after a lost host: 2 is in force, 0 and 1 are memories.
      for (let attempt = 1; attempt <= 2; attempt++) await transaction(ctx, (tx) => claim(tx, id, 'a-host', 'a-keeper'));
      let before = (await findWorkload(ctx, id))!;
      for (const together of steps) {
        const outcomes = await Promise.all(
          together.map(async ({ to, fence: own }) => {
            const workload = { ...before, fence: own };
            if (workloadStates[to].finished)
              return finishWorkload(ctx, kind, workload, { state: to, stateReason: null, finishedAt: new Date() });
            const from: WorkloadState[] = to === 'running' ? ['starting'] : ['starting', 'running'];
            return (await transaction(ctx, (tx) => moveState(tx, workload, from, { state: to }))) !== null;
          }),
        );
        const after = (await findWorkload(ctx, id))!;
        const written = together.filter((_, index) => outcomes[index]);
        expect(written.every((one) => one.fence === 2)).toBe(true);
        expect(written.filter((one) => workloadStates[one.to].finished).length).toBeLessThanOrEqual(1);
        if (isFinished(before)) expect([after.state, after.version, written]).toEqual([before.state, before.version, []]);
        if (written.length === 0) expect(after).toEqual(before);
        before = after;
      }
      expect(told).toEqual(isFinished(before) ? [before.state] : []);
      const { rows } = await t.app.platform.database.pool.query(
        `select count(*)::int as count from events where verb = 'workload.finished' and object_id = $1`,
        [id],
      );
      expect(rows[0].count).toBe(isFinished(before) ? 1 : 0);
    }),
    { numRuns: 60 },
  );
});
