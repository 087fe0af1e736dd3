import { filesOf, readTable, tablesOf } from '../data/index.ts';
import type { JobRow } from '../jobs/index.ts';
import type { Context } from '../platform/index.ts';
import { notReproducible, targetUnknown } from './retraining.ts';

export interface TrainingTable {
  inputName: string;
  snapshotId: string;
  datasetId: string;
  /** The table among the files of the snapshot. */
  file: { path: string; sha256: string };
  files: { path: string; sha256: string; sizeBytes: number }[];
  columns: string[];
  target: string;
}

const targetNames = ['target', 'label', 'y', 'class', 'outcome'];

/**
 * The table that a job learned from: the one among its inputs that knows the columns that are asked. The column that is not asked holds the truth.
 *
 * @throws 409 `not-reproducible` when the job read no such table, `target-unknown` when several columns may hold the truth
 */
export async function trainingTable(
  ctx: Context,
  job: JobRow,
  asked: readonly string[] | null,
  target?: string,
): Promise<TrainingTable> {
  if (job.inputs.length === 0) throw notReproducible(`job ${job.id} read no dataset snapshot`);
  for (const { name, snapshotId, datasetId } of job.inputs) {
    for (const file of (await tablesOf(ctx, snapshotId)).slice(0, 20)) {
      const columns = (await readTable(ctx, file, 1)).columns.map((column) => column.name);
      const known = asked?.filter((column) => columns.includes(column)) ?? columns;
      if (asked && known.length * 2 < asked.length) continue;
      return {
        inputName: name,
        snapshotId,
        datasetId,
        file,
        files: await filesOf(ctx, snapshotId),
        columns,
        target: targetOf(columns, asked, target),
      };
    }
  }
  throw notReproducible(`no table that job ${job.id} read has the columns that the deployment is asked`);
}

function targetOf(columns: readonly string[], asked: readonly string[] | null, wanted: string | undefined): string {
  if (wanted !== undefined) {
    if (!columns.includes(wanted)) throw targetUnknown(columns);
    return wanted;
  }
  const rest = asked ? columns.filter((column) => !asked.includes(column)) : columns;
  const found = rest.length === 1 ? rest[0] : targetNames.find((name) => rest.includes(name));
  if (found === undefined) throw targetUnknown(rest);
  return found;
}
