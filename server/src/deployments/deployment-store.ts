import { type Expression, type SqlBool, sql } from 'kysely';
import type { WorkloadState } from '../compute/index.ts';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Channel } from '../policies/index.ts';
import type { ReplicaState, RevisionCause, RevisionState, Share } from './deployment.ts';
import type { ModelDescription } from './gateway/replica-connection.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    deployments: {
      id: string;
      projectId: string;
      name: string;
      traffic: Generated<string>;
      version: Generated<number>;
      createdBy: string;
      createdAt: Generated<string>;
      updatedAt: Generated<string>;
      stoppedAt: string | null;
      deletedAt: string | null;
    };
    deploymentRevisions: {
      id: string;
      deploymentId: string;
      channel: Channel;
      number: number;
      versionId: string;
      digest: string;
      environmentRevisionId: string;
      hardwareTier: string | null;
      replicas: number;
      state: RevisionState;
      stateReason: string | null;
      cause: RevisionCause;
      approvalId: string | null;
      description: string | null;
      createdBy: string;
      createdAt: Generated<string>;
      servingFrom: string | null;
      servingUntil: string | null;
    };
    deploymentChannels: {
      deploymentId: string;
      name: Channel;
      model: string;
      followedModelId: string | null;
      followedAlias: string | null;
      replicas: number;
      hardwareTier: string | null;
      servingRevisionId: string | null;
      candidateRevisionId: string | null;
    };
    deploymentReplicas: {
      workloadId: string;
      deploymentId: string;
      revisionId: string;
      slot: number;
      state: ReplicaState;
      stateReason: string | null;
      lastLines: string | null;
      crashes: Generated<number>;
      createdAt: Generated<string>;
      readyAt: string | null;
      drainUntil: string | null;
      endedAt: string | null;
    };
  }
}

/** Said after every change of what runs or where requests go, in its transaction: gateways and supervisors look again. */
export const deploymentsChannel = 'plinth_deployments';

export interface DeploymentRow {
  id: string;
  projectId: string;
  projectSlug: string;
  name: string;
  traffic: Share[];
  version: number;
  createdBy: string;
  createdByName: string;
  createdAt: string;
  updatedAt: string;
  stoppedAt: string | null;
  deletedAt: string | null;
}

export interface ChannelRow {
  deploymentId: string;
  name: Channel;
  model: string;
  followedModelId: string | null;
  followedAlias: string | null;
  replicas: number;
  hardwareTier: string | null;
  servingRevisionId: string | null;
  candidateRevisionId: string | null;
}

export interface RevisionRow {
  id: string;
  deploymentId: string;
  channel: Channel;
  number: number;
  versionId: string;
  versionNumber: number;
  modelId: string;
  modelName: string;
  digest: string;
  environmentRevisionId: string;
  hardwareTier: string | null;
  replicas: number;
  state: RevisionState;
  stateReason: string | null;
  cause: RevisionCause;
  approvalId: string | null;
  description: ModelDescription | null;
  createdBy: string;
  createdByName: string;
  createdAt: string;
  servingFrom: string | null;
  servingUntil: string | null;
}

export interface ReplicaRow {
  workloadId: string;
  deploymentId: string;
  revisionId: string;
  slot: number;
  state: ReplicaState;
  stateReason: string | null;
  lastLines: string | null;
  crashes: number;
  createdAt: string;
  readyAt: string | null;
  drainUntil: string | null;
  endedAt: string | null;
  host: string | null;
  folder: string | null;
  workloadState: WorkloadState;
  workloadReason: string | null;
  /** Its end was asked for already. */
  cancelRequestedAt: string | null;
}

const nameOf = (column: string) =>
  sql<string>`coalesce((select name from people where id = ${sql.ref(column)}), (select name from service_accounts where id = ${sql.ref(column)}), ${sql.ref(column)})`;
const as = <T>(row: unknown): T => row as T;

const selectDeployments = (ctx: Context) =>
  ctx.db
    .selectFrom('deployments')
    .innerJoin('projects', 'projects.id', 'deployments.projectId')
    .selectAll('deployments')
    .select('projects.slug as projectSlug')
    .select(nameOf('deployments.created_by').as('createdByName'))
    .where('deployments.deletedAt', 'is', null)
    .where('projects.deletedAt', 'is', null);

export const selectRevisions = (ctx: Context) =>
  ctx.db
    .selectFrom('deploymentRevisions')
    .innerJoin('modelVersions', 'modelVersions.id', 'deploymentRevisions.versionId')
    .innerJoin('registeredModels', 'registeredModels.id', 'modelVersions.modelId')
    .selectAll('deploymentRevisions')
    .select(['modelVersions.number as versionNumber', 'registeredModels.id as modelId', 'registeredModels.name as modelName'])
    .select(nameOf('deployment_revisions.created_by').as('createdByName'));

const selectReplicas = (ctx: Context) =>
  ctx.db
    .selectFrom('deploymentReplicas')
    .innerJoin('workloads', 'workloads.id', 'deploymentReplicas.workloadId')
    .selectAll('deploymentReplicas')
    .select([
      'workloads.host',
      'workloads.folder',
      'workloads.state as workloadState',
      'workloads.stateReason as workloadReason',
      'workloads.cancelRequestedAt',
    ]);

/** By id or name. */
export async function findDeployment(ctx: Context, idOrName: string): Promise<DeploymentRow | null> {
  const row = await selectDeployments(ctx)
    .where((eb) => eb.or([eb('deployments.id', '=', idOrName), eb('deployments.name', '=', idOrName)]))
    .executeTakeFirst();
  return as(row ?? null);
}

/** Waits for others who change the same deployment; null once it is deleted. */
export async function lockDeployment(tx: Context, id: string): Promise<DeploymentRow | null> {
  await tx.db.selectFrom('deployments').select('id').where('id', '=', id).forUpdate().execute();
  return findDeployment(tx, id);
}

export const deploymentList = defineList({
  name: 'deployments',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('deployments.id'),
    projectId: fields.text('deployments.projectId'),
    projectSlug: fields.text('projects.slug'),
    name: fields.text('deployments.name'),
    createdBy: fields.text('deployments.createdBy'),
    createdByName: fields.text(nameOf('deployments.created_by')),
    createdAt: fields.time('deployments.createdAt'),
    updatedAt: fields.time('deployments.updatedAt'),
  },
});

export async function listDeployments(
  ctx: Context,
  { readable, projectId }: { readable: Expression<SqlBool>; projectId: string | null },
  query: ListQuery,
): Promise<Page<DeploymentRow>> {
  let rows = selectDeployments(ctx).where(readable);
  if (projectId) rows = rows.where('deployments.projectId', '=', projectId);
  return as(await readPage(deploymentList, rows, query));
}

/** Every deployment of which something runs or should run. */
export async function deploymentsToSupervise(ctx: Context): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select d.id from deployments d where (d.deleted_at is null and d.stopped_at is null)
      or exists (select 1 from deployment_replicas r where r.deployment_id = d.id and r.state <> 'ended')
      or exists (select 1 from deployment_revisions r where r.deployment_id = d.id and r.state in ('starting', 'serving', 'draining'))`.execute(
    ctx.db,
  );
  return rows.map((row) => row.id);
}

/** The row for supervising, deleted ones too; null when another server has it in hand. */
export async function takeDeployment(
  tx: Context,
  id: string,
): Promise<{ stoppedAt: string | null; deletedAt: string | null } | null> {
  const row = await tx.db
    .selectFrom('deployments')
    .select(['stoppedAt', 'deletedAt'])
    .where('id', '=', id)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row ?? null;
}

export async function insertDeployment(
  tx: Context,
  row: { id: string; projectId: string; name: string; traffic: Share[] },
): Promise<void> {
  await tx.db
    .insertInto('deployments')
    .values({ ...row, traffic: JSON.stringify(row.traffic), createdBy: tx.actor.id, stoppedAt: null, deletedAt: null })
    .execute();
}

export async function updateDeployment(
  tx: Context,
  id: string,
  change: { traffic?: Share[]; stopped?: boolean; deleted?: true },
): Promise<void> {
  await tx.db
    .updateTable('deployments')
    .set({
      ...(change.traffic ? { traffic: JSON.stringify(change.traffic) } : {}),
      ...(change.stopped === undefined ? {} : { stoppedAt: change.stopped ? sql<string>`now()` : null }),
      ...(change.deleted ? { deletedAt: sql<string>`now()` } : {}),
      version: sql<number>`version + 1`,
      updatedAt: sql<string>`now()`,
    })
    .where('id', '=', id)
    .execute();
}

export async function channelsOf(ctx: Context, deploymentIds: readonly string[]): Promise<ChannelRow[]> {
  if (deploymentIds.length === 0) return [];
  return ctx.db
    .selectFrom('deploymentChannels')
    .selectAll()
    .where('deploymentId', 'in', [...deploymentIds])
    .orderBy('name')
    .execute();
}

export async function channelsFollowing(ctx: Context, modelId: string, alias: string): Promise<ChannelRow[]> {
  return ctx.db
    .selectFrom('deploymentChannels')
    .innerJoin('deployments', 'deployments.id', 'deploymentChannels.deploymentId')
    .selectAll('deploymentChannels')
    .where('followedModelId', '=', modelId)
    .where('followedAlias', '=', alias)
    .where('deployments.deletedAt', 'is', null)
    .execute();
}

export async function upsertChannel(
  tx: Context,
  row: Omit<ChannelRow, 'servingRevisionId' | 'candidateRevisionId'>,
): Promise<void> {
  await tx.db
    .insertInto('deploymentChannels')
    .values({ ...row, servingRevisionId: null, candidateRevisionId: null })
    .onConflict((conflict) => conflict.columns(['deploymentId', 'name']).doUpdateSet(row))
    .execute();
}

export async function updateChannel(
  tx: Context,
  deploymentId: string,
  name: Channel,
  change: Partial<
    Pick<ChannelRow, 'replicas' | 'servingRevisionId' | 'candidateRevisionId' | 'model' | 'followedAlias' | 'followedModelId'>
  >,
): Promise<void> {
  await tx.db
    .updateTable('deploymentChannels')
    .set(change)
    .where('deploymentId', '=', deploymentId)
    .where('name', '=', name)
    .execute();
}

export async function findRevision(ctx: Context, id: string): Promise<RevisionRow | null> {
  return as((await selectRevisions(ctx).where('deploymentRevisions.id', '=', id).executeTakeFirst()) ?? null);
}

/** The named ones and all live ones of these deployments. */
export async function liveRevisions(ctx: Context, deploymentIds: readonly string[]): Promise<RevisionRow[]> {
  if (deploymentIds.length === 0) return [];
  return as(
    await selectRevisions(ctx)
      .where('deploymentRevisions.deploymentId', 'in', [...deploymentIds])
      .where('deploymentRevisions.state', 'in', ['starting', 'serving', 'draining'])
      .execute(),
  );
}

/** The newest revision of each channel of these deployments. */
export async function newestRevisions(ctx: Context, deploymentIds: readonly string[]): Promise<RevisionRow[]> {
  if (deploymentIds.length === 0) return [];
  return as(
    await selectRevisions(ctx)
      .distinctOn(['deploymentRevisions.deploymentId', 'deploymentRevisions.channel'])
      .where('deploymentRevisions.deploymentId', 'in', [...deploymentIds])
      .orderBy('deploymentRevisions.deploymentId')
      .orderBy('deploymentRevisions.channel')
      .orderBy('deploymentRevisions.number', 'desc')
      .execute(),
  );
}

/** The newest thousand. */
export async function revisionsOf(ctx: Context, deploymentId: string, channel?: Channel): Promise<RevisionRow[]> {
  let query = selectRevisions(ctx).where('deploymentRevisions.deploymentId', '=', deploymentId);
  if (channel) query = query.where('deploymentRevisions.channel', '=', channel);
  return as(await query.orderBy('deploymentRevisions.number', 'desc').limit(1_000).execute());
}

export async function insertRevision(
  tx: Context,
  row: Pick<
    RevisionRow,
    | 'id'
    | 'deploymentId'
    | 'channel'
    | 'versionId'
    | 'digest'
    | 'environmentRevisionId'
    | 'hardwareTier'
    | 'replicas'
    | 'cause'
    | 'approvalId'
  >,
): Promise<void> {
  await tx.db
    .insertInto('deploymentRevisions')
    .values({
      ...row,
      number: sql<number>`(select coalesce(max(number), 0) + 1 from deployment_revisions where deployment_id = ${row.deploymentId})`,
      state: 'starting',
      stateReason: null,
      description: null,
      createdBy: tx.actor.id,
      servingFrom: null,
      servingUntil: null,
    })
    .execute();
}

export async function updateRevision(
  tx: Context,
  id: string,
  change: {
    state?: RevisionState;
    stateReason?: string | null;
    description?: ModelDescription;
    servingFrom?: true;
    servingUntil?: true;
  },
): Promise<void> {
  await tx.db
    .updateTable('deploymentRevisions')
    .set({
      ...(change.state ? { state: change.state } : {}),
      ...(change.stateReason === undefined ? {} : { stateReason: change.stateReason }),
      ...(change.description ? { description: JSON.stringify(change.description) } : {}),
      ...(change.servingFrom ? { servingFrom: sql<string>`coalesce(serving_from, now())`, servingUntil: null } : {}),
      ...(change.servingUntil ? { servingUntil: sql<string>`now()` } : {}),
    })
    .where('id', '=', id)
    .execute();
}

/** Those that run, and for each slot of a live revision the newest one that ended. */
export async function replicasOf(ctx: Context, deploymentIds: readonly string[]): Promise<ReplicaRow[]> {
  if (deploymentIds.length === 0) return [];
  return as(
    await selectReplicas(ctx)
      .where('deploymentReplicas.deploymentId', 'in', [...deploymentIds])
      .where(
        sql<SqlBool>`(deployment_replicas.state <> 'ended' or deployment_replicas.workload_id in (
          select distinct on (r.revision_id, r.slot) r.workload_id from deployment_replicas r
          where r.deployment_id = deployment_replicas.deployment_id order by r.revision_id, r.slot, r.created_at desc, r.workload_id desc))`,
      )
      .orderBy('deploymentReplicas.createdAt')
      .orderBy('deploymentReplicas.workloadId')
      .execute(),
  );
}

export async function findReplica(ctx: Context, workloadId: string): Promise<ReplicaRow | null> {
  return as((await selectReplicas(ctx).where('deploymentReplicas.workloadId', '=', workloadId).executeTakeFirst()) ?? null);
}

/** Replicas on this machine whose process runs and of which nobody knows yet whether they answer. */
export async function replicasToProbe(ctx: Context, host: string): Promise<ReplicaRow[]> {
  return as(
    await selectReplicas(ctx)
      .where('deploymentReplicas.state', '=', 'starting')
      .where('workloads.host', '=', host)
      .where('workloads.state', 'in', ['starting', 'running'])
      .where('workloads.folder', 'is not', null)
      .execute(),
  );
}

export async function insertReplica(
  tx: Context,
  row: Pick<ReplicaRow, 'workloadId' | 'deploymentId' | 'revisionId' | 'slot' | 'crashes'>,
): Promise<void> {
  await tx.db
    .insertInto('deploymentReplicas')
    .values({ ...row, state: 'starting', stateReason: null, lastLines: null, readyAt: null, drainUntil: null, endedAt: null })
    .execute();
}

/** @returns whether it was in one of the states named */
export async function moveReplica(
  tx: Context,
  workloadId: string,
  from: readonly ReplicaState[],
  change: {
    state: ReplicaState;
    stateReason?: string | null;
    lastLines?: string | null;
    crashes?: number;
    drainSeconds?: number;
  },
): Promise<boolean> {
  const { drainSeconds, ...plain } = change;
  const result = await tx.db
    .updateTable('deploymentReplicas')
    .set({
      ...plain,
      ...(change.state === 'ready' ? { readyAt: sql<string>`now()` } : {}),
      ...(change.state === 'ended' ? { endedAt: sql<string>`now()` } : {}),
      ...(drainSeconds === undefined ? {} : { drainUntil: sql<string>`now() + make_interval(secs => ${drainSeconds})` }),
    })
    .where('workloadId', '=', workloadId)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** Tells gateways and supervisors, once the transaction commits. */
export async function notifyDeployments(tx: Context): Promise<void> {
  await sql`select pg_notify(${deploymentsChannel}, '')`.execute(tx.db);
}
