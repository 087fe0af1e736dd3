import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findWorkload, type Launch, queueWorkload, usableTier, type Workload, type WorkloadKind } from '../compute/index.ts';
import { inputVariable, materialiseSnapshot } from '../data/index.ts';
import { environmentForRun } from '../environments/index.ts';
import { type Context, emit, Problem } from '../platform/index.ts';
import { materialise } from '../repos/index.ts';
import { type JobRow, jobStateOf } from './job.ts';
import { findJob, setWorkload } from './job-store.ts';
import { jobOf } from './start-job.ts';

/** How compute runs a job: what to lay out before, and what to record at each change of state. */
export const jobKind: WorkloadKind = {
  kind: 'job',

  async waitsFor(tx, workload) {
    const revisionId = workload.context.environmentRevisionId;
    if (!revisionId) return null;
    const environment = await environmentForRun(tx, revisionId);
    return environment.state === 'building' ? `Waits for its environment, which is being built (${revisionId}).` : null;
  },

  async prepare(ctx, workload, folder): Promise<Launch> {
    const { commit = null, patchSha256, environmentRevisionId, inputs = [], variables = {}, command = [] } = workload.context;
    const workingFolder = join(folder, 'work');
    // Nothing has run here yet. What a server laid out that died before the start would be in the way: a patch adds a file once.
    await rm(workingFolder, { recursive: true, force: true });
    const patch = patchSha256 ? await text(await ctx.platform.blobs.read(patchSha256)) : null;
    await materialise(ctx, workload.projectId!, commit, patch, workingFolder);
    const readOnlyPaths: string[] = [];
    const environment: Record<string, string> = { ...steadyVariables(workload), ...variables };
    for (const { name, snapshotId } of inputs) {
      const target = join(folder, 'inputs', name);
      await materialiseSnapshot(ctx, snapshotId, target);
      environment[inputVariable(name)] = target;
      readOnlyPaths.push(target);
    }
    if (environmentRevisionId) {
      const built = await environmentForRun(ctx, environmentRevisionId, { mustBeHere: true });
      Object.assign(environment, built.variables, {
        VIRTUAL_ENV: built.folder,
        PATH: `${built.folder}/bin:/usr/local/bin:/usr/bin:/bin`,
      });
      readOnlyPaths.push(built.folder);
    }
    environment.PYTHONUNBUFFERED = '1';
    return { command: Array.isArray(command) ? command : ['/bin/sh', '-c', command], environment, workingFolder, readOnlyPaths };
  },

  async changed(tx, workload) {
    const job = await findJob(tx, workload.context.jobId!);
    if (!job || job.workloadId !== workload.id) return;
    const now = await jobOf(tx, job);
    const state = jobStateOf(workload.state);
    if (workload.state === 'stopping') return;
    const verb =
      state === 'starting' || state === 'running' ? `job.${state === 'running' ? 'started' : 'starting'}` : 'job.finished';
    await emit(tx, { verb, object: { type: 'job', id: job.id, projectId: job.projectId }, data: now });
    if (verb === 'job.finished' && ['failed', 'lost'].includes(state) && workload.attempt <= job.retries)
      await retry(tx, workload, job.id);
  },
};

/**
 * What makes the same program do the same again: as many threads as the tier had cores when the job was queued, whatever the machine has,
 * and one order of sets and dictionaries.
 */
function steadyVariables(workload: Pick<Workload, 'tier'>): Record<string, string> {
  const threads = String(Math.max(1, Math.floor(workload.tier.cpuCores ?? 1)));
  const pools = ['OMP', 'OPENBLAS', 'MKL', 'NUMEXPR', 'VECLIB'].map((library) => [
    `${library}_${library === 'VECLIB' ? 'MAXIMUM' : 'NUM'}_THREADS`,
    threads,
  ]);
  return { ...Object.fromEntries(pools), PYTHONHASHSEED: '0' };
}

/** Those of the newest attempt of a job. */
export async function steadyVariablesOf(ctx: Context, job: JobRow): Promise<Record<string, string>> {
  return steadyVariables((await findWorkload(ctx, job.workloadId))!);
}

/** Another attempt after failed or lost, as the job asked for; it is a workload of its own. None when its tier can no longer be had. */
async function retry(tx: Context, workload: Workload, jobId: string): Promise<void> {
  try {
    await usableTier(tx, workload.tierId);
  } catch (error) {
    // The end of this attempt is written in the same transaction, and must be whatever becomes of the next one.
    if (error instanceof Problem) return;
    throw error;
  }
  const next = await queueWorkload(tx, {
    kind: 'job',
    subject: workload.subject,
    projectId: workload.projectId,
    ownerId: workload.ownerId,
    name: workload.name,
    hardwareTier: workload.tierId,
    timeoutSeconds: workload.timeoutSeconds,
    environmentDigest: workload.environmentDigest,
    context: workload.context,
    attempt: workload.attempt + 1,
  });
  await setWorkload(tx, jobId, next.id);
  const job = await jobOf(tx, (await findJob(tx, jobId))!);
  await emit(tx, { verb: 'job.retried', object: { type: 'job', id: jobId, projectId: workload.projectId }, data: job });
}
