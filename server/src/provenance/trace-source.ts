import { type Static, Type } from 'typebox';
import { findDataset, findSnapshot } from '../data/index.ts';
import { findEnvironment, findRevision as findEnvironmentRevision } from '../environments/index.ts';
import { findJob, jobOf } from '../jobs/index.ts';
import { ref } from '../lineage/index.ts';
import { nameOfSubject } from '../people/index.ts';
import { type Context, nullable, Problem, timestamp } from '../platform/index.ts';
import { approvalsOf } from '../policies/index.ts';
import { nameOfVersion, type VersionRow, versionSubject } from '../registry/index.ts';
import { listCommits } from '../repos/index.ts';
import { findRun, type RunRow } from '../tracking/index.ts';

const personSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  parts: Type.Array(Type.String(), { description: 'What they did: registered, ran, wrote, approved, asked, deployed, called.' }),
});

/** The way back from a model version to what it was made of. A link is null where it is missing; `missing` says why. */
export const sourceFields = {
  modelVersion: nullable(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      number: Type.Integer(),
      address: Type.String(),
      digest: Type.String(),
      projectSlug: Type.String(),
      createdAt: timestamp,
    }),
  ),
  run: nullable(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      status: Type.String(),
      origin: Type.String(),
      startedAt: timestamp,
      endedAt: nullable(timestamp),
    }),
  ),
  job: nullable(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      state: Type.String(),
      command: Type.Unknown(),
      startedAt: nullable(timestamp),
      finishedAt: nullable(timestamp),
    }),
  ),
  commit: nullable(Type.String()),
  code: nullable(Type.Object({ message: Type.String(), author: Type.String(), at: timestamp })),
  patch: nullable(Type.String({ description: 'SHA-256 of the patch that was applied on the commit; null with none.' })),
  environment: nullable(
    Type.Object({
      revisionId: Type.String(),
      environmentId: Type.String(),
      name: Type.String(),
      number: Type.Integer(),
      lockDigest: Type.String(),
      python: nullable(Type.String()),
      platform: nullable(Type.String()),
    }),
  ),
  datasets: Type.Array(
    Type.Object({
      name: Type.String({ description: 'What the job called it.' }),
      snapshotId: Type.String(),
      datasetId: Type.String(),
      datasetName: nullable(Type.String()),
      number: nullable(Type.Integer({ description: 'Of the snapshot in its dataset.' })),
      rowCount: nullable(Type.Integer({ description: 'Rows of its tables, once they were counted.' })),
      digest: nullable(Type.String()),
    }),
  ),
  people: Type.Array(personSchema),
  approvals: Type.Array(
    Type.Object({
      id: Type.String(),
      channel: Type.String(),
      state: Type.String(),
      requestedBy: Type.String(),
      decidedBy: nullable(Type.String()),
      decidedAt: nullable(timestamp),
      comment: Type.String(),
    }),
  ),
  missing: Type.Array(Type.Object({ field: Type.String(), reason: Type.String() })),
};
export const sourceSchema = Type.Object(sourceFields);
export type Source = Static<typeof sourceSchema>;

/** Follows the recorded links from a version back: run, job, commit, patch, environment, data, people, approvals. */
export async function traceSource(ctx: Context, version: VersionRow | null): Promise<Source> {
  const missing: Source['missing'] = [];
  const miss = (field: string, reason: string): null => {
    missing.push({ field, reason });
    return null;
  };
  if (!version) {
    for (const field of ['modelVersion', 'run', 'job', 'commit', 'environment', 'datasets'])
      miss(field, 'The model version that answered is not on record any more.');
    return { ...nothing, missing };
  }
  const run = version.sourceRunId ? await findRun(ctx, version.sourceRunId) : null;
  const job = run?.jobId ? await findJob(ctx, run.jobId) : null;
  const whole = job && (await jobOf(ctx, job));
  if (!run) miss('run', 'The version was registered from files that no run here had logged.');
  const why = whyNoJob(run);
  const approvals = await approvalsOf(ctx, ref('version', version.id));
  const commit = run?.commit ?? null;
  const people = new People();
  people.did(version.createdBy, 'registered');
  if (whole) people.did(whole.createdBy, 'ran');
  for (const id of (await versionSubject(ctx, version)).authorIds) if (!people.knows(id)) people.did(id, 'wrote');
  for (const approval of approvals) {
    people.did(approval.requestedBy.id, 'asked');
    if (approval.decidedBy) people.did(approval.decidedBy.id, approval.state);
  }
  return {
    modelVersion: presentVersion(version),
    run: run && {
      id: run.id,
      name: run.name,
      status: run.status,
      origin: run.origin,
      startedAt: new Date(run.startTime).toISOString(),
      endedAt: run.endTime === null ? null : new Date(run.endTime).toISOString(),
    },
    job: whole
      ? {
          id: whole.id,
          name: whole.name,
          state: whole.state,
          command: whole.command,
          startedAt: whole.startedAt,
          finishedAt: whole.finishedAt,
        }
      : miss('job', why),
    commit: commit ?? miss('commit', whole ? 'The project had no code when the job was started.' : why),
    code: commit && run ? await codeOf(ctx, run.projectId, commit) : null,
    patch: run?.patchSha256 ?? null,
    environment:
      (await environmentOf(ctx, run)) ??
      miss('environment', whole ? 'The job ran on the machine’s own Python, which is not locked.' : why),
    datasets:
      run && run.snapshots.length > 0
        ? await datasetsOf(ctx, run)
        : (miss('datasets', whole ? 'The job was given no named input.' : why) ?? []),
    people: await people.named(ctx),
    approvals: approvals.map(({ id, channel, state, requestedBy, decidedBy, decidedAt, comment }) => ({
      id,
      channel,
      state,
      requestedBy: requestedBy.name,
      decidedBy: decidedBy?.name ?? null,
      decidedAt,
      comment,
    })),
    missing,
  };
}

/** A version as what was traced, or made again, is called. */
export const presentVersion = (version: VersionRow): NonNullable<Source['modelVersion']> => ({
  id: version.id,
  name: version.modelName,
  number: version.number,
  address: nameOfVersion(version),
  digest: version.digest,
  projectSlug: version.projectSlug,
  createdAt: version.createdAt,
});

const nothing: Omit<Source, 'missing'> = {
  modelVersion: null,
  run: null,
  job: null,
  commit: null,
  code: null,
  patch: null,
  environment: null,
  datasets: [],
  people: [],
  approvals: [],
};

function whyNoJob(run: RunRow | null): string {
  if (!run) return 'No run is known behind the version.';
  if (run.origin === 'outside') return 'The run was logged from outside of Plinth, where nothing records it.';
  return 'The run was logged in a workspace, by hand and not by a job.';
}

/** Null when the repository no longer has the commit: its digest is known all the same. */
async function codeOf(ctx: Context, projectId: string, commit: string): Promise<Source['code']> {
  try {
    const { items } = await listCommits(ctx, projectId, { revision: commit, limit: 0 });
    return items[0] ? { message: items[0].subject, author: items[0].author, at: items[0].time } : null;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

async function environmentOf(ctx: Context, run: RunRow | null): Promise<Source['environment']> {
  const revision = run?.environmentRevisionId ? await findEnvironmentRevision(ctx, run.environmentRevisionId) : null;
  if (!revision) return null;
  return {
    revisionId: revision.id,
    environmentId: revision.environmentId,
    name: (await findEnvironment(ctx, revision.environmentId))?.name ?? revision.environmentId,
    number: revision.number,
    lockDigest: run!.environmentDigest ?? revision.digest ?? '',
    python: revision.python,
    platform: revision.platform,
  };
}

async function datasetsOf(ctx: Context, run: RunRow): Promise<Source['datasets']> {
  return Promise.all(
    run.snapshots.map(async ({ name, snapshotId, datasetId }) => {
      const snapshot = await findSnapshot(ctx, snapshotId);
      return {
        name,
        snapshotId,
        datasetId,
        datasetName: (await findDataset(ctx, datasetId))?.name ?? null,
        number: snapshot?.number ?? null,
        rowCount: snapshot?.profile.tables?.reduce((sum, table) => sum + table.rowCount, 0) ?? null,
        digest: snapshot?.digest ?? null,
      };
    }),
  );
}

/** Who had a part in it, in the order in which they came in. */
export class People {
  readonly #parts = new Map<string, Set<string>>();

  did(id: string, part: string): void {
    this.#parts.set(id, (this.#parts.get(id) ?? new Set()).add(part));
  }

  knows(id: string): boolean {
    return this.#parts.has(id);
  }

  async named(ctx: Context): Promise<Source['people']> {
    return Promise.all(
      [...this.#parts].map(async ([id, parts]) => ({ id, name: await nameOfSubject(ctx.db, id), parts: [...parts] })),
    );
  }
}
