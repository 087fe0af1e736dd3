import { type Context, invalidField, transaction } from '../platform/index.ts';
import { openExperiment } from '../tracking/index.ts';
import { insertNewAssessment } from './assess.ts';
import { openTrace, sourceOf } from './open-trace.ts';
import { upsertSpans } from './span-store.ts';
import {
  checkTraceId,
  type NewAssessment,
  type RootFacts,
  type Span,
  type ToldTrace,
  type Trace,
  tooManySpans,
  traceLimits,
} from './trace.ts';
import { findTrace, lockTracesOfSpans, settleTraces, upsertTrace } from './trace-store.ts';

/** An experiment that is written to. */
async function openForWrite(ctx: Context, projectId: string, id: string) {
  const experiment = await openExperiment(ctx, id, 'run.write', projectId);
  if (experiment.lifecycle === 'deleted')
    throw invalidField('experiment_id', `experiment "${experiment.name}" is in the trash; restore it before you write to it`);
  return experiment;
}

/** Keeps what its maker tells of a whole trace, with judgements that come along. What spans showed before gives way. */
export async function recordTrace(
  ctx: Context,
  projectId: string,
  experimentId: string,
  told: ToldTrace,
  assessments: readonly NewAssessment[] = [],
): Promise<Trace> {
  checkTraceId(told.id, 'trace_id');
  const experiment = await openForWrite(ctx, projectId, experimentId);
  const source = await sourceOf(ctx, projectId, experiment.id);
  return transaction(ctx, async (tx) => {
    await upsertTrace(tx, source, told);
    for (const assessment of assessments) await insertNewAssessment(tx, projectId, told.id, assessment);
    return (await findTrace(tx, projectId, told.id))!;
  });
}

/** Ends a trace that was begun before, or changes what was told of it. */
export async function endTrace(
  ctx: Context,
  projectId: string,
  id: string,
  { endTime, ...told }: Omit<ToldTrace, 'id' | 'requestTime' | 'duration'> & { endTime: number },
): Promise<Trace> {
  const trace = await openTrace(ctx, projectId, id, 'run.write');
  const { requestTime, experimentId } = trace;
  return recordTrace(ctx, projectId, experimentId, {
    ...told,
    id,
    requestTime,
    duration: Math.max(endTime - requestTime, 0),
  });
}

/** Keeps spans, of one or of many traces, all or none. Traces that nobody told of yet come to be by them. */
export async function recordSpans(
  ctx: Context,
  projectId: string,
  experimentId: string,
  spans: readonly Span[],
  facts: ReadonlyMap<string, RootFacts>,
): Promise<void> {
  const experiment = await openForWrite(ctx, projectId, experimentId);
  const once = [...new Map(spans.map((span) => [`${span.traceId} ${span.id}`, span])).values()];
  const source = await sourceOf(ctx, projectId, experiment.id);
  const ids = [...new Set(once.map((span) => span.traceId))];
  await transaction(ctx, async (tx) => {
    await lockTracesOfSpans(tx, source, once);
    await upsertSpans(tx, projectId, once);
    const tooLarge = (await settleTraces(tx, projectId, ids, facts)).find(
      (one) => one.spanCount > traceLimits.spans || one.sizeBytes > traceLimits.traceBytes,
    );
    if (tooLarge) throw tooManySpans(tooLarge.id);
  });
}
