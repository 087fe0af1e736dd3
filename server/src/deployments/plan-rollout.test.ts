import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelRow, ReplicaRow, RevisionRow } from './deployment-store.ts';
import { dueAt, planRollout, type Situation, type Step } from './plan-rollout.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();

const channel = (more: Partial<ChannelRow> = {}): ChannelRow => ({
  deploymentId: 'dep',
  name: 'beta',
  model: 'models:/m/1',
  followedModelId: null,
  followedAlias: null,
  replicas: 2,
  hardwareTier: null,
  servingRevisionId: 'old',
  candidateRevisionId: null,
  ...more,
});
const revision = (id: string, state: RevisionRow['state']) =>
  ({ id, state, channel: 'beta', deploymentId: 'dep' }) as RevisionRow;
const replica = (revisionId: string, slot: number, state: ReplicaRow['state'], more: Partial<ReplicaRow> = {}): ReplicaRow =>
  ({
    workloadId: `${revisionId}-${slot}-${state}`,
    deploymentId: 'dep',
    revisionId,
    slot,
    state,
    crashes: 0,
    stateReason: null,
    workloadState: 'running',
    workloadReason: null,
    cancelRequestedAt: null,
    drainUntil: null,
    endedAt: null,
    ...more,
  }) as ReplicaRow;
const said = (steps: Step[]) =>
  steps.map(
    (step) =>
      `${step.do} ${'replica' in step ? step.replica.workloadId : `${step.revision.id}${'slot' in step ? ` ${step.slot}` : ''}`}`,
  );
const plan = (more: Partial<Situation>) =>
  planRollout({ on: true, channels: [channel()], revisions: [], replicas: [], now, ...more });

describe('a rollout', () => {
  const serving = [replica('old', 0, 'ready'), replica('old', 1, 'ready')];
  const both = {
    channels: [channel({ candidateRevisionId: 'new' })],
    revisions: [revision('old', 'serving'), revision('new', 'starting')],
  };

  it('starts the new beside the old and touches nothing else', () => {
    expect(said(plan({ ...both, replicas: serving }))).toEqual(['start new 0', 'start new 1']);
  });

  it('waits until every new replica answers', () => {
    expect(plan({ ...both, replicas: [...serving, replica('new', 0, 'ready'), replica('new', 1, 'starting')] })).toEqual([]);
    expect(said(plan({ ...both, replicas: [...serving, replica('new', 0, 'ready'), replica('new', 1, 'ready')] }))).toEqual([
      'promote new',
    ]);
  });

  it('gives up a new one that cannot load, at once, and leaves the old', () => {
    const broken = replica('new', 0, 'ended', { crashes: 1, workloadState: 'failed', stateReason: 'no weights', endedAt: at(0) });
    const steps = plan({ ...both, replicas: [...serving, broken] });
    expect(steps).toMatchObject([{ do: 'fail', reason: 'no weights' }]);
  });

  it('tries a new one again whose machine lost it, but not for ever', () => {
    const lost = (crashes: number) => replica('new', 0, 'ended', { crashes, workloadState: 'lost', endedAt: at(-60) });
    expect(said(plan({ ...both, replicas: [...serving, lost(1)] }))).toEqual(['start new 0', 'start new 1']);
    expect(said(plan({ ...both, replicas: [...serving, lost(3)] }))).toEqual(['fail new']);
  });

  it('drains what was replaced, ends it once gateways know, and retires it when nothing of it runs', () => {
    const after = {
      channels: [channel({ servingRevisionId: 'new' })],
      revisions: [revision('new', 'serving'), revision('old', 'draining')],
    };
    const fresh = [replica('new', 0, 'ready'), replica('new', 1, 'ready')];
    expect(said(plan({ ...after, replicas: [...serving, ...fresh] }))).toEqual(['drain old-0-ready', 'drain old-1-ready']);
    const draining = (seconds: number) => replica('old', 0, 'draining', { drainUntil: at(seconds) });
    expect(plan({ ...after, replicas: [draining(2), ...fresh] })).toEqual([]);
    expect(said(plan({ ...after, replicas: [draining(-1), ...fresh] }))).toEqual(['end old-0-draining']);
    expect(
      plan({ ...after, replicas: [replica('old', 0, 'draining', { drainUntil: at(-1), cancelRequestedAt: at(-1) }), ...fresh] }),
    ).toEqual([]);
    expect(said(plan({ ...after, replicas: fresh }))).toEqual(['retire old']);
  });

  it('ends all that runs when it is stopped', () => {
    expect(
      said(
        plan({
          on: false,
          revisions: [revision('old', 'serving')],
          replicas: [replica('old', 0, 'ready'), replica('old', 1, 'starting')],
        }),
      ),
    ).toEqual(['drain old-0-ready', 'end old-1-starting']);
  });

  it('waits twice as long after each end, up to a minute', () => {
    const seconds = [0, 1, 2, 3, 4, 8, 30].map((crashes) => (dueAt({ endedAt: at(0), crashes }) - now) / 1000);
    expect(seconds).toEqual([0, 0, 1, 2, 4, 60, 60]);
  });

  it('never ends the last replica that answers while a channel is on, whatever happened', () => {
    const states = fc.constantFrom<ReplicaRow['state']>('starting', 'ready', 'draining', 'ended');
    const replicas = fc.array(
      fc.record({
        revisionId: fc.constantFrom('old', 'new'),
        slot: fc.integer({ min: 0, max: 3 }),
        state: states,
        crashes: fc.integer({ min: 0, max: 5 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(replicas, fc.integer({ min: 1, max: 4 }), (given, wanted) => {
        const rows = given.map((one, index) => ({
          ...replica(one.revisionId, one.slot, one.state, { crashes: one.crashes, endedAt: at(-5) }),
          workloadId: `w${index}`,
        }));
        const steps = plan({
          channels: [channel({ replicas: wanted, candidateRevisionId: 'new' })],
          revisions: both.revisions,
          replicas: rows,
        });
        const answering = rows.filter((one) => one.revisionId === 'old' && one.state === 'ready' && one.slot < wanted);
        const taken = steps.flatMap((step) => (step.do === 'drain' || step.do === 'end' ? [step.replica.workloadId] : []));
        expect(answering.filter((one) => taken.includes(one.workloadId))).toEqual([]);
      }),
    );
  });
});
