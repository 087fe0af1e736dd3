import type { FastifyRequest } from 'fastify';
import { inProject, require } from '../access/index.ts';
import { findWorkload } from '../compute/index.ts';
import { newId } from '../kit/ids.ts';
import { type Ref, recordProduct, recordUse, ref } from '../lineage/index.ts';
import { type Context, checkIfMatch, editionOf, emit, transaction } from '../platform/index.ts';
import { openExperiment } from './experiments.ts';
import {
  experimentDeleted,
  isOver,
  iso,
  type KeyValue,
  missingLinks,
  presentValue,
  type Run,
  type RunRow,
  type RunStatus,
  runDeleted,
  runGone,
} from './tracking.ts';
import { dataOf, findRun, insertRun, lockRun, type RunData, updateRun, upsertTags } from './tracking-store.ts';

/** A run after asking for a right in its project; one of another project is not there. */
export async function openRun(
  ctx: Context,
  id: string,
  action: 'run.read' | 'run.write' | 'artifact.read' | 'artifact.write',
  projectId?: string,
): Promise<RunRow> {
  const run = await findRun(ctx, id);
  if (!run || (projectId && run.projectId !== projectId)) {
    ctx.decided.add(action);
    throw runGone(id);
  }
  await require(ctx, action, inProject('run', id, run.projectId, run.name));
  return run;
}

export interface NewRun {
  experimentId: string;
  name?: string;
  startTime?: number;
  userId?: string;
  tags?: KeyValue[];
}

/**
 * Begins a run. Inside something that Plinth runs it is tied to job, commit, patch, environment and snapshots without anybody saying so:
 * the token names the workload, and the workload knows. Elsewhere it is marked as from outside.
 */
export async function createRun(ctx: Context, input: NewRun, projectId?: string): Promise<RunRow> {
  const experiment = await openExperiment(ctx, input.experimentId, 'run.write', projectId);
  if (experiment.lifecycle === 'deleted') throw experimentDeleted(experiment.name);
  const workload = ctx.actor.workloadId ? await findWorkload(ctx, ctx.actor.workloadId) : null;
  const given = workload?.context ?? {};
  const run: RunRow = {
    id: newId('run'),
    experimentId: experiment.id,
    projectId: experiment.projectId,
    name: input.name || inventName(),
    status: 'running',
    startTime: input.startTime ?? Date.now(),
    endTime: null,
    lifecycle: 'active',
    userId: input.userId || ctx.actor.name,
    notes: '',
    origin: given.jobId ? 'job' : given.workspaceId ? 'workspace' : 'outside',
    workloadId: workload?.id ?? null,
    jobId: given.jobId ?? null,
    commit: given.commit ?? null,
    patchSha256: given.patchSha256 ?? null,
    environmentRevisionId: given.environmentRevisionId ?? null,
    environmentDigest: workload?.environmentDigest ?? given.environmentDigest ?? null,
    snapshots: given.inputs ?? [],
  };
  return transaction(ctx, async (tx) => {
    await insertRun(tx, run);
    const tags = [
      ...(input.tags ?? []),
      ...(given.reproductionId ? [{ key: 'plinth.reproduction', value: given.reproductionId }] : []),
    ];
    await upsertTags(tx, tagsOf(run.id, tags));
    const self = ref('run', run.id);
    const used: Ref[] = run.snapshots.map((one) => ref('snapshot', one.snapshotId));
    if (run.commit) used.push(ref('commit', run.commit));
    if (run.environmentRevisionId) used.push(ref('environment-revision', run.environmentRevisionId));
    await recordUse(tx, run.projectId, self, used);
    if (run.jobId) await recordProduct(tx, run.projectId, ref('job', run.jobId), [self]);
    if (given.workspaceId) await recordProduct(tx, run.projectId, ref('workspace', given.workspaceId), [self]);
    await emit(tx, { verb: 'run.created', object: { type: 'run', id: run.id, projectId: run.projectId }, data: run });
    return run;
  });
}

export interface RunChange {
  name?: string;
  status?: RunStatus;
  endTime?: number | null;
  notes?: string;
  lifecycle?: 'active' | 'deleted';
  tags?: KeyValue[];
  /** The request whose If-Match names the edition that is changed. */
  ifMatch?: FastifyRequest;
}

/** What people edit of a run, while its job may still log. */
export const editionOfRun = ({ name, notes, tags }: Pick<Run, 'name' | 'notes' | 'tags'>): string =>
  editionOf({ name, notes, tags });

export async function changeRun(ctx: Context, id: string, change: RunChange, projectId?: string): Promise<RunRow> {
  await openRun(ctx, id, 'run.write', projectId);
  return transaction(ctx, async (tx) => {
    const before = (await lockRun(tx, id))!;
    if (before.lifecycle === 'deleted' && change.lifecycle !== 'active') throw runDeleted(id);
    const { tags, ifMatch, ...columns } = change;
    if (ifMatch?.headers['if-match']) checkIfMatch(ifMatch, editionOfRun(await runWithData(tx, before)));
    if (columns.status && isOver(columns.status) && columns.endTime === undefined) columns.endTime = Date.now();
    if (Object.keys(columns).length > 0) await updateRun(tx, id, columns);
    await upsertTags(tx, tagsOf(id, tags ?? []));
    const after = (await findRun(tx, id))!;
    const verb =
      change.lifecycle === 'deleted'
        ? 'run.deleted'
        : change.lifecycle === 'active'
          ? 'run.restored'
          : change.status && isOver(change.status) && !isOver(before.status)
            ? 'run.finished'
            : 'run.changed';
    await emit(tx, { verb, object: { type: 'run', id, projectId: after.projectId }, data: after });
    return after;
  });
}

/** Of several values for one key the last one counts. */
const tagsOf = (runId: string, tags: readonly KeyValue[]) =>
  [...new Map(tags.map(({ key, value }) => [key, value]))].map(([key, value]) => ({ runId, key, value }));

/** A run whose writes are taken: there, allowed, not in the trash; locked until the end of the transaction. */
export async function lockForWrite(tx: Context, id: string): Promise<RunRow> {
  const run = await lockRun(tx, id);
  if (!run) throw runGone(id);
  if (run.lifecycle === 'deleted') throw runDeleted(id);
  return run;
}

export function presentRun(run: RunRow, data: RunData): Run {
  return {
    id: run.id,
    experimentId: run.experimentId,
    projectId: run.projectId,
    name: run.name,
    status: run.status,
    lifecycle: run.lifecycle,
    startedAt: iso(run.startTime),
    endedAt: run.endTime === null ? null : iso(run.endTime),
    userId: run.userId,
    notes: run.notes,
    params: data.params,
    tags: data.tags,
    metrics: data.metrics.map((metric) => ({ ...metric, value: presentValue(metric.value) })),
    datasets: data.datasets.map(({ name, digest, sourceType, tags }) => ({
      name,
      digest,
      sourceType,
      context: tags.context ?? null,
    })),
    models: data.models,
    provenance: {
      origin: run.origin,
      jobId: run.jobId,
      commit: run.commit,
      patchSha256: run.patchSha256,
      environmentRevisionId: run.environmentRevisionId,
      environmentDigest: run.environmentDigest,
      snapshots: run.snapshots,
      missing: missingLinks(run),
    },
  };
}

export async function runWithData(ctx: Context, run: RunRow): Promise<Run> {
  return presentRun(run, (await dataOf(ctx, [run.id])).get(run.id)!);
}

const adjectives = [
  'amber',
  'brisk',
  'calm',
  'deft',
  'eager',
  'fair',
  'gentle',
  'hardy',
  'keen',
  'lucid',
  'mellow',
  'noble',
  'quiet',
  'rapid',
  'steady',
  'vivid',
];
const nouns = [
  'alder',
  'beacon',
  'cedar',
  'delta',
  'ember',
  'falcon',
  'grove',
  'harbor',
  'island',
  'kestrel',
  'lagoon',
  'meadow',
  'otter',
  'prairie',
  'ridge',
  'willow',
];
const pick = (words: string[]): string => words[Math.floor(Math.random() * words.length)]!;
const inventName = (): string => `${pick(adjectives)}-${pick(nouns)}-${Math.floor(Math.random() * 900) + 100}`;
