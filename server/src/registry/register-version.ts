import { insertArtifacts } from '../artifacts/index.ts';
import { digestOfFiles } from '../kit/digest.ts';
import { newId } from '../kit/ids.ts';
import { recordProduct, ref } from '../lineage/index.ts';
import { type Context, transaction } from '../platform/index.ts';
import { modelGone } from './model.ts';
import { lockModel, updateModel } from './model-store.ts';
import { openModel } from './open-model.ts';
import { readModelFile } from './read-model-file.ts';
import { numberAsThen, rehearsalOf, tell } from './rehearsal.ts';
import { filesRefOf, sourceContradicts, type VersionRow, versionObject } from './version.ts';
import { resolveSource, type VersionSource } from './version-source.ts';
import { findVersion, insertVersion } from './version-store.ts';

export interface NewVersion {
  source: VersionSource;
  /** The run that made it, where the source does not say so; one that contradicts the source is refused. */
  runId?: string;
  description?: string;
  tags?: Record<string, string>;
}

/**
 * Adds a version: the files of the source as they are at this moment become the version's own, so that it stays whatever becomes of the run.
 * It goes to no channel by that.
 */
export async function registerVersion(ctx: Context, project: string, name: string, input: NewVersion): Promise<VersionRow> {
  const model = await openModel(ctx, project, name, 'model.write', { forWork: true });
  const source = await resolveSource(ctx, model.projectId, input.source);
  if (input.runId && source.runId && input.runId !== source.runId) throw sourceContradicts();
  const facts = await readModelFile(ctx, source.files);
  const rehearsal = model.rehearsalOf === null ? null : await rehearsalOf(ctx);
  return transaction(ctx, async (tx) => {
    if (!(await lockModel(tx, model.id))) throw modelGone(name);
    const id = newId('ver');
    const row = {
      id,
      modelId: model.id,
      projectId: model.projectId,
      digest: digestOfFiles(source.files),
      sizeBytes: source.files.reduce((sum, file) => sum + file.sizeBytes, 0),
      fileCount: source.files.length,
      ...facts,
      sourceKind: source.kind,
      sourceRunId: source.runId,
      sourceModelId: source.modelId,
      sourceVersionId: source.versionId,
      sourcePath: source.path,
      description: input.description ?? '',
      tags: input.tags ?? {},
    };
    await insertVersion(tx, row, rehearsal ? await numberAsThen(tx, rehearsal, model) : undefined);
    await insertArtifacts(tx, filesRefOf(id), model.projectId, source.files);
    // What nobody else can reach has no place in the lineage.
    for (const maker of rehearsal ? [] : source.madeBy) await recordProduct(tx, model.projectId, maker, [ref('version', id)]);
    await updateModel(tx, model.id, {});
    const version = (await findVersion(tx, id))!;
    await tell(tx, version.rehearsalOf, { verb: 'version.registered', object: versionObject(version), data: version });
    return version;
  });
}
