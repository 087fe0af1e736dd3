import { type Expression, type SqlBool, sql } from 'kysely';
import { subjectName } from '../people/index.ts';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Comparison, Retraining, RetrainingState } from './retraining.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    retrainings: Omit<Retraining, 'comparison' | 'createdByName' | 'createdAt' | 'versionName' | 'newVersionName'> & {
      tablePath: string;
      inputName: string;
      comparison: string | null;
      createdAt: Generated<string>;
      updatedAt: Generated<string>;
    };
  }
}

/** With what its jobs need to know. */
export type RetrainingRow = Retraining & { tablePath: string; inputName: string };

const versionName = (column: string) =>
  sql<
    string | null
  >`(select 'models:/' || m.name || '/' || v.number from model_versions v join registered_models m on m.id = v.model_id where v.id = ${sql.ref(column)})`;

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('retrainings')
    .selectAll('retrainings')
    .select([
      subjectName(sql.ref('retrainings.created_by')).as('createdByName'),
      versionName('retrainings.version_id').as('versionName'),
      versionName('retrainings.new_version_id').as('newVersionName'),
    ]);

const as = <T>(row: unknown): T => row as T;

export async function findRetraining(ctx: Context, id: string): Promise<RetrainingRow | null> {
  return as((await select(ctx).where('retrainings.id', '=', id).executeTakeFirst()) ?? null);
}

/** The one that trains or compares by a job. */
export async function findByJob(ctx: Context, jobId: string): Promise<RetrainingRow | null> {
  return as(
    (await select(ctx)
      .where((eb) => eb.or([eb('retrainings.jobId', '=', jobId), eb('retrainings.comparisonJobId', '=', jobId)]))
      .executeTakeFirst()) ?? null,
  );
}

export async function findUnderWay(ctx: Context, deploymentId: string, channel: string): Promise<RetrainingRow | null> {
  return as(
    (await select(ctx)
      .where('retrainings.deploymentId', '=', deploymentId)
      .where('retrainings.channel', '=', channel)
      .where('retrainings.state', 'in', ['training', 'comparing'])
      .executeTakeFirst()) ?? null,
  );
}

export const retrainingList = defineList({
  name: 'retrainings',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('retrainings.id'),
    projectId: fields.text('retrainings.projectId'),
    deploymentId: fields.text('retrainings.deploymentId'),
    deploymentName: fields.text('retrainings.deploymentName'),
    channel: fields.text('retrainings.channel'),
    alertId: fields.text('retrainings.alertId', { nullable: true }),
    state: fields.text('retrainings.state'),
    createdAt: fields.time('retrainings.createdAt'),
    finishedAt: fields.time('retrainings.finishedAt', { nullable: true }),
  },
});

export async function listRetrainings(
  ctx: Context,
  {
    readable,
    projectId,
    deployment,
    alertId,
  }: { readable: Expression<SqlBool>; projectId: string | null; deployment?: string | undefined; alertId?: string | undefined },
  query: ListQuery,
): Promise<Page<Retraining>> {
  let rows = select(ctx).where(readable);
  if (projectId) rows = rows.where('retrainings.projectId', '=', projectId);
  if (deployment !== undefined)
    rows = rows.where((eb) =>
      eb.or([eb('retrainings.deploymentId', '=', deployment), eb('retrainings.deploymentName', '=', deployment)]),
    );
  if (alertId !== undefined) rows = rows.where('retrainings.alertId', '=', alertId);
  return as(await readPage(retrainingList, rows, query));
}

export async function insertRetraining(
  tx: Context,
  row: Pick<
    RetrainingRow,
    | 'id'
    | 'projectId'
    | 'monitorId'
    | 'deploymentId'
    | 'deploymentName'
    | 'channel'
    | 'alertId'
    | 'versionId'
    | 'sourceJobId'
    | 'snapshotId'
    | 'referenceSnapshotId'
    | 'tablePath'
    | 'inputName'
    | 'target'
    | 'referenceRows'
    | 'recentRows'
  >,
): Promise<void> {
  await tx.db
    .insertInto('retrainings')
    .values({
      ...row,
      state: 'training',
      stateReason: null,
      jobId: null,
      newVersionId: null,
      comparisonJobId: null,
      comparison: null,
      createdBy: tx.actor.id,
      finishedAt: null,
    })
    .execute();
}

/** Moves it on, if it is still in the state it is moved from. @returns whether it was */
export async function moveRetraining(
  tx: Context,
  id: string,
  from: RetrainingState,
  change: {
    state?: RetrainingState;
    stateReason?: string | null;
    jobId?: string;
    newVersionId?: string;
    comparisonJobId?: string;
    comparison?: Comparison;
    finishedAt?: string;
  },
): Promise<boolean> {
  const { comparison, ...plain } = change;
  const result = await tx.db
    .updateTable('retrainings')
    .set({ ...plain, ...(comparison ? { comparison: JSON.stringify(comparison) } : {}), updatedAt: sql<string>`now()` })
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}
