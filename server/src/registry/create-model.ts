import { newId } from '../kit/ids.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { checkModelName, type ModelRow, modelExists, modelObject } from './model.ts';
import { findModelByName, insertModel } from './model-store.ts';

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
