import { type Expression, type SqlBool, sql } from 'kysely';
import { subjectName } from '../people/index.ts';
import type { Context } from '../platform/index.ts';
import type { Alert, AlertKind, AlertState, Measures, Verdict } from './alert.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    alerts: Omit<
      Alert,
      'measures' | 'predictionIds' | 'createdAt' | 'updatedAt' | 'acknowledgedByName' | 'investigatedByName'
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

export async function listAlerts(
  ctx: Context,
  filter: {
    readable: Expression<SqlBool>;
    projectId: string | null;
    deployment?: string | undefined;
    monitorId?: string | undefined;
    states?: readonly AlertState[] | undefined;
    kind?: AlertKind | undefined;
    limit: number;
    after: (string | number | null)[] | null;
  },
): Promise<Alert[]> {
  let query = select(ctx).where(filter.readable);
  if (filter.projectId) query = query.where('alerts.projectId', '=', filter.projectId);
  if (filter.deployment !== undefined) {
    const wanted = filter.deployment;
    query = query.where((eb) => eb.or([eb('alerts.deploymentId', '=', wanted), eb('alerts.deploymentName', '=', wanted)]));
  }
  if (filter.monitorId !== undefined) query = query.where('alerts.monitorId', '=', filter.monitorId);
  if (filter.states) query = query.where('alerts.state', 'in', [...filter.states]);
  if (filter.kind) query = query.where('alerts.kind', '=', filter.kind);
  if (filter.after) query = query.where('alerts.id', '<', String(filter.after[0]));
  const rows = await query
    .orderBy('alerts.id', 'desc')
    .limit(filter.limit + 1)
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
