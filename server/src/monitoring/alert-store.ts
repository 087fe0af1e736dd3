import { type Expression, type SqlBool, sql } from 'kysely';
import { subjectName } from '../people/index.ts';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Alert, AlertKind, AlertState, Measures, Verdict } from './alert.ts';
import { projectSlug, versionName } from './version-name.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    alerts: Omit<
      Alert,
      | 'measures'
      | 'predictionIds'
      | 'createdAt'
      | 'updatedAt'
      | 'acknowledgedByName'
      | 'investigatedByName'
      | 'versionName'
      | 'projectSlug'
    > & {
      measures: string;
      predictionIds: string;
      createdAt: Generated<string>;
      updatedAt: Generated<string>;
    };
  }
}

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('alerts')
    .selectAll('alerts')
    .select([
      projectSlug('alerts.project_id').as('projectSlug'),
      versionName('alerts.version_id').as('versionName'),
      subjectName(sql.ref('alerts.acknowledged_by')).as('acknowledgedByName'),
      subjectName(sql.ref('alerts.investigated_by')).as('investigatedByName'),
    ]);

export async function findAlert(ctx: Context, id: string): Promise<Alert | null> {
  return ((await select(ctx).where('alerts.id', '=', id).executeTakeFirst()) as Alert | undefined) ?? null;
}

export async function findOpenAlert(
  ctx: Context,
  monitorId: string,
  kind: AlertKind,
  feature: string | null,
): Promise<Alert | null> {
  const row = await select(ctx)
    .where('alerts.monitorId', '=', monitorId)
    .where('alerts.kind', '=', kind)
    .where(sql<SqlBool>`coalesce(alerts.feature, '') = ${feature ?? ''}`)
    .where('alerts.state', '<>', 'resolved')
    .executeTakeFirst();
  return (row as Alert | undefined) ?? null;
}

export const alertList = defineList({
  name: 'alerts',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('alerts.id'),
    projectId: fields.text('alerts.projectId'),
    monitorId: fields.text('alerts.monitorId'),
    deploymentId: fields.text('alerts.deploymentId'),
    deploymentName: fields.text('alerts.deploymentName'),
    channel: fields.text('alerts.channel'),
    kind: fields.text('alerts.kind'),
    feature: fields.text('alerts.feature', { nullable: true }),
    state: fields.text('alerts.state'),
    verdict: fields.text('alerts.verdict'),
    effect: fields.number('alerts.effect'),
    createdAt: fields.time('alerts.createdAt'),
    firedAt: fields.time('alerts.firedAt', { nullable: true }),
    acknowledgedAt: fields.time('alerts.acknowledgedAt', { nullable: true }),
    resolvedAt: fields.time('alerts.resolvedAt', { nullable: true }),
  },
});

export interface AlertFilter {
  readable: Expression<SqlBool>;
  projectId: string | null;
  deployment?: string | undefined;
  monitorId?: string | undefined;
  states?: readonly AlertState[] | undefined;
  /** Only those of which people were told. */
  fired?: boolean | undefined;
  kind?: AlertKind | undefined;
}

export async function listAlerts(ctx: Context, filter: AlertFilter, query: ListQuery): Promise<Page<Alert>> {
  const { deployment } = filter;
  let rows = select(ctx).where(filter.readable);
  if (filter.projectId) rows = rows.where('alerts.projectId', '=', filter.projectId);
  if (deployment !== undefined)
    rows = rows.where((eb) => eb.or([eb('alerts.deploymentId', '=', deployment), eb('alerts.deploymentName', '=', deployment)]));
  if (filter.monitorId !== undefined) rows = rows.where('alerts.monitorId', '=', filter.monitorId);
  if (filter.fired) rows = rows.where('alerts.firedAt', 'is not', null);
  if (filter.states) rows = rows.where('alerts.state', 'in', [...filter.states]);
  if (filter.kind) rows = rows.where('alerts.kind', '=', filter.kind);
  return (await readPage(alertList, rows, query)) as unknown as Page<Alert>;
}

/** How many alerts fire in what may be seen. */
export async function countFiring(ctx: Context, readable: Expression<SqlBool>): Promise<number> {
  const { count } = await ctx.db
    .selectFrom('alerts')
    .select(sql<number>`count(*)::int`.as('count'))
    .where(readable)
    .where('state', '=', 'firing')
    .executeTakeFirstOrThrow();
  return count;
}

/** The open alerts of a monitor, for those who may see the monitor. */
export async function openAlertsOf(ctx: Context, monitorId: string): Promise<Alert[]> {
  const rows = await select(ctx)
    .where('alerts.monitorId', '=', monitorId)
    .where('alerts.state', '<>', 'resolved')
    .orderBy('alerts.id', 'desc')
    .limit(200)
    .execute();
  return rows as unknown as Alert[];
}

export type NewAlert = Pick<
  Alert,
  'id' | 'projectId' | 'monitorId' | 'deploymentId' | 'deploymentName' | 'channel' | 'versionId' | 'kind' | 'feature' | 'state'
> &
  AlertFinding;

export interface AlertFinding {
  verdict: Verdict;
  message: string;
  effect: number;
  effectName: string;
  statistic: number;
  threshold: number;
  measures: Measures;
  startEstimate: string | null;
  predictionIds: string[];
}

export async function insertAlert(tx: Context, alert: NewAlert, at: string): Promise<void> {
  await tx.db
    .insertInto('alerts')
    .values({
      ...alert,
      measures: JSON.stringify(alert.measures),
      predictionIds: JSON.stringify(alert.predictionIds),
      pendingAt: alert.state === 'pending' ? at : null,
      firedAt: alert.state === 'firing' ? at : null,
      recoveringAt: null,
      resolvedAt: null,
      resolution: null,
      acknowledgedBy: null,
      acknowledgedAt: null,
      acknowledgement: null,
      investigatedBy: null,
      investigatedAt: null,
    })
    .execute();
}

export interface AlertChange extends Partial<AlertFinding> {
  state?: AlertState;
  firedAt?: string;
  recoveringAt?: string | null;
  resolvedAt?: string;
  resolution?: string | null;
  acknowledgedBy?: string;
  acknowledgedAt?: string;
  acknowledgement?: string;
  investigatedBy?: string;
  investigatedAt?: string;
}

export async function updateAlert(tx: Context, id: string, change: AlertChange): Promise<void> {
  const { measures, predictionIds, ...plain } = change;
  await tx.db
    .updateTable('alerts')
    .set({
      ...plain,
      ...(measures ? { measures: JSON.stringify(measures) } : {}),
      ...(predictionIds ? { predictionIds: JSON.stringify(predictionIds) } : {}),
      updatedAt: sql<string>`now()`,
    })
    .where('id', '=', id)
    .execute();
}
