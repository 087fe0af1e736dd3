import { findArtifact } from '../artifacts/index.ts';
import { readTable, type Table, tablesOf } from '../data/index.ts';
import { ref, upstreamOf } from '../lineage/index.ts';
import { type Context, Problem } from '../platform/index.ts';
import { type ChosenReference, noReferenceTable, type ReferenceKind, referenceRowLimit } from './monitor.ts';
import type { ReferenceColumns } from './watch.ts';
import { isEnough } from './watch-prediction.ts';

export interface ResolvedReference {
  kind: ReferenceKind;
  source: { snapshotId?: string; runId?: string; path?: string };
  rowCount: number;
  columns: ReferenceColumns;
}

/**
 * What a version is compared with: what a person chose, else the table among the snapshots that its run used that has most rows. Null when there
 * is none; `reason` says why a table that is there does not serve.
 */
export async function resolveReference(
  ctx: Context,
  versionId: string | null,
  chosen: ChosenReference | null,
): Promise<{ reference: ResolvedReference | null; reason: string | null }> {
  if (chosen) return guarded(() => readChosen(ctx, chosen));
  if (!versionId) return { reference: null, reason: null };
  const snapshots = await snapshotsBehind(ctx, versionId);
  let best: { reference: ResolvedReference | null; reason: string | null } = { reference: null, reason: null };
  for (const snapshotId of snapshots.slice(0, 5)) {
    const found = await guarded(() => readSnapshot(ctx, snapshotId, undefined, 'snapshot'));
    if (!best.reference || (found.reference && found.reference.rowCount > best.reference.rowCount)) best = found;
  }
  return best;
}

/** A chosen table, read as a whole. @throws 400 when it is not there, no table, or too small */
export async function readChosen(ctx: Context, chosen: ChosenReference): Promise<ResolvedReference> {
  if (chosen.snapshotId) return readSnapshot(ctx, chosen.snapshotId, chosen.path, 'chosen');
  const artifact = await findArtifact(ctx, `run:${chosen.runId}`, chosen.path ?? '');
  if (!artifact) throw noReferenceTable(`run ${chosen.runId} has no artifact "${chosen.path}"`);
  const table = await readTable(ctx, artifact, referenceRowLimit);
  return asReference(table, 'chosen', { runId: chosen.runId!, path: artifact.path });
}

async function readSnapshot(
  ctx: Context,
  snapshotId: string,
  path: string | undefined,
  kind: ReferenceKind,
): Promise<ResolvedReference> {
  const tables = (await tablesOf(ctx, snapshotId)).filter((file) => path === undefined || file.path === path);
  if (tables.length === 0) throw noReferenceTable(`snapshot ${snapshotId} has no table${path ? ` "${path}"` : ''}`);
  let largest: Table | null = null;
  for (const file of tables.slice(0, 5)) {
    const table = await readTable(ctx, file, referenceRowLimit);
    if (!largest || table.rows.length > largest.rows.length) largest = table;
  }
  return asReference(largest!, kind, { snapshotId, path: largest!.path });
}

function asReference(table: Table, kind: ReferenceKind, source: ResolvedReference['source']): ResolvedReference {
  if (!isEnough(table.rows.length))
    throw noReferenceTable(`"${table.path}" has only ${table.rows.length} rows; a reference needs 50 or more`);
  const columns: ReferenceColumns = Object.fromEntries(
    table.columns.map(({ name, isNumeric }, index) => [
      name,
      { kind: isNumeric ? ('numeric' as const) : ('categorical' as const), values: table.rows.map((row) => row[index]) },
    ]),
  );
  return { kind, source, rowCount: table.rows.length, columns };
}

/** Snapshots that were used by the run from which the version came, the nearest only, by the lineage alone. */
async function snapshotsBehind(ctx: Context, versionId: string): Promise<string[]> {
  const prefix = 'snapshot:';
  const snapshots = (await upstreamOf(ctx.db, ref('version', versionId), 4)).filter((one) => one.ref.startsWith(prefix));
  return snapshots.filter((one) => one.hops === snapshots[0]!.hops).map((one) => one.ref.slice(prefix.length));
}

/** What is wrong with a table is told on the monitor; anything else is a fault. */
async function guarded(
  read: () => Promise<ResolvedReference>,
): Promise<{ reference: ResolvedReference | null; reason: string | null }> {
  try {
    return { reference: await read(), reason: null };
  } catch (error) {
    if (error instanceof Problem) return { reference: null, reason: error.detail };
    throw error;
  }
}
