import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, type Page, readKeyset, type SortKey } from '../platform/index.ts';
import type { LoggedModel, ModelMetric } from './tracking.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    loggedModels: Omit<LoggedModel, 'params' | 'tags'> & {
      params: Generated<string>;
      tags: Generated<string>;
      lifecycle: Generated<string>;
      createdBy: string;
    };
    runOutputs: { runId: string; modelId: string; step: Generated<number> };
    loggedModelMetrics: ModelMetric;
  }
}

const modelColumns = [
  'id',
  'experimentId',
  'projectId',
  'name',
  'status',
  'modelType',
  'sourceRunId',
  'params',
  'tags',
  'createdTime',
  'updatedTime',
] as const;

const as = <T>(row: unknown): T => row as T;

export async function insertModel(tx: Context, model: LoggedModel): Promise<void> {
  await tx.db
    .insertInto('loggedModels')
    .values({ ...model, params: JSON.stringify(model.params), tags: JSON.stringify(model.tags), createdBy: tx.actor.id })
    .execute();
}

export async function findModel(ctx: Context, id: string): Promise<LoggedModel | null> {
  return as(
    (await ctx.db
      .selectFrom('loggedModels')
      .select(modelColumns)
      .where('id', '=', id)
      .where('lifecycle', '=', 'active')
      .executeTakeFirst()) ?? null,
  );
}

export async function updateModel(
  tx: Context,
  id: string,
  change: Partial<Pick<LoggedModel, 'status' | 'params' | 'tags'> & { lifecycle: string }>,
): Promise<void> {
  const { params, tags, ...rest } = change;
  await tx.db
    .updateTable('loggedModels')
    .set({
      ...rest,
      ...(params ? { params: JSON.stringify(params) } : {}),
      ...(tags ? { tags: JSON.stringify(tags) } : {}),
      updatedTime: Date.now(),
    })
    .where('id', '=', id)
    .execute();
}

export interface ModelReading {
  where: Expression<SqlBool>[];
  keys: SortKey[];
  /** Names the order for the cursor. */
  order: string;
  limit: number;
  cursor?: string | undefined;
  pointer: string;
}

export async function modelsWhere(ctx: Context, reading: ModelReading): Promise<Page<LoggedModel>> {
  let query = ctx.db.selectFrom('loggedModels').select(modelColumns).where('lifecycle', '=', 'active');
  for (const where of reading.where) query = query.where(where);
  return as(await readKeyset(query, reading));
}

/** Of each model, run, key and dataset the newest stays; they come one for each. */
export async function upsertModelMetrics(tx: Context, metrics: readonly ModelMetric[]): Promise<void> {
  if (metrics.length === 0) return;
  await tx.db
    .insertInto('loggedModelMetrics')
    .values(
      metrics.map(({ modelId, runId, key, datasetName, datasetDigest, value, step, time }) => ({
        modelId,
        runId,
        key,
        datasetName,
        datasetDigest,
        value,
        step,
        time,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['modelId', 'key', 'datasetName', 'datasetDigest', 'runId'])
        .doUpdateSet(({ ref }) => ({ value: ref('excluded.value'), step: ref('excluded.step'), time: ref('excluded.time') }))
        .where(sql<SqlBool>`(excluded.step, excluded.time) >= (logged_model_metrics.step, logged_model_metrics.time)`),
    )
    .execute();
}

/** What was measured of some models, by id. */
export async function modelMetricsOf(ctx: Context, modelIds: readonly string[]): Promise<Map<string, ModelMetric[]>> {
  if (modelIds.length === 0) return new Map();
  const rows = await ctx.db
    .selectFrom('loggedModelMetrics')
    .selectAll()
    .where(sql<SqlBool>`model_id = any(${[...modelIds]}::text[])`)
    .orderBy('key')
    .orderBy('datasetName')
    .orderBy('time')
    .execute();
  return Map.groupBy(rows, (row) => row.modelId);
}

export async function insertOutputs(tx: Context, runId: string, models: { modelId: string; step: number }[]): Promise<void> {
  if (models.length === 0) return;
  await tx.db
    .insertInto('runOutputs')
    .values([...new Map(models.map((model) => [model.modelId, { runId, ...model }])).values()])
    // A client makes the model first, which joins it to its run, and then says the step.
    .onConflict((conflict) => conflict.columns(['runId', 'modelId']).doUpdateSet({ step: (rows) => rows.ref('excluded.step') }))
    .execute();
}

/** The newest logged model of that name that a run made. */
export async function findModelOfRun(ctx: Context, runId: string, name: string): Promise<LoggedModel | null> {
  return as(
    (await ctx.db
      .selectFrom('loggedModels')
      .select(modelColumns)
      .where('lifecycle', '=', 'active')
      .where('sourceRunId', '=', runId)
      .where('name', '=', name)
      .orderBy('createdTime', 'desc')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()) ?? null,
  );
}
