import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Context, emit, type Task, transaction } from '../platform/index.ts';
import { profileTask } from './create-snapshot.ts';
import type { Profile, SnapshotFile } from './dataset.ts';
import { filesOf, findSnapshot, setProfile } from './dataset-store.ts';
import { formatOf } from './table-format.ts';

const maximumTables = 20;

/** Columns, counts and distributions of a new snapshot's tables, reckoned in the background. A failure is told on the profile; the snapshot stands. */
export const profileSnapshot: Task = {
  name: profileTask,
  async run(ctx, payload) {
    const { snapshotId } = payload as { snapshotId: string };
    const snapshot = await findSnapshot(ctx, snapshotId);
    if (!snapshot) return;
    const profile = await profileOf(ctx, await filesOf(ctx, snapshotId));
    await transaction(ctx, async (tx) => {
      await setProfile(tx, snapshotId, profile);
      await emit(tx, {
        verb: 'snapshot.profiled',
        object: { type: 'snapshot', id: snapshotId, projectId: snapshot.projectId },
        data: { ...snapshot, profile: { state: profile.state, reason: profile.reason ?? null } },
      });
    });
  },
};

async function profileOf(ctx: Context, files: SnapshotFile[]): Promise<Profile> {
  const tables = files.filter((file) => formatOf(file.path)).slice(0, maximumTables);
  if (tables.length === 0) return { state: 'unsupported', reason: 'No CSV, Parquet or JSON-lines file is in it.' };
  const results: NonNullable<Profile['tables']> = [];
  for (const file of tables) {
    try {
      // A child process with a cap: a hostile file may take all it can get, and must take it there.
      const { stdout } = await ctx.platform.blobs.withFile(file.sha256, (path) =>
        promisify(execFile)(
          process.execPath,
          ['--max-old-space-size=512', join(import.meta.dirname, 'profile-process.ts'), formatOf(file.path)!, path],
          { timeout: 120_000, maxBuffer: 32 * 1024 * 1024, env: { PATH: process.env.PATH } },
        ),
      );
      results.push({ path: file.path, ...(JSON.parse(stdout) as { rowCount: number; columns: never[] }) });
    } catch (error) {
      const text = String((error as { stderr?: string }).stderr || error);
      return {
        state: 'failed',
        reason: `"${file.path}" could not be read as a table: ${text.trim().split('\n').at(-1)?.slice(0, 300)}`,
      };
    }
  }
  return { state: 'ready', tables: results };
}
