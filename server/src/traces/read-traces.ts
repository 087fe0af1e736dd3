import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { openTrace } from './open-trace.ts';
import { spanMessages } from './span-store.ts';
import { notWhole, type Trace, tooMuchAtOnce, traceLimits } from './trace.ts';
import { findTraces } from './trace-store.ts';

export interface WholeTrace {
  trace: Trace;
  /** As they came. */
  spans: Uint8Array[];
}

const attempts = 30;
const pauseMilliseconds = 100;

/** With its spans. Clients send those beside the trace itself, so one that lacks some is waited for a little, unless a part will do. */
export async function readTrace(ctx: Context, projectId: string, id: string, partly: boolean): Promise<WholeTrace> {
  for (let attempt = 1; ; attempt++) {
    const trace = await openTrace(ctx, projectId, id, 'run.read');
    if (partly || isWhole(trace)) return { trace, spans: (await spanMessages(ctx, projectId, [id])).get(id)! };
    if (attempt === attempts) throw notWhole(id, trace.expectedSpans!, trace.spanCount);
    await pause(pauseMilliseconds);
  }
}

const isWhole = ({ expectedSpans, spanCount }: Trace): boolean => expectedSpans === null || spanCount >= expectedSpans;

/** Those of some ids that are there, in the order asked for, each once. */
export async function readTraces(
  ctx: Context,
  projectId: string,
  ids: readonly string[],
  experimentIds?: readonly string[],
): Promise<Trace[]> {
  await openProject(ctx, projectId, 'run.read');
  const found = new Map((await findTraces(ctx, projectId, ids)).map((trace) => [trace.id, trace]));
  return [...new Set(ids)]
    .map((id) => found.get(id))
    .filter((trace) => trace !== undefined)
    .filter((trace) => !experimentIds || experimentIds.includes(trace.experimentId));
}

/** The same with their spans; those whose spans are not here, or not all, are left out. */
export async function readWholeTraces(
  ctx: Context,
  projectId: string,
  ids: readonly string[],
  experimentIds?: readonly string[],
): Promise<WholeTrace[]> {
  const traces = (await readTraces(ctx, projectId, ids, experimentIds)).filter(isWhole).filter((trace) => trace.spanCount > 0);
  if (traces.reduce((sum, trace) => sum + trace.sizeBytes, 0) > traceLimits.answerBytes) throw tooMuchAtOnce();
  const spans = await spanMessages(
    ctx,
    projectId,
    traces.map((trace) => trace.id),
  );
  return traces.map((trace) => ({ trace, spans: spans.get(trace.id)! }));
}
