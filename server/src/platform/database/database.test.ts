import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 1 });
});
afterAll(() => t?.stop());

it.each([
  ['2026-01-31 08:00:00.123456+00', '2026-01-31T08:00:00.123Z'],
  ['2026-01-31 08:00:00+05:30', '2026-01-31T02:30:00.000Z'],
  ['2026-01-31 08:00:01.001+05:30', '2026-01-31T02:30:01.001Z'],
  // Before the clock, and where a year of two digits might be read into it.
  ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
  ['0044-03-15 12:00:00+00', '0044-03-15T12:00:00.000Z'],
  ['0002-01-01 00:00:00+00 BC', '-000001-01-01T00:00:00.000Z'],
  ['10000-01-01 00:00:00+00', '+010000-01-01T00:00:00.000Z'],
  ['infinity', 'infinity'],
  ['-infinity', '-infinity'],
])('reads the time %s as it was stored, whatever the zone of the session', async (stored, read) => {
  const client = await t.app.platform.database.pool.connect();
  try {
    for (const zone of ['UTC', 'Asia/Kolkata', 'Europe/Amsterdam']) {
      await client.query(`set timezone = '${zone}'`);
      const { rows } = await client.query('select $1::timestamptz as time', [stored]);
      expect(rows[0].time, zone).toBe(read);
    }
  } finally {
    await client.query('reset timezone');
    client.release();
  }
});

it('a time that is written right and cannot be is refused with its field', async () => {
  for (const time of ['2016-12-31T23:59:60Z', '2026-02-30T00:00:00Z', '2026-01-31'])
    expect((await t.admin.get(`/costs?from=${time}`)).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/query/from', detail: expect.stringContaining('date-time') }],
    });
  const made = await t.as('owner').post('/tokens', { name: 'x', expiresAt: '2016-12-31T23:59:60Z' });
  expect([made.status, made.body.errors[0].pointer]).toEqual([400, '/expiresAt']);
});
