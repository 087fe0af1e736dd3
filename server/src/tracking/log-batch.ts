import { type Context, invalidField, transaction } from '../platform/index.ts';
import { insertOutputs } from './logged-model-store.ts';
import { openLoggedModel } from './models.ts';
import { lockForWrite, openRun } from './runs.ts';
import type { Batch, DatasetInput } from './tracking.ts';
import { insertDatasetInput } from './tracking-store.ts';
import { queueOf } from './write-queue.ts';

/** Logs a batch whole or not at all, acknowledged after the commit. Every value was checked before; here the run and its older parameters are. */
export async function logBatch(ctx: Context, runId: string, batch: Batch, projectId?: string): Promise<void> {
  const run = await openRun(ctx, runId, 'run.write', projectId);
  const params = new Map<string, string>();
  for (const { key, value } of batch.params) {
    const before = params.get(key);
    if (before !== undefined && before !== value)
      throw invalidField('/params', `parameter "${key}" comes twice in this batch with different values`);
    params.set(key, value);
  }
  for (const modelId of new Set(batch.metrics.map((metric) => metric.about?.modelId)))
    if (modelId) await openLoggedModel(ctx, modelId, 'run.write', run.projectId);
  await queueOf(ctx.platform).write({ runId: run.id, experimentId: run.experimentId, batch });
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
