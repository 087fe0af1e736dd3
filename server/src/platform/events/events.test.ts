import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../kit/ids.ts';
import { plinth, type TestPlinth } from '../../testing/plinth.ts';
import { type Context, systemContext, transaction } from '../context.ts';
import { emit, type SealedEvent } from './event.ts';
import { type Listener, startListeners } from './listeners.ts';
import { sealEvents } from './sealer.ts';
import { verifyEvents } from './verify.ts';

let t: TestPlinth;
let ctx: Context;
beforeAll(async () => {
  t = await plinth();
  ctx = systemContext(t.app.platform);
});
afterAll(() => t?.stop());

const fact = (id: string, number: number) => ({ verb: 'thing.changed', object: { type: 'thing', id }, data: { number } });

describe('events', () => {
  it('cannot be written outside the transaction of their change', async () => {
    await expect(emit(ctx, fact('a', 1))).rejects.toThrow('outside a transaction');
  });

  it('are gone with the change that is rolled back', async () => {
    await t.newEvents();
    await transaction(ctx, async (tx) => {
      await emit(tx, fact('a', 1));
      throw new Error('no');
    }).catch(() => {});
    expect(await t.newEvents()).toEqual([]);
  });

  it('get a gapless order and a chain that verifies, with many writers and several sealers', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, writer) =>
        transaction(ctx, async (tx) => {
          for (let number = 0; number < 5; number++) await emit(tx, fact(`writer-${writer}`, number));
        }),
      ),
    );
    await Promise.all([
      sealEvents(t.app.platform.database.pool),
      sealEvents(t.app.platform.database.pool),
      sealEvents(t.app.platform.database.pool),
    ]);
    await t.newEvents();
    const { rows } = await t.app.platform.database.pool.query(
      'select count(*) as count, max(sequence) as last, count(distinct sequence) as distinct from events',
    );
    expect(rows[0].count).toBe(rows[0].last);
    expect(rows[0].distinct).toBe(rows[0].count);
    expect(await verifyEvents(t.app.platform.database.pool)).toMatchObject({ valid: true, checked: rows[0].count });
  });

  it('name the first place where one was removed', async () => {
    const { pool } = t.app.platform.database;
    const { rows } = await pool.query('delete from events where sequence = 7 returning *');
    expect(await verifyEvents(pool)).toMatchObject({ valid: false, firstBadSequence: 7 });
    const row = rows[0];
    await pool.query(
      `insert into events (id, sequence, time, actor_kind, actor_id, actor_name, verb, object_type, object_id, project_id, request_id, payload, payload_sha256, previous_sha256, sha256)
       overriding system value values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,null,$12,$13,$14)`,
      [
        row.id,
        7,
        row.time,
        row.actor_kind,
        row.actor_id,
        row.actor_name,
        row.verb,
        row.object_type,
        row.object_id,
        row.project_id,
        row.request_id,
        row.payload_sha256,
        row.previous_sha256,
        row.sha256,
      ],
    );
    // The time came back cut to milliseconds: the header is no longer what was hashed.
    expect((await verifyEvents(pool)).firstBadSequence).toBe(7);
  });
});

describe('a listener', () => {
  it('sees every event of its verbs once, in order, also those of before it began and after it failed', async () => {
    const seen: number[] = [];
    const id = newId('thing');
    let fail = true;
    const listener: Listener = {
      name: `test-${id}`,
      verbs: ['thing.changed'],
      async handle(_tx, event: SealedEvent) {
        if (event.object.id !== id) return;
        const { number } = event.data as { number: number };
        if (number === 3 && fail) {
          fail = false;
          throw new Error('once');
        }
        seen.push(number);
      },
    };
    for (let number = 0; number < 3; number++) await transaction(ctx, (tx) => emit(tx, fact(id, number)));
    await t.newEvents();
    const running = startListeners(t.app.platform, [listener]);
    for (let number = 3; number < 6; number++) await transaction(ctx, (tx) => emit(tx, fact(id, number)));
    await t.until('the last event', async () => seen.includes(5));
    await running.stop();
    // A batch that failed is handled again as a whole: what it had seen comes twice, and the end is in order.
    expect(seen.slice(-3)).toEqual([3, 4, 5]);
    expect([...new Set(seen)]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is at work in one of several servers at a time, and sees every event once when nothing fails', async () => {
    const seen: number[] = [];
    const id = newId('thing');
    let inside = 0;
    const listener: Listener = {
      name: `test-${id}`,
      verbs: ['thing.changed'],
      async handle(_tx, event: SealedEvent) {
        if (event.object.id !== id) return;
        inside += 1;
        expect(inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 2));
        inside -= 1;
        seen.push((event.data as { number: number }).number);
      },
    };
    const servers = [1, 2, 3].map(() => startListeners(t.app.platform, [listener]));
    for (let number = 0; number < 40; number++) await transaction(ctx, (tx) => emit(tx, fact(id, number)));
    await t.until('the last event', async () => seen.includes(39));
    await Promise.all(servers.map((server) => server.stop()));
    expect(seen).toEqual(Array.from({ length: 40 }, (_, number) => number));
  });
});
