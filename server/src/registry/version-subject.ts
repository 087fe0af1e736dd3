import { artifactsWithMakers } from '../artifacts/index.ts';
import { digestOfFiles } from '../kit/digest.ts';
import { ref } from '../lineage/index.ts';
import { idsOfAddresses } from '../people/index.ts';
import type { Context } from '../platform/index.ts';
import type { Subject } from '../policies/index.ts';
import { addressesOf } from '../repos/index.ts';
import { findRun, makersOf } from '../tracking/index.ts';
import { filesRefOf, nameOfVersion, type VersionRow } from './version.ts';
import { registrarsBefore } from './version-store.ts';

/** A version as the gate judges it: the digest of the files that are stored now, and everybody who made them. */
export async function versionSubject(ctx: Context, version: VersionRow): Promise<Subject> {
  const files = await artifactsWithMakers(ctx, filesRefOf(version.id), '');
  const makers = [...files.flatMap((file) => file.putBy ?? []), ...(await authorsOf(ctx, version))];
  return {
    ref: ref('version', version.id),
    name: nameOfVersion(version),
    projectId: version.projectId,
    digest: digestOfFiles(files),
    authorIds: [...new Set(makers)],
  };
}

/** Who registered it, or what it is a copy of, who ran what made it, and who wrote the code of that. */
async function authorsOf(ctx: Context, version: VersionRow): Promise<string[]> {
  const makers = await makersOf(ctx, { runId: version.sourceRunId, modelId: version.sourceModelId });
  const run = version.sourceRunId ? await findRun(ctx, version.sourceRunId) : null;
  const writers = run?.commit ? await idsOfAddresses(ctx, await addressesOf(ctx, run.projectId, run.commit)) : [];
  return [version.createdBy, ...(await registrarsBefore(ctx, version)), ...makers, ...writers];
}
