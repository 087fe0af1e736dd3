import { inProject, require } from '../access/index.ts';
import { artifactsUnder } from '../artifacts/index.ts';
import { findJob, type JobRow } from '../jobs/index.ts';
import { digestOfFiles } from '../kit/digest.ts';
import { ref } from '../lineage/index.ts';
import type { Context } from '../platform/index.ts';
import { openPrediction } from '../predictions/index.ts';
import { filesRefOf, findVersion, nameOfVersion, openVersion, type VersionRow } from '../registry/index.ts';
import { findRun } from '../tracking/index.ts';
import { checkBytes } from './check-sources.ts';
import { reproduce } from './reproduce-job.ts';
import { Impossible, type Reproduction } from './reproduction.ts';

/** Makes again the model behind a version: the job that logged it runs anew, and the newest requests that the version answered are answered anew. */
export async function reproduceVersion(
  ctx: Context,
  project: string,
  name: string,
  number: number | string,
): Promise<Reproduction> {
  const version = await openVersion(ctx, project, name, number, 'model.read');
  await require(ctx, 'job.start', inProject('version', version.id, version.projectId, nameOfVersion(version)));
  return reproduce(ctx, version.projectId, await jobBehind(ctx, version), ref('version', version.id), () =>
    checkVersion(ctx, version),
  );
}

/** Makes again one answer: the model behind it, and what that model says to the same request. */
export async function reproducePrediction(ctx: Context, id: string): Promise<Reproduction> {
  const { prediction } = await openPrediction(ctx, id);
  await require(ctx, 'job.start', inProject('prediction', prediction.id, prediction.projectId));
  const version = await findVersion(ctx, prediction.versionId);
  const row = version && (await jobBehind(ctx, version));
  return reproduce(ctx, prediction.projectId, row, ref('prediction', prediction.id), () => checkVersion(ctx, version!));
}

async function jobBehind(ctx: Context, version: VersionRow): Promise<JobRow | null> {
  const run = version.sourceRunId ? await findRun(ctx, version.sourceRunId) : null;
  return run?.jobId ? findJob(ctx, run.jobId) : null;
}

/** The version's own files must be what was registered, and that must be what the run had logged. */
async function checkVersion(ctx: Context, version: VersionRow): Promise<void> {
  const files = await artifactsUnder(ctx, filesRefOf(version.id), '');
  if (digestOfFiles(files) !== version.digest)
    throw new Impossible('result-changed', `The files of ${nameOfVersion(version)} are not those that were registered.`);
  for (const { path, sha256 } of files) await checkBytes(ctx, sha256, 'result-changed', `"${path}" of ${nameOfVersion(version)}`);
  if (version.sourceKind === 'version') return;
  const owner = version.sourceModelId ? ref('logged-model', version.sourceModelId) : ref('run', version.sourceRunId!);
  const { sourcePath } = version;
  const logged = (await artifactsUnder(ctx, owner, sourcePath)).map((file) => ({
    ...file,
    path: sourcePath ? file.path.slice(sourcePath.length + 1) : file.path,
  }));
  if (digestOfFiles(logged) !== version.digest)
    throw new Impossible('result-changed', `The files of ${nameOfVersion(version)} are not those that its run holds now.`);
}
