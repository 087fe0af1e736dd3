import { type Copy, isCopyOf, isFatal, marks, marksOf, messageOf, originAtTarget, ownTags } from './copy.ts';
import { copyFiles } from './copy-files.ts';
import type { Place } from './copy-run.ts';
import { logBatch } from './log-batch.ts';
import { type LoggedModel, type Metric, ownerOfModel, valueIn } from './shapes.ts';

/** A note that servers keep themselves about versions made of a model. */
const serversOwn = 'mlflow.modelVersions';

/** Logged models of the third generation, after the runs that made them. */
export async function copyLoggedModels(copy: Copy, at: Place, experimentId: string): Promise<void> {
  let known: Map<string, LoggedModel> | undefined;
  for await (const model of copy.source.loggedModels(experimentId)) {
    known ??= await knownModels(copy, at.experimentId);
    const told = `logged model ${model.info.model_id}`;
    try {
      await copyModel(copy, at, model, known, told);
    } catch (error) {
      if (isFatal(error)) throw error;
      copy.report.missing('logged models', told, messageOf(error));
    }
  }
}

async function knownModels(copy: Copy, experimentId: string): Promise<Map<string, LoggedModel>> {
  const found = new Map<string, LoggedModel>();
  for await (const model of copy.there.loggedModels(experimentId))
    if (isCopyOf(copy, model.info.tags)) found.set(valueIn(model.info.tags, marks.id)!, model);
  return found;
}

async function copyModel(
  copy: Copy,
  at: Place,
  model: LoggedModel,
  known: Map<string, LoggedModel>,
  told: string,
): Promise<void> {
  const { target, report } = copy;
  const { model_id, name, model_type, source_run_id, status, creation_timestamp_ms } = model.info;
  const origin = originAtTarget(copy, model.info.tags);
  if (origin) {
    copy.models.set(model_id, origin);
    return report.there('logged models');
  }
  const tags = ownTags(model.info.tags).filter(({ key }) => key !== serversOwn);
  const before = known.get(model_id);
  let made = before;
  if (!made) {
    await at.wake();
    const run = source_run_id && copy.runs.get(source_run_id);
    if (source_run_id && !run) report.differs(told, `the run that made it, ${source_run_id}, is not at the target`);
    const answer = await target.create<{ model: LoggedModel }>('logged-models', {
      experiment_id: at.experimentId,
      ...(name ? { name } : {}),
      ...(model_type ? { model_type } : {}),
      ...(run ? { source_run_id: run } : {}),
      params: model.data?.params ?? [],
      tags: [...tags, ...marksOf(copy, model_id, { createdAt: creation_timestamp_ms })],
    });
    made = answer.model;
  }
  const id = made.info.model_id;
  copy.models.set(model_id, id);
  const state = valueIn(before?.info.tags, marks.state);
  const isWhole = await copyFiles(copy, told, ownerOfModel(model), ownerOfModel(made));
  const metrics = model.data?.metrics ?? [];
  const now = `${status} ${metrics.length}`;
  if (before) report.there('logged models');
  else report.brought('logged models');
  if (state === now) return;
  const refused = await copyModelMetrics(copy, id, told, metrics);
  if (status && status !== 'LOGGED_MODEL_PENDING' && made.info.status !== status)
    await target.set('PATCH', `logged-models/${id}`, { model_id: id, status });
  const { model: after } = await target.get<{ model: LoggedModel }>(`logged-models/${id}`);
  if (after.info.status !== status) report.differs(told, `its status is ${after.info.status} where it was ${status}`);
  for (const { key, value } of model.data?.params ?? [])
    if (valueIn(after.data?.params, key) !== value) report.differs(told, `its parameter "${key}" is not as it was`);
  if (isWhole && refused === 0)
    await target.set('PATCH', `logged-models/${id}/tags`, { model_id: id, tags: [{ key: marks.state, value: now }] });
}

/** What runs measured about a model is logged to these runs, with the model named. */
async function copyModelMetrics(copy: Copy, id: string, told: string, metrics: readonly Metric[]): Promise<number> {
  let refused = 0;
  const miss = (metric: Metric, why: string, run: string | undefined): void => {
    refused += 1;
    copy.report.missing('metric points', `${told}, metric "${metric.key}" of run ${run}`, why);
  };
  for (const [run, all] of Map.groupBy(metrics, (metric) => metric.run_id)) {
    const mapped = run && copy.runs.get(run);
    if (!mapped) {
      for (const metric of all) miss(metric, 'that run is not at the target', run);
      continue;
    }
    const items = all.map(({ key, value, timestamp, step = 0, dataset_name, dataset_digest }) => ({
      key,
      value,
      timestamp,
      step,
      model_id: id,
      ...(dataset_name ? { dataset_name } : {}),
      ...(dataset_digest ? { dataset_digest } : {}),
    }));
    await logBatch(copy.target, mapped, 'metrics', items, 1_000, (metric, why) => miss(metric, why, run));
  }
  return refused;
}
