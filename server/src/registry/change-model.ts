import { sql } from 'kysely';
import { ref } from '../lineage/index.ts';
import { type Context, invalidField, transaction } from '../platform/index.ts';
import { renameSubject, withdrawQuestions } from '../policies/index.ts';
import { checkModelName, type ModelRow, mergeTags, modelExists, modelGone, modelObject } from './model.ts';
import { findModelById, findModelByName, lockModel, namesOf, trashModel, updateModel, writeAlias } from './model-store.ts';
import { openModel } from './open-model.ts';
import { tell } from './rehearsal.ts';
import { nameOfVersion } from './version.ts';
import { updateVersion, versionsWhere } from './version-store.ts';

export interface ModelChange {
  name?: string;
  description?: string;
  intendedUse?: string;
  ownerId?: string;
  /** Merged into what is there; null takes one away. */
  tags?: Record<string, string | null>;
}

/** Changes the words about a model. A renamed one keeps versions, aliases and approvals. */
export async function changeModel(
  ctx: Context,
  project: string,
  name: string,
  change: ModelChange,
  check: (before: ModelRow) => void = () => {},
): Promise<ModelRow> {
  const { id, projectId } = await openModel(ctx, project, name, 'model.write', { forWork: true });
  if (change.name !== undefined) checkModelName(change.name);
  if (change.ownerId !== undefined && (await namesOf(ctx, [change.ownerId])).length === 0)
    throw invalidField('/ownerId', 'names nobody; take the id of a person or service account');
  return transaction(ctx, async (tx) => {
    if (!(await lockModel(tx, id))) throw modelGone(name);
    const before = (await findModelById(tx, id))!;
    check(before);
    const newName = change.name ?? name;
    if (newName !== name && (await findModelByName(tx, projectId, newName))) throw modelExists(newName);
    const tags = mergeTags(before.tags, change.tags);
    await updateModel(tx, id, {
      name: newName,
      tags,
      ...(change.description === undefined ? {} : { description: change.description }),
      ...(change.ownerId === undefined ? {} : { ownerId: change.ownerId }),
      ...(change.intendedUse === undefined ? {} : { intendedUse: change.intendedUse }),
    });
    if (newName !== name) {
      for (const version of await versionsOf(tx, id))
        await renameSubject(tx, ref('version', version.id), nameOfVersion({ ...version, modelName: newName }));
    }
    const after = (await findModelById(tx, id))!;
    await tell(tx, after.rehearsalOf, {
      verb: newName === name ? 'model.changed' : 'model.renamed',
      object: modelObject(after),
      data: newName === name ? after : { ...after, formerName: name },
    });
    return after;
  });
}

/** Takes a model out of use with all its versions; what points at them can still say what they were. */
export async function deleteModel(ctx: Context, project: string, name: string): Promise<void> {
  const model = await openModel(ctx, project, name, 'model.write', { forWork: true });
  await transaction(ctx, async (tx) => {
    if (!(await lockModel(tx, model.id))) throw modelGone(name);
    for (const version of await versionsOf(tx, model.id)) {
      for (const alias of version.aliases)
        await writeAlias(tx, { modelId: model.id, alias, from: version.id, to: null, approvalId: null });
      await withdrawQuestions(tx, ref('version', version.id));
      await updateVersion(tx, version.id, { state: 'deleted' });
    }
    await trashModel(tx, model.id);
    await tell(tx, model.rehearsalOf, { verb: 'model.deleted', object: modelObject(model), data: model });
  });
}

const versionsOf = (tx: Context, modelId: string) =>
  versionsWhere(tx, { where: [sql`model_versions.model_id = ${modelId}`], order: [sql`model_versions.number`], limit: 100_000 });
