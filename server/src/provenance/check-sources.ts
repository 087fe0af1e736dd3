import { finished } from 'node:stream/promises';
import { artifactsUnder } from '../artifacts/index.ts';
import { verifySnapshot } from '../data/index.ts';
import { environmentForRun, verifyEnvironment } from '../environments/index.ts';
import { type Job, type JobRow, jobOf } from '../jobs/index.ts';
import { canonicalJson } from '../kit/canonical-json.ts';
import { ref } from '../lineage/index.ts';
import type { Context } from '../platform/index.ts';
import { verifyCommit } from '../repos/index.ts';
import { dataOf, type RunRow, runsOfJob } from '../tracking/index.ts';
import { Impossible } from './reproduction.ts';

/**
 * Whether everything that a job was given, and what it made, is there as it was. Every byte is read against its digest, since a reproduction
 * from changed sources that happens to come out the same would prove nothing.
 *
 * @throws Impossible with the first cause found
 */
export async function checkSources(ctx: Context, row: JobRow): Promise<void> {
  const job = await jobOf(ctx, row);
  if (job.state !== 'succeeded') throw new Impossible('job-not-succeeded', `Job ${job.id} is ${job.state}.`);
  await checkRecord(ctx, job);
  const runs = await checkRuns(ctx, job);
  await checkCode(ctx, job);
  await checkEnvironment(ctx, job);
  for (const { snapshotId } of job.inputs) {
    const fault = await verifySnapshot(ctx, snapshotId);
    if (fault) throw new Impossible('data-changed', fault);
  }
  await checkResults(ctx, runs);
}

/** The row against the sealed event of its beginning: what the job was given can be changed in the table, not in the chain. */
async function checkRecord(ctx: Context, job: Job): Promise<void> {
  const event = await ctx.db
    .selectFrom('events')
    .select('payload')
    .where('verb', '=', 'job.queued')
    .where('objectType', '=', 'job')
    .where('objectId', '=', job.id)
    .executeTakeFirst();
  if (!event) throw new Impossible('record-changed', `The record holds no beginning of job ${job.id}.`);
  const begun = (event.payload ?? {}) as unknown as Partial<Job>;
  for (const field of [
    'command',
    'commit',
    'patchSha256',
    'environmentRevisionId',
    'inputs',
    'variables',
    'hardwareTier',
  ] as const) {
    if (canonicalJson(begun[field] ?? null) !== canonicalJson(job[field] ?? null))
      throw new Impossible('record-changed', `The ${field} of job ${job.id} is not what it was when the job was started.`);
  }
}

async function checkRuns(ctx: Context, job: Job): Promise<RunRow[]> {
  const runs = await runsOfJob(ctx, job.id);
  if (runs.length === 0) throw new Impossible('nothing-recorded');
  const open = runs.find((run) => run.status === 'running' || run.status === 'scheduled');
  if (open) throw new Impossible('run-not-finished', `Run ${open.id} of the job was never finished.`);
  return runs;
}

async function checkCode(ctx: Context, job: Job): Promise<void> {
  if (job.commit) {
    const fault = await verifyCommit(ctx, job.projectId, job.commit);
    if (fault) throw new Impossible('commit-missing', fault);
  }
  if (job.patchSha256) await checkBytes(ctx, job.patchSha256, 'patch-missing', 'The patch');
}

async function checkEnvironment(ctx: Context, job: Job): Promise<void> {
  const { environmentRevisionId: id } = job;
  if (!id)
    throw new Impossible('environment-not-recorded', 'The job ran on the machine’s own Python, of which nothing was recorded.');
  const { state, digest } = await environmentForRun(ctx, id);
  if (state !== 'ready' && state !== 'deprecated')
    throw new Impossible('environment-not-usable', `Environment revision ${id} is ${state}.`);
  if (job.environmentDigest && digest !== job.environmentDigest)
    throw new Impossible('environment-changed', `Revision ${id} no longer has the digest that the job ran with.`);
  const check = await verifyEnvironment(ctx, id);
  if (check.state === 'not-recorded')
    throw new Impossible('environment-not-recorded', `No list of files was kept when revision ${id} was built. Build it again.`);
  if (check.state === 'absent')
    throw new Impossible('environment-not-usable', `Revision ${id} is not on this machine any more. Build it again.`);
  if (check.state === 'changed')
    throw new Impossible('environment-changed', `Changed since it was built: ${check.paths.slice(0, 5).join(', ')}.`);
}

/** The bytes of what the job made: a file that no longer has its digest is nothing to compare with. */
async function checkResults(ctx: Context, runs: readonly RunRow[]): Promise<void> {
  const data = await dataOf(
    ctx,
    runs.map((run) => run.id),
  );
  for (const run of runs) {
    const owners = [ref('run', run.id), ...data.get(run.id)!.models.map((model) => ref('logged-model', model.id))];
    for (const owner of owners)
      for (const { path, sha256 } of await artifactsUnder(ctx, owner, ''))
        await checkBytes(ctx, sha256, 'result-changed', `"${path}" of ${owner}`);
  }
}

/** Reads a blob to its end against its digest. */
export async function checkBytes(
  ctx: Context,
  sha256: string,
  cause: 'patch-missing' | 'result-changed',
  what: string,
): Promise<void> {
  try {
    await finished((await ctx.platform.blobs.read(sha256)).resume());
  } catch (error) {
    throw new Impossible(cause, `${what}: ${(error as Error).message}`);
  }
}
