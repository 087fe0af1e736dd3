import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth();
});
afterAll(() => t?.stop());

it('of many who make a tier the default at once, one is left as the default', async () => {
  const names = ['small', 'medium', 'large'];
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => t.admin.patch(`/hardware-tiers/${names[index % 3]}`, { isDefault: true })),
    );
    for (const { status } of answers) expect([200, 409]).toContain(status);
    const { items } = (await t.admin.get('/hardware-tiers')).body;
    expect(items.filter((tier: { isDefault: boolean }) => tier.isDefault)).toHaveLength(1);
  }
});

it('the default tier is neither taken away nor disabled, also by somebody who comes at the same moment', async () => {
  await t.admin.patch('/hardware-tiers/small', { isDefault: true });
  for (const change of [{ isDefault: false }, { state: 'disabled' }])
    expect((await t.admin.patch('/hardware-tiers/small', change)).body.code).toBe('default-tier');
  const hidden = await t.admin.patch('/hardware-tiers/medium', { isDefault: true, state: 'disabled' });
  expect([hidden.status, hidden.body.code]).toEqual([409, 'default-tier']);
  await Promise.all([
    t.admin.patch('/hardware-tiers/medium', { isDefault: true }),
    t.admin.patch('/hardware-tiers/medium', { state: 'disabled' }),
  ]);
  const { items } = (await t.admin.get('/hardware-tiers')).body;
  expect(items.filter((tier: { isDefault: boolean; state: string }) => tier.isDefault)).toMatchObject([{ state: 'enabled' }]);
});
