import { type Context, invalidField, transaction } from '../platform/index.ts';
import { lockForWrite, openRun } from './runs.ts';
import { type DatasetInput, type KeyValue, type Metric, paramChanged } from './tracking.ts';
import { insertDatasetInput, insertMetrics, insertOutputs, insertParams, paramsOf, upsertTags } from './tracking-store.ts';

export interface Batch {
  metrics: Metric[];
  params: KeyValue[];
  tags: KeyValue[];
}

/** Logs a batch whole or not at all, acknowledged after the commit. Every value was checked before; here the run and its older parameters are. */
export async function logBatch(ctx: Context, runId: string, batch: Batch, projectId?: string): Promise<void> {
  await openRun(ctx, runId, 'run.write', projectId);
  const byKey = new Map<string, Metric[]>();
  for (const metric of batch.metrics) {
    const group = byKey.get(metric.key);
    if (group) group.push(metric);
    else byKey.set(metric.key, [metric]);
  }
  const params = new Map<string, string>();
  for (const { key, value } of batch.params) {
    const before = params.get(key);
    if (before !== undefined && before !== value)
      throw invalidField('/params', `parameter "${key}" comes twice in this batch with different values`);
    params.set(key, value);
  }
  const tags = new Map(batch.tags.map((tag) => [tag.key, tag.value]));
  await transaction(ctx, async (tx) => {
    await lockForWrite(tx, runId);
    if (params.size > 0) {
      const known = await paramsOf(tx, runId, [...params.keys()]);
      for (const [key, value] of params) {
        const before = known.get(key);
        if (before !== undefined && before !== value) throw paramChanged(key, before, value);
      }
      const fresh = [...params].filter(([key]) => !known.has(key)).map(([key, value]) => ({ key, value }));
      if (fresh.length > 0) await insertParams(tx, runId, fresh);
    }
    if (tags.size > 0)
      await upsertTags(
        tx,
        runId,
        [...tags].map(([key, value]) => ({ key, value })),
      );
    if (byKey.size > 0) await insertMetrics(tx, runId, byKey);
  });
}

export async function logInputs(ctx: Context, runId: string, datasets: DatasetInput[], projectId?: string): Promise<void> {
  await openRun(ctx, runId, 'run.write', projectId);
  await transaction(ctx, async (tx) => {
    await lockForWrite(tx, runId);
    for (const dataset of datasets) await insertDatasetInput(tx, runId, dataset);
  });
}

export async function logOutputs(
  ctx: Context,
  runId: string,
  models: { modelId: string; step: number }[],
  projectId?: string,
): Promise<void> {
  await openRun(ctx, runId, 'run.write', projectId);
  await transaction(ctx, async (tx) => {
    await lockForWrite(tx, runId);
    await insertOutputs(tx, runId, models);
  });
}
