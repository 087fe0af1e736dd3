import { type ArtifactOfMaker, artifactsWithMakers, checkArtifactPath } from '../artifacts/index.ts';
import { type Ref, ref } from '../lineage/index.ts';
import type { Context } from '../platform/index.ts';
import { findModelOfRun, openLoggedModel, openRun } from '../tracking/index.ts';
import { openVersionById } from './open-model.ts';
import { filesRefOf, modelNotReady, noModelFiles, type VersionRow } from './version.ts';

/** Where the files of a new version are now. */
export type VersionSource =
  | { kind: 'run'; runId: string; path: string }
  | { kind: 'logged-model'; modelId: string; path: string }
  | { kind: 'version'; versionId: string };

export interface ResolvedSource {
  kind: VersionRow['sourceKind'];
  runId: string | null;
  modelId: string | null;
  versionId: string | null;
  path: string;
  /** As they will be called in the version. */
  files: ArtifactOfMaker[];
  /** What made it, for the lineage. */
  madeBy: Ref[];
}

/** Finds the files of a source of the same project, after asking for the right to read them. @throws 400 when there are none, 404 */
export async function resolveSource(ctx: Context, projectId: string, source: VersionSource): Promise<ResolvedSource> {
  switch (source.kind) {
    case 'run':
      return ofRun(ctx, projectId, source.runId, checkArtifactPath(source.path));
    case 'logged-model':
      return ofLoggedModel(ctx, projectId, source.modelId, checkArtifactPath(source.path));
    case 'version': {
      const version = await openVersionById(ctx, source.versionId, 'artifact.read', projectId);
      return {
        kind: 'version',
        runId: version.sourceRunId,
        modelId: version.sourceModelId,
        versionId: version.id,
        path: '',
        files: await filesUnder(ctx, filesRefOf(version.id), ''),
        madeBy: [ref('version', version.id)],
      };
    }
  }
}

async function ofRun(ctx: Context, projectId: string, runId: string, path: string): Promise<ResolvedSource> {
  const run = await openRun(ctx, runId, 'artifact.read', projectId);
  const files = await filesUnder(ctx, `run:${run.id}`, path);
  // Newer clients keep a model beside its run, under the name that it was logged by.
  const model = files.length === 0 ? await findModelOfRun(ctx, run.id, path) : null;
  if (model) return ofLoggedModel(ctx, projectId, model.id, '');
  if (files.length === 0) throw noModelFiles(`"${path}" of run ${run.id}`);
  return { kind: 'run', runId: run.id, modelId: null, versionId: null, path, files, madeBy: [ref('run', run.id)] };
}

async function ofLoggedModel(ctx: Context, projectId: string, modelId: string, path: string): Promise<ResolvedSource> {
  const model = await openLoggedModel(ctx, modelId, 'artifact.read', projectId);
  const files = await filesUnder(ctx, `logged-model:${model.id}`, path);
  if (files.length === 0) throw noModelFiles(`logged model ${model.id}`);
  if (model.status === 'failed') throw modelNotReady(model.id);
  const madeBy = [ref('logged-model', model.id), ...(model.sourceRunId ? [ref('run', model.sourceRunId)] : [])];
  return { kind: 'logged-model', runId: model.sourceRunId, modelId: model.id, versionId: null, path, files, madeBy };
}

async function filesUnder(ctx: Context, ownerRef: string, folder: string): Promise<ArtifactOfMaker[]> {
  const files = await artifactsWithMakers(ctx, ownerRef, folder);
  return folder ? files.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) })) : files;
}
