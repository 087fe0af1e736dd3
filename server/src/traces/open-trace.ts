import { inProject, require } from '../access/index.ts';
import { findWorkload } from '../compute/index.ts';
import type { Context } from '../platform/index.ts';
import { type Trace, traceGone } from './trace.ts';
import { findTrace, type TraceSource } from './trace-store.ts';

/** A trace of a project after asking for a right in it; one of another project is not there. */
export async function openTrace(
  ctx: Context,
  projectId: string,
  id: string,
  action: 'run.read' | 'run.write' | 'artifact.read' | 'artifact.write',
): Promise<Trace> {
  const trace = await findTrace(ctx, projectId, id);
  if (!trace) {
    ctx.decided.add(action);
    throw traceGone(id);
  }
  await require(ctx, action, inProject('trace', id, projectId, trace.name ?? id));
  return trace;
}

/** Where what is told now comes from: the token names the workload, and the workload knows. */
export async function sourceOf(ctx: Context, projectId: string, experimentId: string): Promise<TraceSource> {
  const workload = ctx.actor.workloadId ? await findWorkload(ctx, ctx.actor.workloadId) : null;
  const given = workload?.context ?? {};
  return {
    projectId,
    experimentId,
    origin: given.jobId ? 'job' : given.workspaceId ? 'workspace' : 'outside',
    workloadId: workload?.id ?? null,
    jobId: given.jobId ?? null,
  };
}
