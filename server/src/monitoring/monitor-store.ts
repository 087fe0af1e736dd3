import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, type Database, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { ChosenReference, Monitor, MonitorState, ReferenceKind } from './monitor.ts';
import { projectSlug, versionName } from './version-name.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    monitors: {
      id: string;
      projectId: string;
      deploymentId: string;
      deploymentName: string;
      channel: string;
      versionId: string | null;
      state: MonitorState;
      stateReason: string | null;
      falseAlarmDays: Generated<number>;
      chosenReference: string | null;
      referenceKind: ReferenceKind | null;
      referenceSource: string | null;
      referenceRows: Generated<number>;
      reference: Buffer | null;
      referenceRevision: Generated<number>;
      progress: Buffer | null;
      evaluations: Generated<number>;
      cursor: number | null;
      labelNews: Generated<boolean>;
      rowCount: Generated<number>;
      lastRowAt: string | null;
      createdAt: Generated<string>;
      updatedAt: Generated<string>;
    };
    monitorWindows: WindowRow;
    watchedDeployments: { deploymentId: string; projectId: string; name: string };
  }
}

export interface WindowRow {
  monitorId: string;
  number: number;
  fromAt: string;
  toAt: string;
  rowCount: number;
  signals: string;
}

/** A monitor without its progress and reference. */
export type MonitorRow = Omit<Monitor, 'reference' | 'openAlerts'> & {
  chosenReference: ChosenReference | null;
  referenceKind: ReferenceKind | null;
  referenceSource: { snapshotId?: string; runId?: string; path?: string } | null;
  referenceRows: number;
  referenceRevision: number;
  evaluations: number;
  cursor: number | null;
};

const columns = [
  'monitors.id',
  'monitors.projectId',
  'monitors.deploymentId',
  'monitors.deploymentName',
  'monitors.channel',
  'monitors.versionId',
  'monitors.state',
  'monitors.stateReason',
  'monitors.falseAlarmDays',
  'monitors.chosenReference',
  'monitors.referenceKind',
  'monitors.referenceSource',
  'monitors.referenceRows',
  'monitors.referenceRevision',
  'monitors.evaluations',
  'monitors.cursor',
  'monitors.rowCount',
  'monitors.lastRowAt',
  'monitors.createdAt',
  'monitors.updatedAt',
] as const;

const openAlerts = (state: string) =>
  sql<number>`(select count(*)::int from alerts a where a.monitor_id = monitors.id and a.state = ${state})`;

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('monitors')
    .select(columns)
    .select([projectSlug('monitors.project_id').as('projectSlug'), versionName('monitors.version_id').as('versionName')])
    .select([openAlerts('pending').as('pending'), openAlerts('firing').as('firing'), openAlerts('recovering').as('recovering')]);

type Counted = MonitorRow & Monitor['openAlerts'];

export async function findMonitor(ctx: Context, id: string): Promise<Counted | null> {
  return ((await select(ctx).where('monitors.id', '=', id).executeTakeFirst()) as Counted | undefined) ?? null;
}

/** The monitors of a deployment by its id or name. */
export async function monitorsOfDeployment(ctx: Context, idOrName: string): Promise<Counted[]> {
  const rows = await select(ctx)
    .where((eb) => eb.or([eb('monitors.deploymentId', '=', idOrName), eb('monitors.deploymentName', '=', idOrName)]))
    .orderBy('monitors.id')
    .limit(100)
    .execute();
  return rows as unknown as Counted[];
}

export const monitorList = defineList({
  name: 'monitors',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('monitors.id'),
    projectId: fields.text('monitors.projectId'),
    deploymentId: fields.text('monitors.deploymentId'),
    deploymentName: fields.text('monitors.deploymentName'),
    channel: fields.text('monitors.channel'),
    versionId: fields.text('monitors.versionId', { nullable: true }),
    state: fields.text('monitors.state'),
    rowCount: fields.integer('monitors.rowCount'),
    firing: fields.integer(openAlerts('firing')),
    lastRowAt: fields.time('monitors.lastRowAt', { nullable: true }),
    createdAt: fields.time('monitors.createdAt'),
  },
});

export async function listMonitors(
  ctx: Context,
  {
    readable,
    projectId,
    deployment,
  }: { readable: Expression<SqlBool>; projectId: string | null; deployment?: string | undefined },
  query: ListQuery,
): Promise<Page<Counted>> {
  let rows = select(ctx).where(readable);
  if (projectId) rows = rows.where('monitors.projectId', '=', projectId);
  if (deployment !== undefined)
    rows = rows.where((eb) =>
      eb.or([eb('monitors.deploymentId', '=', deployment), eb('monitors.deploymentName', '=', deployment)]),
    );
  return (await readPage(monitorList, rows, query)) as unknown as Page<Counted>;
}

/** @returns whether it was not there before */
export async function insertMonitor(
  tx: Context,
  row: Pick<MonitorRow, 'id' | 'projectId' | 'deploymentId' | 'deploymentName' | 'channel' | 'versionId'>,
): Promise<boolean> {
  const result = await tx.db
    .insertInto('monitors')
    .values({
      ...row,
      state: 'learning',
      stateReason: null,
      chosenReference: null,
      referenceKind: null,
      referenceSource: null,
      reference: null,
      progress: null,
      cursor: null,
      lastRowAt: null,
    })
    .onConflict((conflict) => conflict.columns(['deploymentId', 'channel']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) === 1;
}

/** The monitor of one channel, locked until the end of the transaction; null when another process has it. */
export async function lockMonitor(tx: Context, id: string, options: { wait: boolean }): Promise<Counted | null> {
  const query = select(tx).where('monitors.id', '=', id).forUpdate('monitors');
  return ((await (options.wait ? query : query.skipLocked()).executeTakeFirst()) as Counted | undefined) ?? null;
}

export async function heavyParts(ctx: Context, id: string): Promise<{ progress: Buffer | null; reference: Buffer | null }> {
  return ctx.db.selectFrom('monitors').select(['progress', 'reference']).where('id', '=', id).executeTakeFirstOrThrow();
}

export interface MonitorChange {
  versionId?: string | null;
  deploymentName?: string;
  state?: MonitorState;
  stateReason?: string | null;
  falseAlarmDays?: number;
  chosenReference?: ChosenReference | null;
  referenceKind?: ReferenceKind | null;
  referenceSource?: MonitorRow['referenceSource'];
  referenceRows?: number;
  reference?: Buffer;
  referenceRevision?: number;
  progress?: Buffer;
  evaluations?: number;
  cursor?: number | null;
  labelNews?: boolean;
  rowCount?: number;
  lastRowAt?: string | null;
}

export async function updateMonitor(tx: Context, id: string, change: MonitorChange): Promise<void> {
  const { chosenReference, referenceSource, ...plain } = change;
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  await tx.db
    .updateTable('monitors')
    .set({
      ...plain,
      ...(chosenReference === undefined ? {} : { chosenReference: json(chosenReference) }),
      ...(referenceSource === undefined ? {} : { referenceSource: json(referenceSource) }),
      updatedAt: sql<string>`now()`,
    })
    .where('id', '=', id)
    .execute();
}

/** Monitors for which predictions or labels have come that they have not seen. */
export async function monitorsWithNews(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select m.id from monitors m where m.state <> 'stopped' and exists (
      select 1 from predictions p where p.deployment_id = m.deployment_id and p.sequence > coalesce(m.cursor, 0))
    or m.state <> 'stopped' and exists (
      select 1 from prediction_archives p where p.deployment_id = m.deployment_id and p.last_sequence > coalesce(m.cursor, 0))
    or m.state <> 'stopped' and m.label_news
    limit 200`.execute(db);
  return rows.map((row) => row.id);
}

/** Channels that answered in the last hours and that nothing watches. */
export async function unwatchedChannels(
  db: Database,
): Promise<{ projectId: string; deploymentId: string; channel: string; versionId: string }[]> {
  // From one deployment to the next by the index: the rows themselves are many.
  const { rows } = await sql<{ projectId: string; deploymentId: string; channel: string; versionId: string }>`
    with recursive d as (
      (select deployment_id, project_id from predictions order by deployment_id limit 1)
      union all
      select next.deployment_id, next.project_id from d cross join lateral (
        select p.deployment_id, p.project_id from predictions p where p.deployment_id > d.deployment_id order by p.deployment_id limit 1) next
    )
    select distinct on (m.deployment_id, m.channel) d.project_id as "projectId", m.deployment_id as "deploymentId", m.channel, m.version_id as "versionId"
    from d join projects on projects.id = d.project_id
      join prediction_minutes m on m.deployment_id = d.deployment_id and m.minute > now() - interval '2 hours'
    where not exists (select 1 from monitors w where w.deployment_id = m.deployment_id and w.channel = m.channel)
    order by m.deployment_id, m.channel, m.minute desc limit 100`.execute(db);
  return rows;
}

/** Windows that are kept: two weeks where each lasts a minute. */
const keptWindows = 20_000;

export async function insertWindow(tx: Context, row: Omit<WindowRow, 'signals'> & { signals: unknown }): Promise<void> {
  await tx.db
    .insertInto('monitorWindows')
    .values({ ...row, signals: JSON.stringify(row.signals) })
    .onConflict((conflict) => conflict.columns(['monitorId', 'number']).doNothing())
    .execute();
  await tx.db
    .deleteFrom('monitorWindows')
    .where('monitorId', '=', row.monitorId)
    .where('number', '<=', row.number - keptWindows)
    .execute();
}

/** The newest windows, oldest first. */
export async function windowsOf(
  ctx: Context,
  monitorId: string,
  limit: number,
): Promise<(Omit<WindowRow, 'signals'> & { signals: unknown })[]> {
  const rows = await ctx.db
    .selectFrom('monitorWindows')
    .selectAll()
    .where('monitorId', '=', monitorId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows.reverse();
}

/** Marks that labels have come for a channel. */
export async function noteLabels(tx: Context, deploymentId: string, channels: readonly string[]): Promise<void> {
  await tx.db
    .updateTable('monitors')
    .set({ labelNews: true })
    .where('deploymentId', '=', deploymentId)
    .where('channel', 'in', [...channels])
    .execute();
}

export async function nameDeployment(
  tx: Context,
  deployment: { deploymentId: string; projectId: string; name: string },
): Promise<void> {
  await tx.db
    .insertInto('watchedDeployments')
    .values(deployment)
    .onConflict((conflict) => conflict.column('deploymentId').doUpdateSet({ name: deployment.name }))
    .execute();
  await tx.db
    .updateTable('monitors')
    .set({ deploymentName: deployment.name })
    .where('deploymentId', '=', deployment.deploymentId)
    .execute();
}

/** The name of a deployment as its events told it; its id where they did not. */
export async function nameOfDeployment(ctx: Context, deploymentId: string): Promise<string> {
  const row = await ctx.db
    .selectFrom('watchedDeployments')
    .select('name')
    .where('deploymentId', '=', deploymentId)
    .executeTakeFirst();
  return row?.name ?? deploymentId;
}
