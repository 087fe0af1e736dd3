import { type Context, transaction } from '../platform/index.ts';
import { channelOf, requireApproval } from '../policies/index.ts';
import { aliasGone, checkAlias, type ModelRow, modelGone, modelObject } from './model.ts';
import { findAlias, findModelById, lockModel, updateModel, writeAlias } from './model-store.ts';
import { openModel, openVersion } from './open-model.ts';
import { tell } from './rehearsal.ts';
import { versionGone } from './version.ts';
import { findVersionByNumber } from './version-store.ts';
import { versionSubject } from './version-subject.ts';

/** Points a name at a version. A name that stands for a protected channel is moved through the gate only. */
export async function setAlias(
  ctx: Context,
  project: string,
  name: string,
  alias: string,
  number: number | string,
): Promise<ModelRow> {
  const asked = await openVersion(ctx, project, name, number, 'model.write', { forWork: true });
  checkAlias(alias);
  return transaction(ctx, async (tx) => {
    if (!(await lockModel(tx, asked.modelId))) throw modelGone(name);
    const version = await findVersionByNumber(tx, asked.modelId, asked.number);
    if (!version) throw versionGone(name, number);
    const approval = version.rehearsalOf
      ? null
      : await requireApproval(tx, await versionSubject(tx, version), await channelOf(tx, version.projectId, alias));
    const before = await findAlias(tx, version.modelId, alias);
    if (before?.versionId !== version.id) {
      await writeAlias(tx, {
        modelId: version.modelId,
        alias,
        from: before?.versionId ?? null,
        to: version.id,
        approvalId: approval?.id ?? null,
      });
      await updateModel(tx, version.modelId, {});
    }
    const after = (await findModelById(tx, version.modelId))!;
    await tell(tx, after.rehearsalOf, {
      verb: 'model.alias-set',
      object: modelObject(after),
      data: {
        ...after,
        alias,
        versionId: version.id,
        formerVersionId: before?.versionId ?? null,
        approvalId: approval?.id ?? null,
      },
    });
    return after;
  });
}

/** Takes a name away; nothing enters a channel by that. */
export async function removeAlias(ctx: Context, project: string, name: string, alias: string): Promise<ModelRow> {
  const model = await openModel(ctx, project, name, 'model.write', { forWork: true });
  return transaction(ctx, async (tx) => {
    if (!(await lockModel(tx, model.id))) throw modelGone(name);
    const before = await findAlias(tx, model.id, alias);
    // One that only the model itself has is not taken from it by a rehearsal.
    if (!before && !(model.standsFor && (await findAlias(tx, model.standsFor, alias)))) throw aliasGone(name, alias);
    await writeAlias(tx, { modelId: model.id, alias, from: before?.versionId ?? null, to: null, approvalId: null });
    await updateModel(tx, model.id, {});
    const after = (await findModelById(tx, model.id))!;
    await tell(tx, after.rehearsalOf, {
      verb: 'model.alias-removed',
      object: modelObject(after),
      data: { ...after, alias, formerVersionId: before?.versionId ?? null },
    });
    return after;
  });
}
