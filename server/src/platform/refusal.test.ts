import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { type Context, systemContext, transaction } from './context.ts';
import { conflict, Problem } from './problem.ts';
import { Refusal } from './refusal.ts';

let t: TestPlinth;
let ctx: Context;
beforeAll(async () => {
  t = await plinth();
  ctx = systemContext(t.app.platform, 'test');
});
afterAll(() => t?.stop());

const refuse = (tx: Context, settle: () => Promise<Problem | null>): never => {
  const refusal = new Refusal(conflict('not-now', 'Not now.'), settle);
  tx.refuse?.(refusal);
  throw refusal;
};

describe('a refusal in a transaction', () => {
  it('is settled after the rollback, by which the caller is told', async () => {
    const settled: boolean[] = [];
    const told = transaction(ctx, async (tx) => {
      await transaction(tx, async (inner) =>
        refuse(inner, async () => {
          settled.push(true);
          return conflict('told', 'Told.');
        }),
      );
    });
    await expect(told).rejects.toMatchObject({ code: 'told' });
    expect(settled).toEqual([true]);
  });

  it('is settled too where the operation goes on without what was refused', async () => {
    const order: string[] = [];
    await transaction(ctx, async (tx) => {
      try {
        refuse(tx, async () => {
          order.push('settled');
          return null;
        });
      } catch (error) {
        expect((error as Problem).code).toBe('not-now');
      }
      order.push('went on');
    });
    expect(order).toEqual(['went on', 'settled']);
  });

  it('lets the whole be tried again, not for ever, when nothing is in the way any more', async () => {
    let attempts = 0;
    const again = () =>
      transaction(ctx, async (tx) => {
        attempts += 1;
        if (attempts === 1) refuse(tx, async () => null);
        return 'done';
      });
    expect(await again()).toBe('done');
    expect(attempts).toBe(2);
    await expect(transaction(ctx, async (tx) => refuse(tx, async () => null))).rejects.toBeInstanceOf(Problem);
  });
});
