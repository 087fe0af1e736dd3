import { sql } from 'kysely';
import type { Context, Database } from '../platform/index.ts';
import type { NewPrediction, StoredPrediction, WholePrediction } from './prediction.ts';
import type { MinuteTraffic } from './traffic.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    predictions: {
      sequence: Generated<number>;
      id: string;
      projectId: string;
      deploymentId: string;
      channel: string;
      revisionId: string;
      versionId: string;
      replicaId: string;
      consumerId: string;
      consumerKind: string;
      at: string;
      latencyMilliseconds: number;
      status: number;
      error: string | null;
      form: 'mlflow' | 'v2';
      contentType: string;
      request: Buffer;
      response: Buffer;
      rowCount: number;
      columnsJson: string;
      rowsJson: string;
      outputsJson: string;
      shippedAt: Generated<string>;
    };
    predictionArchives: PredictionArchive & { createdAt: Generated<string> };
    predictionSegments: { name: string; shippedBytes: number };
    predictionMinutes: MinuteTraffic;
  }
}

/** A Parquet file of older predictions of one deployment. */
export interface PredictionArchive {
  id: string;
  projectId: string;
  deploymentId: string;
  sha256: string;
  sizeBytes: number;
  firstSequence: number;
  lastSequence: number;
  firstId: string;
  lastId: string;
  firstAt: string;
  lastAt: string;
  predictionCount: number;
}

const plainColumns = [
  'sequence',
  'id',
  'projectId',
  'deploymentId',
  'channel',
  'revisionId',
  'versionId',
  'replicaId',
  'consumerId',
  'consumerKind',
  'at',
  'latencyMilliseconds',
  'status',
  'error',
  'form',
  'contentType',
  'rowCount',
  'columnsJson',
  'rowsJson',
  'outputsJson',
] as const;

/** A row as it is kept, its JSON still text. */
export type PredictionRow = Omit<StoredPrediction, 'columns' | 'rows' | 'outputs'> & {
  columnsJson: string;
  rowsJson: string;
  outputsJson: string;
};

export function asStored<R extends PredictionRow>({ columnsJson, rowsJson, outputsJson, ...plain }: R) {
  return {
    ...plain,
    columns: JSON.parse(columnsJson) as string[],
    rows: JSON.parse(rowsJson) as unknown[][],
    outputs: JSON.parse(outputsJson) as unknown[],
  };
}

/**
 * Takes the lock under which predictions get their sequence, so that the order of numbers is the order in which readers see them, and
 * says how far a segment was shipped.
 */
export async function lockShipping(tx: Context, segment: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(7546210)`.execute(tx.db);
  const row = await tx.db.selectFrom('predictionSegments').select('shippedBytes').where('name', '=', segment).executeTakeFirst();
  return row?.shippedBytes ?? 0;
}

export async function setShipped(tx: Context, segment: string, shippedBytes: number): Promise<void> {
  await tx.db
    .insertInto('predictionSegments')
    .values({ name: segment, shippedBytes })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ shippedBytes }))
    .execute();
}

export async function forgetSegment(ctx: Context, segment: string): Promise<void> {
  await ctx.db.deleteFrom('predictionSegments').where('name', '=', segment).execute();
}

/** Segments are named after their process; those of a process that is no longer heard of are anybody's. */
export async function liveProcesses(db: Database, deadAfterSeconds: number): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from server_processes where heartbeat_at > now() - make_interval(secs => ${deadAfterSeconds})`.execute(db);
  return new Set(rows.map((row) => row.id));
}

/** PostgreSQL refuses this one character in text, and one row that it refuses would hold up all that follow. */
const withoutNul = (text: string): string => text.replaceAll('\u0000', '');

export async function insertPredictions(tx: Context, predictions: readonly NewPrediction[]): Promise<void> {
  // A statement takes at most 65,535 parameters.
  for (let start = 0; start < predictions.length; start += 1_000) {
    await tx.db
      .insertInto('predictions')
      .values(
        predictions.slice(start, start + 1_000).map(({ at, columnsJson, rowsJson, outputsJson, ...plain }) => ({
          ...plain,
          contentType: withoutNul(plain.contentType),
          error: plain.error === null ? null : withoutNul(plain.error),
          at: at.toISOString(),
          columnsJson: withoutNul(columnsJson.toString('utf8')),
          rowsJson: withoutNul(rowsJson.toString('utf8')),
          outputsJson: withoutNul(outputsJson.toString('utf8')),
        })),
      )
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

export async function addTraffic(tx: Context, minutes: readonly MinuteTraffic[]): Promise<void> {
  for (const minute of minutes) {
    await sql`insert into prediction_minutes as kept
        (deployment_id, channel, version_id, minute, request_count, row_count, client_error_count, server_error_count, latency_histogram)
      values (${minute.deploymentId}, ${minute.channel}, ${minute.versionId}, ${minute.minute}, ${minute.requestCount}, ${minute.rowCount},
        ${minute.clientErrorCount}, ${minute.serverErrorCount}, ${minute.latencyHistogram}::int[])
      on conflict (deployment_id, minute, channel, version_id) do update set
        request_count = kept.request_count + excluded.request_count,
        row_count = kept.row_count + excluded.row_count,
        client_error_count = kept.client_error_count + excluded.client_error_count,
        server_error_count = kept.server_error_count + excluded.server_error_count,
        latency_histogram = array(select a + b from unnest(kept.latency_histogram, excluded.latency_histogram) with ordinality as both_sides(a, b, i) order by i)`.execute(
      tx.db,
    );
  }
}

export async function trafficSince(
  ctx: Context,
  deploymentId: string,
  since: Date,
  until: Date | null = null,
): Promise<MinuteTraffic[]> {
  let query = ctx.db
    .selectFrom('predictionMinutes')
    .selectAll()
    .where('deploymentId', '=', deploymentId)
    .where('minute', '>=', since.toISOString());
  if (until) query = query.where('minute', '<', until.toISOString());
  return query.orderBy('minute').execute();
}

export async function findRecent(ctx: Context, id: string): Promise<WholePrediction | null> {
  const row = await ctx.db
    .selectFrom('predictions')
    .select([...plainColumns, 'request', 'response'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? asStored(row) : null;
}

/** Those of some ids that are recent, without bodies. */
export async function recentByIds(ctx: Context, ids: readonly string[]): Promise<StoredPrediction[]> {
  return (
    await ctx.db
      .selectFrom('predictions')
      .select(plainColumns)
      .where('id', 'in', [...ids])
      .execute()
  ).map(asStored);
}

/** Recent predictions of a deployment in order of arrival. */
export async function recentAfter(ctx: Context, deploymentId: string, after: number, limit: number): Promise<StoredPrediction[]> {
  const rows = await ctx.db
    .selectFrom('predictions')
    .select(plainColumns)
    .where('deploymentId', '=', deploymentId)
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(asStored);
}

export interface PredictionFilter {
  channel?: string | undefined;
  versionId?: string | undefined;
  failed?: boolean | undefined;
  consumerIds?: readonly string[] | undefined;
}

/** Recent predictions of a deployment, newest first. */
export async function recentBefore(
  ctx: Context,
  deploymentId: string,
  before: number | null,
  limit: number,
  filter: PredictionFilter,
): Promise<StoredPrediction[]> {
  let query = ctx.db.selectFrom('predictions').select(plainColumns).where('deploymentId', '=', deploymentId);
  if (before !== null) query = query.where('sequence', '<', before);
  if (filter.channel) query = query.where('channel', '=', filter.channel);
  if (filter.versionId) query = query.where('versionId', '=', filter.versionId);
  if (filter.failed !== undefined) query = query.where('status', filter.failed ? '>=' : '<', 400);
  if (filter.consumerIds) query = query.where('consumerId', 'in', [...filter.consumerIds]);
  return (await query.orderBy('sequence', 'desc').limit(limit).execute()).map(asStored);
}

/** Deployments with predictions that were shipped before `before`. */
export async function deploymentsWithOlder(db: Database, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('predictions')
    .select('deploymentId')
    .distinct()
    .where('shippedAt', '<', before.toISOString())
    .execute();
  return rows.map((row) => row.deploymentId);
}

/** The oldest predictions of a deployment, whole, at most so many rows and about so many bytes. */
export async function oldestPredictions(
  ctx: Context,
  deploymentId: string,
  before: Date,
  most: { rows: number; bytes: number },
): Promise<(PredictionRow & { request: Buffer; response: Buffer })[]> {
  const { rows: bounded } = await sql<{ last: number | null }>`
    select max(sequence) as last from (
      select sequence, sum(length(request) + length(response) + length(rows_json)) over (order by sequence) as bytes
      from predictions where deployment_id = ${deploymentId} and shipped_at < ${before.toISOString()} order by sequence limit ${most.rows}
    ) oldest where bytes < ${most.bytes} or sequence = (
      select min(sequence) from predictions where deployment_id = ${deploymentId})`.execute(ctx.db);
  const last = bounded[0]?.last ?? null;
  if (last === null) return [];
  return ctx.db
    .selectFrom('predictions')
    .select([...plainColumns, 'request', 'response'])
    .where('deploymentId', '=', deploymentId)
    .where('sequence', '<=', last)
    .orderBy('sequence')
    .execute();
}

/** Takes archived predictions out of the recent ones. @returns how many there were */
export async function deletePredictions(tx: Context, archive: PredictionArchive): Promise<number> {
  const result = await tx.db
    .deleteFrom('predictions')
    .where('deploymentId', '=', archive.deploymentId)
    .where('sequence', '>=', archive.firstSequence)
    .where('sequence', '<=', archive.lastSequence)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function insertArchive(tx: Context, archive: PredictionArchive): Promise<void> {
  await tx.db.insertInto('predictionArchives').values(archive).execute();
}

export async function archivesHolding(ctx: Context, id: string): Promise<PredictionArchive[]> {
  return ctx.db
    .selectFrom('predictionArchives')
    .selectAll()
    .where('firstId', '<=', id)
    .where('lastId', '>=', id)
    .orderBy('lastSequence', 'desc')
    .limit(20)
    .execute();
}

export async function archivesAfter(ctx: Context, deploymentId: string, after: number): Promise<PredictionArchive[]> {
  return ctx.db
    .selectFrom('predictionArchives')
    .selectAll()
    .where('deploymentId', '=', deploymentId)
    .where('lastSequence', '>', after)
    .orderBy('lastSequence')
    .limit(1)
    .execute();
}

export async function archivesBefore(ctx: Context, deploymentId: string, before: number | null): Promise<PredictionArchive[]> {
  let query = ctx.db.selectFrom('predictionArchives').selectAll().where('deploymentId', '=', deploymentId);
  if (before !== null) query = query.where('firstSequence', '<', before);
  return query.orderBy('lastSequence', 'desc').limit(1).execute();
}

/** Deployments in which a version ever answered. */
export async function deploymentsOfVersion(db: Database, versionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('predictionMinutes')
    .select('deploymentId')
    .distinct()
    .where('versionId', '=', versionId)
    .execute();
  return rows.map((row) => row.deploymentId);
}

/** The newest recent answers of a version, whole. */
export async function recentOfVersion(ctx: Context, versionId: string, limit: number): Promise<WholePrediction[]> {
  const rows = await ctx.db
    .selectFrom('predictions')
    .select([...plainColumns, 'request', 'response'])
    .where('versionId', '=', versionId)
    .where('status', '=', 200)
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map(asStored);
}
