import { artifactsWithMakers, insertArtifacts } from '../artifacts/index.ts';
import { findWorkload } from '../compute/index.ts';
import { findJob } from '../jobs/index.ts';
import { newId } from '../kit/ids.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { runsOfJob } from '../tracking/index.ts';
import type { ModelRow } from './model.ts';
import { findRehearsed, insertModel } from './model-store.ts';
import { filesRefOf, type VersionRow } from './version.ts';
import { findVersion, insertVersion, numbersFromRuns } from './version-store.ts';

/**
 * A job that runs again to prove another runs the same script, and the script may register what it made. That must not leave a second version, or
 * move an alias, and the script must not notice: what it registered it can load, by number and by alias, and it is what this run made, never what
 * the first run made. So it works on copies that only its reproduction sees, and what it did to them is an event of the reproduction. Nothing of it
 * passes a gate: nobody else can reach it.
 */
export interface Rehearsal {
  reproductionId: string;
  /** The job that is made again. */
  jobId: string;
}

/** Null for everybody but a job that runs again to prove another. */
export async function rehearsalOf(ctx: Context): Promise<Rehearsal | null> {
  const { workloadId } = ctx.actor;
  if (!workloadId) return null;
  const { reproductionId, reproducedJobId } = (await findWorkload(ctx, workloadId))?.context ?? {};
  return reproductionId && reproducedJobId ? { reproductionId, jobId: reproducedJobId } : null;
}

/** The copy of a model that a rehearsal works on, made at its first write. */
export async function rehearsedModel(
  ctx: Context,
  rehearsal: Rehearsal,
  real: ModelRow | null,
  as: { projectId: string; name: string; description?: string; tags?: Record<string, string> },
): Promise<ModelRow> {
  const { reproductionId } = rehearsal;
  return transaction(ctx, async (tx) => {
    const { id: _id, ...words } = real ?? { id: '' };
    await insertModel(
      tx,
      {
        description: '',
        intendedUse: '',
        tags: {},
        ...pick(words),
        ...as,
        id: newId('mdl'),
      },
      { rehearsalOf: reproductionId, standsFor: real?.id ?? null },
    );
    return (await findRehearsed(tx, reproductionId, as.projectId, as.name))!;
  });
}

const pick = (words: Partial<ModelRow>) => ({
  ...(words.description === undefined ? {} : { description: words.description }),
  ...(words.intendedUse === undefined ? {} : { intendedUse: words.intendedUse }),
  ...(words.tags === undefined ? {} : { tags: words.tags }),
});

/** A copy of a version, for a rehearsal that changes it. Its files are the same. */
export async function rehearsedVersion(ctx: Context, model: ModelRow, version: VersionRow): Promise<VersionRow> {
  return transaction(ctx, async (tx) => {
    const id = newId('ver');
    await insertVersion(
      tx,
      {
        id,
        modelId: model.id,
        projectId: version.projectId,
        digest: version.digest,
        sizeBytes: version.sizeBytes,
        fileCount: version.fileCount,
        flavors: version.flavors,
        signature: version.signature,
        sourceKind: version.sourceKind,
        sourceRunId: version.sourceRunId,
        sourceModelId: version.sourceModelId,
        sourceVersionId: version.sourceVersionId,
        sourcePath: version.sourcePath,
        description: version.description,
        tags: version.tags,
      },
      version.number,
    );
    await insertArtifacts(tx, filesRefOf(id), version.projectId, await artifactsWithMakers(tx, filesRefOf(version.id), ''));
    return (await findVersion(tx, id))!;
  });
}

/** The number that a version gets in a rehearsal: the one that the first run was given for it, as the script may log it. */
export async function numberAsThen(tx: Context, rehearsal: Rehearsal, model: ModelRow): Promise<number> {
  const then = model.standsFor
    ? await numbersFromRuns(
        tx,
        model.standsFor,
        (await runsOfJob(tx, rehearsal.jobId)).map((run) => run.id),
      )
    : [];
  const taken = await numbersFromRuns(tx, model.id, null);
  const next = 1 + Math.max(0, ...taken, ...(model.standsFor ? await numbersFromRuns(tx, model.standsFor, null) : []));
  return then.find((number) => !taken.includes(number)) ?? next;
}

/** Whether a model was made by the job that is made again, or after it: then it was not there when the script began. */
export async function wasMadeSince(ctx: Context, rehearsal: Rehearsal, model: ModelRow): Promise<boolean> {
  const job = await findJob(ctx, rehearsal.jobId);
  return job !== null && model.createdAt >= job.createdAt;
}

/** The event of a change; of a rehearsed one it is that of the reproduction. */
export async function tell(
  tx: Context,
  rehearsalOf: string | null,
  event: { verb: string; object: { type: string; id: string; projectId: string }; data: object },
): Promise<void> {
  if (rehearsalOf === null) return emit(tx, event);
  const object = { type: 'reproduction', id: rehearsalOf, projectId: event.object.projectId };
  await emit(tx, { verb: 'reproduction.rehearsed', object, data: { rehearsed: event.verb, ...event.data } });
}
