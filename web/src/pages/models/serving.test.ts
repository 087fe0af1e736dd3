import { describe, expect, it } from 'vitest';
import { liveVersion, type Serving } from './serving.ts';

const model = { projectSlug: 'health', name: 'tumour', aliases: [{ alias: 'champion', version: 3, protected: true }] };
const served = (change: Partial<Serving>): Serving => ({
  project: 'health',
  deployment: 'triage',
  channel: 'prod',
  protected: true,
  model: 'tumour',
  version: 2,
  ...change,
});

describe('the version that production has', () => {
  it('is the one that a protected channel serves, whatever the aliases say', () => {
    expect(liveVersion(model, [served({})])).toBe(2);
  });

  it('is the one of a protected alias where no protected channel serves the model', () => {
    const others = [served({ channel: 'beta', protected: false }), served({ project: 'other' }), served({ model: 'churn' })];
    expect(liveVersion(model, others)).toBe(3);
    expect(liveVersion({ ...model, aliases: [{ alias: 'best', version: 1, protected: false }] }, others)).toBe(undefined);
  });
});
