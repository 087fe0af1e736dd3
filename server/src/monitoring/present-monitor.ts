import type { Monitor } from './monitor.ts';
import type { findMonitor } from './monitor-store.ts';

export function presentMonitor(row: NonNullable<Awaited<ReturnType<typeof findMonitor>>>): Monitor {
  const { referenceKind, referenceRows, referenceSource, pending, firing, recovering } = row;
  return {
    id: row.id,
    projectId: row.projectId,
    projectSlug: row.projectSlug,
    deploymentId: row.deploymentId,
    deploymentName: row.deploymentName,
    channel: row.channel,
    versionId: row.versionId,
    versionName: row.versionName,
    state: row.state,
    stateReason: row.stateReason,
    falseAlarmDays: row.falseAlarmDays,
    reference: {
      kind: referenceKind,
      rowCount: referenceRows,
      snapshotId: referenceSource?.snapshotId ?? null,
      runId: referenceSource?.runId ?? null,
      path: referenceSource?.path ?? null,
    },
    rowCount: row.rowCount,
    lastRowAt: row.lastRowAt,
    openAlerts: { pending, firing, recovering },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
