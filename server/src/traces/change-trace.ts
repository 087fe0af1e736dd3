import { removeArtifactsOf } from '../artifacts/index.ts';
import { type Context, emit, invalidField, notFound, transaction } from '../platform/index.ts';
import { openExperiment, openRun } from '../tracking/index.ts';
import { openTrace } from './open-trace.ts';
import { filesOfTrace, traceGone, traceLimits } from './trace.ts';
import {
  type Doomed,
  deleteTraceRows,
  dropTraceTag,
  findTraces,
  insertTracePrompts,
  insertTraceRuns,
  renameTrace,
  setTraceTag,
} from './trace-store.ts';

/** Tags come in numbers, as those of runs do, and are no events. */
export async function tagTrace(ctx: Context, projectId: string, id: string, key: string, value: string): Promise<void> {
  const trace = await openTrace(ctx, projectId, id, 'run.write');
  if (!Object.hasOwn(trace.tags, key) && Object.keys(trace.tags).length >= traceLimits.pairs)
    throw invalidField('key', `trace ${id} has ${traceLimits.pairs} tags already; delete some first`);
  await transaction(ctx, (tx) => setTraceTag(tx, trace, key, value));
}

export async function untagTrace(ctx: Context, projectId: string, id: string, key: string): Promise<void> {
  const trace = await openTrace(ctx, projectId, id, 'run.write');
  if (!(await transaction(ctx, (tx) => dropTraceTag(tx, trace, key)))) throw notFound('tag', key);
}

export async function nameTrace(ctx: Context, projectId: string, id: string, name: string | null): Promise<void> {
  const trace = await openTrace(ctx, projectId, id, 'run.write');
  await transaction(ctx, (tx) => renameTrace(tx, trace, name));
}

/** For good, with their spans, judgements and files; the oldest first when there are more. @returns how many */
export async function deleteTraces(ctx: Context, projectId: string, experimentId: string, doomed: Doomed): Promise<number> {
  const experiment = await openExperiment(ctx, experimentId, 'run.write', projectId);
  return transaction(ctx, async (tx) => {
    const ids = await deleteTraceRows(tx, projectId, experiment.id, doomed);
    if (ids.length === 0) return 0;
    await removeArtifactsOf(
      tx,
      ids.map((id) => filesOfTrace({ projectId, id })),
    );
    await emit(tx, {
      verb: 'traces.deleted',
      object: { type: 'experiment', id: experiment.id, projectId },
      data: { experimentId: experiment.id, count: ids.length, ids: ids.slice(0, 1_000) },
    });
    return ids.length;
  });
}

/** All of them or none: what is not there refuses the whole. */
export async function linkTracesToRun(
  ctx: Context,
  projectId: string,
  traceIds: readonly string[],
  runId: string,
): Promise<void> {
  const run = await openRun(ctx, runId, 'run.write', projectId);
  const there = new Set((await findTraces(ctx, projectId, traceIds)).map((trace) => trace.id));
  const missing = traceIds.find((id) => !there.has(id));
  if (missing !== undefined) throw traceGone(missing);
  await transaction(ctx, async (tx) => {
    await insertTraceRuns(tx, projectId, traceIds, run.id);
    await emit(tx, {
      verb: 'traces.linked',
      object: { type: 'run', id: run.id, projectId },
      data: { runId: run.id, traceIds: [...traceIds] },
    });
  });
}

/** Whoever calls has seen that the versions are there. */
export async function linkPrompts(
  ctx: Context,
  projectId: string,
  id: string,
  prompts: readonly { name: string; version: number }[],
): Promise<void> {
  const trace = await openTrace(ctx, projectId, id, 'run.write');
  await transaction(ctx, (tx) => insertTracePrompts(tx, trace, prompts));
}
