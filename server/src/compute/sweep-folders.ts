import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../platform/index.ts';
import type { Executor } from './executor.ts';
import { isFinished } from './workload.ts';
import { findWorkload } from './workload-store.ts';

/** Longer than a living server takes between the end that it writes and the folder that it removes. */
const settledMilliseconds = 5 * 60 * 1000;

/** Removes folders of attempts that are over, which a server left that was killed before it could. What no row knows is not ours to remove. */
export async function sweepFolders(ctx: Context, executor: Executor, parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, id, fence] = /^(\w+)-(\d+)$/.exec(name) ?? [];
    const workload = id && (await findWorkload(ctx, id));
    if (!workload) continue;
    const settled = isFinished(workload) && Date.parse(workload.finishedAt!) < Date.now() - settledMilliseconds;
    if (!settled && workload.fence <= Number(fence)) continue;
    await executor
      .forget({ id: workload.id, fence: Number(fence), folder: join(parent, name) })
      .catch((error: Error) => ctx.log.warn({ folder: name, error: error.message }, 'a folder was left'));
  }
}
