import { newId } from '../kit/ids.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { checkModelName, type ModelRow, modelExists, modelObject } from './model.ts';
import { findModelByName, findRehearsed, insertModel } from './model-store.ts';
import { type Rehearsal, rehearsalOf, rehearsedModel, tell, wasMadeSince } from './rehearsal.ts';

export interface NewModel {
  name: string;
  description?: string;
  intendedUse?: string;
  tags?: Record<string, string>;
}

/** Takes a name for versions to come. */
export async function createModel(ctx: Context, projectName: string, input: NewModel): Promise<ModelRow> {
  const project = await openProject(ctx, projectName, 'model.write', { forWork: true });
  const name = checkModelName(input.name);
  const rehearsal = await rehearsalOf(ctx);
  if (rehearsal) return rehearse(ctx, rehearsal, project.id, { ...input, name });
  return transaction(ctx, async (tx) => {
    const row = {
      id: newId('mdl'),
      projectId: project.id,
      name,
      description: input.description ?? '',
      intendedUse: input.intendedUse ?? '',
      tags: input.tags ?? {},
    };
    if (!(await insertModel(tx, row))) throw modelExists(name);
    const model = (await findModelByName(tx, project.id, name))!;
    await emit(tx, { verb: 'model.created', object: modelObject(model), data: model });
    return model;
  });
}

async function rehearse(ctx: Context, rehearsal: Rehearsal, projectId: string, input: NewModel): Promise<ModelRow> {
  const { name, description = '', tags = {} } = input;
  const real = await findModelByName(ctx, projectId, name);
  const isThere = real !== null && !(await wasMadeSince(ctx, rehearsal, real));
  if (isThere || (await findRehearsed(ctx, rehearsal.reproductionId, projectId, name))) throw modelExists(name);
  return transaction(ctx, async (tx) => {
    const model = await rehearsedModel(tx, rehearsal, real, { projectId, name, description, tags });
    await tell(tx, model.rehearsalOf, { verb: 'model.created', object: modelObject(model), data: model });
    return model;
  });
}
