import { randomBytes } from 'node:crypto';
import { inProject, require } from '../access/index.ts';
import { recordProduct, ref } from '../lineage/index.ts';
import { type Context, emit, notFound, transaction } from '../platform/index.ts';
import { openExperiment } from './experiments.ts';
import { findModel, insertModel, insertOutputs, updateModel } from './logged-model-store.ts';
import { openRun } from './runs.ts';
import type { KeyValue, LoggedModel } from './tracking.ts';

export interface NewLoggedModel {
  experimentId: string;
  name?: string;
  modelType?: string;
  sourceRunId?: string;
  params?: KeyValue[];
  tags?: KeyValue[];
}

const asRecord = (pairs: KeyValue[] | undefined): Record<string, string> =>
  Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value]));

/** Announces a model whose files follow; it counts once it is made ready. */
export async function createLoggedModel(ctx: Context, input: NewLoggedModel, projectId?: string): Promise<LoggedModel> {
  const experiment = await openExperiment(ctx, input.experimentId, 'run.write', projectId);
  if (input.sourceRunId) await openRun(ctx, input.sourceRunId, 'run.write', experiment.projectId);
  const now = Date.now();
  const model: LoggedModel = {
    // Clients tell the id of a logged model from a name by its form.
    id: `m-${randomBytes(16).toString('hex')}`,
    experimentId: experiment.id,
    projectId: experiment.projectId,
    name: input.name || 'model',
    status: 'pending',
    modelType: input.modelType || null,
    sourceRunId: input.sourceRunId || null,
    params: asRecord(input.params),
    tags: asRecord(input.tags),
    createdTime: now,
    updatedTime: now,
  };
  return transaction(ctx, async (tx) => {
    await insertModel(tx, model);
    if (model.sourceRunId) {
      await insertOutputs(tx, model.sourceRunId, [{ modelId: model.id, step: 0 }]);
      await recordProduct(tx, model.projectId, ref('run', model.sourceRunId), [ref('logged-model', model.id)]);
    }
    await emit(tx, {
      verb: 'logged-model.created',
      object: { type: 'logged-model', id: model.id, projectId: model.projectId },
      data: model,
    });
    return model;
  });
}

export async function openLoggedModel(
  ctx: Context,
  id: string,
  action: 'run.read' | 'run.write' | 'artifact.read' | 'artifact.write',
  projectId?: string,
): Promise<LoggedModel> {
  const model = await findModel(ctx, id);
  if (!model || (projectId && model.projectId !== projectId)) {
    ctx.decided.add(action);
    throw notFound('logged model', id);
  }
  await require(ctx, action, inProject('logged-model', id, model.projectId, model.name));
  return model;
}

export async function changeLoggedModel(
  ctx: Context,
  id: string,
  change: { status?: LoggedModel['status']; addParams?: KeyValue[]; setTags?: KeyValue[]; dropTag?: string; deleted?: true },
  projectId?: string,
): Promise<LoggedModel> {
  const model = await openLoggedModel(ctx, id, 'run.write', projectId);
  return transaction(ctx, async (tx) => {
    const tags = { ...model.tags, ...asRecord(change.setTags) };
    if (change.dropTag) delete tags[change.dropTag];
    const params = { ...model.params, ...asRecord(change.addParams) };
    await updateModel(tx, id, {
      ...(change.status ? { status: change.status } : {}),
      ...(change.deleted ? { lifecycle: 'deleted' } : {}),
      params,
      tags,
    });
    const after: LoggedModel = {
      ...model,
      ...(change.status ? { status: change.status } : {}),
      params,
      tags,
      updatedTime: Date.now(),
    };
    await emit(tx, {
      verb: change.deleted ? 'logged-model.deleted' : change.status ? `logged-model.${change.status}` : 'logged-model.changed',
      object: { type: 'logged-model', id, projectId: model.projectId },
      data: after,
    });
    return after;
  });
}
