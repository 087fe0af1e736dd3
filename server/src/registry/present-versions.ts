import { ref } from '../lineage/index.ts';
import type { Context } from '../platform/index.ts';
import { newestApprovals } from '../policies/index.ts';
import { dataOf, presentValue } from '../tracking/index.ts';
import type { Version, VersionRow } from './version.ts';

/** Versions as they are shown: with the metrics of their runs and the newest word on their approval, in a few queries whatever their number. */
export async function presentVersions(ctx: Context, rows: readonly VersionRow[]): Promise<Version[]> {
  const runIds = [...new Set(rows.flatMap((row) => row.sourceRunId ?? []))];
  const data = await dataOf(ctx, runIds);
  const approvals = await newestApprovals(
    ctx,
    rows.map((row) => ref('version', row.id)),
  );
  return rows.map((row) => ({
    id: row.id,
    modelId: row.modelId,
    modelName: row.modelName,
    projectId: row.projectId,
    projectSlug: row.projectSlug,
    number: row.number,
    state: row.state,
    stage: row.stage,
    digest: row.digest,
    sizeBytes: row.sizeBytes,
    fileCount: row.fileCount,
    flavors: row.flavors,
    signature: row.signature,
    source: {
      kind: row.sourceKind,
      runId: row.sourceRunId,
      runName: row.sourceRunName,
      loggedModelId: row.sourceModelId,
      versionId: row.sourceVersionId,
      path: row.sourcePath,
    },
    metrics: (data.get(row.sourceRunId ?? '')?.metrics ?? []).map(({ key, value }) => ({ key, value: presentValue(value) })),
    description: row.description,
    tags: row.tags,
    aliases: row.aliases,
    approval: approvals.get(ref('version', row.id)) ?? null,
    createdBy: { id: row.createdBy, name: row.createdByName },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }));
}

export async function presentVersion(ctx: Context, row: VersionRow): Promise<Version> {
  return (await presentVersions(ctx, [row]))[0]!;
}
