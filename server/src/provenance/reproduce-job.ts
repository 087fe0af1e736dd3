import { againAs, type JobRow, openJob, startJob, steadyVariablesOf } from '../jobs/index.ts';
import { newId } from '../kit/ids.ts';
import { type Ref, recordProduct, recordUse, ref } from '../lineage/index.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { checkSources } from './check-sources.ts';
import { Impossible, type Reproduction } from './reproduction.ts';
import { findReproduction, insertReproduction, moveReproduction } from './reproduction-store.ts';

/** Makes again what a job made. The answer comes at once; the verdict when the new job has ended and was compared. */
export async function reproduceJob(ctx: Context, id: string): Promise<Reproduction> {
  const row = await openJob(ctx, id, 'job.start');
  return reproduce(ctx, row.projectId, row, ref('job', id));
}

/** `subject` is what was asked about; its verdict rests on the job behind it. The caller has asked for the right to start jobs. */
export async function reproduce(
  ctx: Context,
  projectId: string,
  /** Null: no job is known behind it. */
  row: JobRow | null,
  subject: Ref,
  /** What must hold of the subject besides what holds of its job. @throws Impossible */
  checkSubject: () => Promise<void> = async () => {},
): Promise<Reproduction> {
  const id = newId('rep');
  await transaction(ctx, async (tx) => {
    await insertReproduction(tx, { id, projectId, subjectRef: subject, jobId: row?.id ?? null });
    await recordUse(tx, projectId, ref('reproduction', id), row ? [subject, ref('job', row.id)] : [subject]);
    await emitReproduction(tx, 'reproduction.started', id);
  });
  try {
    if (!row) throw new Impossible('no-job');
    await checkSubject();
    await checkSources(ctx, row);
    await startAgain(ctx, row, id);
  } catch (error) {
    if (!(error instanceof Impossible)) {
      await finishReproduction(ctx, id, {
        verdict: 'impossible',
        cause: 'rebuild-failed',
        causeDetail: (error as Error).message,
      });
      throw error;
    }
    await finishReproduction(ctx, id, { verdict: 'impossible', cause: error.cause, causeDetail: error.message });
  }
  return (await findReproduction(ctx, id))!;
}

/** In one transaction, so that the new job is never without its reproduction. */
async function startAgain(ctx: Context, row: JobRow, id: string): Promise<void> {
  const again = await againAs(ctx, row);
  // The tier may have changed since: threads and hashing are those of then, said outright.
  const variables = { ...(await steadyVariablesOf(ctx, row)), ...row.variables };
  await transaction(ctx, async (tx) => {
    const job = await startJob(
      tx,
      row.projectId,
      { ...again, name: `reproduce: ${row.name}`.slice(0, 120), variables, retries: 0 },
      { reproductionId: id, reproducedJobId: row.id },
    );
    await moveReproduction(tx, id, ['rebuilding'], { newJobId: job.id });
    await recordProduct(tx, row.projectId, ref('reproduction', id), [ref('job', job.id)]);
  });
}

export async function finishReproduction(
  ctx: Context,
  id: string,
  end: Pick<Parameters<typeof moveReproduction>[3], 'verdict' | 'cause' | 'causeDetail' | 'compared' | 'differences'>,
): Promise<void> {
  await transaction(ctx, async (tx) => {
    if (await moveReproduction(tx, id, ['rebuilding', 'comparing', 'scoring'], { ...end, state: 'finished' }))
      await emitReproduction(tx, 'reproduction.finished', id);
  });
}

export async function emitReproduction(tx: Context, verb: string, id: string): Promise<void> {
  const reproduction = (await findReproduction(tx, id))!;
  await emit(tx, { verb, object: { type: 'reproduction', id, projectId: reproduction.projectId }, data: reproduction });
}
