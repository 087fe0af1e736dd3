import { expect, it } from 'vitest';
import { liveAt } from './live-at.ts';

const changes = [
  { alias: 'prod', toVersion: null, changedAt: '2026-03-03T00:00:00Z' },
  { alias: 'prod', toVersion: 2, changedAt: '2026-03-02T00:00:00Z' },
  { alias: 'beta', toVersion: 3, changedAt: '2026-03-02T00:00:00Z' },
  { alias: 'prod', toVersion: 1, changedAt: '2026-03-01T00:00:00Z' },
];

it('an alias stands for the version of its last change before the moment, and for none after it was taken away', () => {
  expect(liveAt(changes, '2026-02-28T00:00:00Z')).toEqual([]);
  expect(liveAt(changes, '2026-03-01T12:00:00Z')).toEqual([{ alias: 'prod', version: 1 }]);
  expect(liveAt(changes, '2026-03-02T00:00:00Z')).toContainEqual({ alias: 'prod', version: 2 });
  expect(liveAt(changes, '2026-03-04T00:00:00Z')).toEqual([{ alias: 'beta', version: 3 }]);
});
