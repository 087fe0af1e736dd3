import { findWorkload, type KeptWorkload, queueWorkload } from '../compute/index.ts';
import { findSnapshot, inputVariable } from '../data/index.ts';
import { resolveEnvironment } from '../environments/index.ts';
import { newId } from '../kit/ids.ts';
import { type Ref, recordUse, ref } from '../lineage/index.ts';
import { type Context, emit, invalidField, transaction } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { checkPatch, headCommit, resolveCommit } from '../repos/index.ts';
import { checkVariables, duplicateInput, type Job, type JobRow, type NewJob, presentJob } from './job.ts';
import { findJob, insertJob } from './job-store.ts';

/** Queues a command on a commit, in an environment, with named inputs. What it was given is fixed here; nothing of it is looked up again later. */
export async function startJob(
  ctx: Context,
  projectName: string,
  input: NewJob,
  /** Where it comes from when nobody asked for just this: its runs are marked with it. */
  from: { rerunOf?: string; reproductionId?: string; reproducedJobId?: string } = {},
): Promise<Job> {
  const project = await openProject(ctx, projectName, 'job.start', { forWork: true });
  checkVariables(input.variables ?? {});
  const commit = input.commit ? await resolveCommit(ctx, project.id, input.commit) : await headCommit(ctx, project.id);
  if (input.patch?.trim()) await checkPatch(ctx, project.id, commit, input.patch);
  const environment = await resolveEnvironment(ctx, project, input.environment);
  const inputs = await resolveInputs(ctx, project.id, input.inputs ?? []);
  const patch = input.patch?.trim() ? await ctx.platform.blobs.put(Buffer.from(input.patch)) : null;
  return transaction(ctx, async (tx) => {
    const id = newId('job');
    const name = input.name ?? nameOf(input.command);
    const workload = await queueWorkload(tx, {
      kind: 'job',
      subject: ref('job', id),
      projectId: project.id,
      ownerId: ctx.actor.id,
      name,
      ...(input.hardwareTier ? { hardwareTier: input.hardwareTier } : {}),
      timeoutSeconds: input.timeoutSeconds ?? null,
      environmentDigest: environment.digest,
      context: {
        jobId: id,
        commit,
        patchSha256: patch?.sha256 ?? null,
        environmentRevisionId: environment.revisionId,
        environmentDigest: environment.digest,
        inputs,
        variables: input.variables ?? {},
        command: input.command,
        ...(from.reproductionId ? { reproductionId: from.reproductionId } : {}),
        ...(from.reproducedJobId ? { reproducedJobId: from.reproducedJobId } : {}),
      },
    });
    await insertJob(tx, {
      id,
      projectId: project.id,
      name,
      command: input.command,
      commit,
      patchSha256: patch?.sha256 ?? null,
      environment: environment.name,
      environmentRevisionId: environment.revisionId,
      environmentDigest: environment.digest,
      hardwareTier: input.hardwareTier ?? null,
      inputs,
      variables: input.variables ?? {},
      timeoutSeconds: input.timeoutSeconds ?? null,
      retries: input.retries ?? 0,
      rerunOf: from.rerunOf ?? null,
      workloadId: workload.id,
      createdBy: ctx.actor.id,
    });
    const used: Ref[] = inputs.map((one) => ref('snapshot', one.snapshotId));
    if (commit) used.push(ref('commit', commit));
    if (environment.revisionId) used.push(ref('environment-revision', environment.revisionId));
    await recordUse(tx, project.id, ref('job', id), used);
    const job = await jobOf(tx, (await findJob(tx, id))!);
    await emit(tx, { verb: 'job.queued', object: { type: 'job', id, projectId: project.id }, data: job });
    return job;
  });
}

export async function jobOf(ctx: Context, row: JobRow): Promise<Job> {
  return presentJob(row, (await findWorkload(ctx, row.workloadId)) as KeptWorkload);
}

async function resolveInputs(ctx: Context, projectId: string, inputs: { name: string; snapshotId: string }[]) {
  const resolved: { name: string; snapshotId: string; datasetId: string }[] = [];
  for (const [index, { name, snapshotId }] of inputs.entries()) {
    if (resolved.some((one) => inputVariable(one.name) === inputVariable(name))) throw duplicateInput(name);
    const snapshot = await findSnapshot(ctx, snapshotId);
    if (!snapshot || snapshot.projectId !== projectId)
      throw invalidField(`/inputs/${index}/snapshotId`, `this project has no snapshot "${snapshotId}"`);
    resolved.push({ name, snapshotId, datasetId: snapshot.datasetId });
  }
  return resolved;
}

const nameOf = (command: string | string[]): string =>
  (Array.isArray(command) ? command.join(' ') : command).split('\n')[0]!.slice(0, 120) || 'job';
