import { sql } from 'kysely';
import type { Context } from '../platform/index.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    groundTruths: {
      sequence: Generated<number>;
      projectId: string;
      deploymentId: string;
      channel: string;
      versionId: string;
      predictionId: string;
      rowNumber: number;
      predictedAt: string;
      output: string;
      value: string;
      observedAt: string;
      recordedBy: string;
      recordedAt: Generated<string>;
      corrections: Generated<number>;
    };
  }
}

/** What was said and what was true, for one row. `output` and `value` are JSON. */
export interface Label {
  sequence: number;
  predictionId: string;
  rowNumber: number;
  channel: string;
  versionId: string;
  predictedAt: string;
  output: string;
  value: string;
}

const columns = ['sequence', 'predictionId', 'rowNumber', 'channel', 'versionId', 'predictedAt', 'output', 'value'] as const;

export type NewLabel = Omit<Label, 'sequence'> & { projectId: string; deploymentId: string; observedAt: string };

/** Writes labels, or corrects those that are there. @returns how many were new, changed, and the same as before */
export async function putLabels(
  tx: Context,
  labels: readonly NewLabel[],
): Promise<{ recorded: number; corrected: number; unchanged: number }> {
  const { rows } = await sql<{ isNew: boolean }>`
    insert into ground_truths as kept
      (project_id, deployment_id, channel, version_id, prediction_id, row_number, predicted_at, output, value, observed_at, recorded_by)
    select project_id, deployment_id, channel, version_id, prediction_id, row_number, predicted_at, output, value, observed_at, ${tx.actor.id}
    from jsonb_to_recordset(${JSON.stringify(
      labels.map((label) => ({
        project_id: label.projectId,
        deployment_id: label.deploymentId,
        channel: label.channel,
        version_id: label.versionId,
        prediction_id: label.predictionId,
        row_number: label.rowNumber,
        predicted_at: label.predictedAt,
        output: label.output,
        value: label.value,
        observed_at: label.observedAt,
      })),
    )}::jsonb) as given (project_id text, deployment_id text, channel text, version_id text, prediction_id text, row_number integer,
      predicted_at timestamptz, output text, value text, observed_at timestamptz)
    on conflict (prediction_id, row_number) do update
      set value = excluded.value, observed_at = excluded.observed_at, recorded_by = excluded.recorded_by, recorded_at = now(), corrections = kept.corrections + 1
      where kept.value <> excluded.value
    returning corrections = 0 as "isNew"`.execute(tx.db);
  const recorded = rows.filter((row) => row.isNew).length;
  return { recorded, corrected: rows.length - recorded, unchanged: labels.length - rows.length };
}

/** Labels of a channel in the order in which they came first. */
export async function labelsAfter(
  ctx: Context,
  channel: { deploymentId: string; channel: string },
  after: number,
  limit: number,
): Promise<Label[]> {
  return ctx.db
    .selectFrom('groundTruths')
    .select(columns)
    .where('deploymentId', '=', channel.deploymentId)
    .where('channel', '=', channel.channel)
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute();
}

/** The newest labels of a version in a channel by the time of the prediction, oldest first. */
export async function newestLabels(
  ctx: Context,
  channel: { deploymentId: string; channel: string; versionId: string | null },
  limit: number,
  since: string | null = null,
): Promise<Label[]> {
  let query = ctx.db
    .selectFrom('groundTruths')
    .select(columns)
    .where('deploymentId', '=', channel.deploymentId)
    .where('channel', '=', channel.channel);
  if (channel.versionId) query = query.where('versionId', '=', channel.versionId);
  if (since) query = query.where('predictedAt', '>=', since);
  const rows = await query.orderBy('predictedAt', 'desc').orderBy('sequence', 'desc').limit(limit).execute();
  return rows.reverse();
}

/** Rows of a version in a channel that were answered, and how many of them have a label. */
export async function coverageOf(
  ctx: Context,
  channel: { deploymentId: string; channel: string; versionId: string | null },
): Promise<{ rowCount: number; labelCount: number }> {
  const { rows } = await sql<{ rowCount: number; labelCount: number }>`
    select
      (select coalesce(sum(row_count), 0)::int from prediction_minutes
        where deployment_id = ${channel.deploymentId} and channel = ${channel.channel} and version_id = ${channel.versionId}) as "rowCount",
      (select count(*)::int from ground_truths
        where deployment_id = ${channel.deploymentId} and channel = ${channel.channel} and version_id = ${channel.versionId}) as "labelCount"`.execute(
    ctx.db,
  );
  return rows[0]!;
}
