import type { Context } from '../platform/index.ts';
import { finishWorkload } from './finish-workload.ts';
import type { WorkloadKind } from './workload.ts';
import { aliveWorkloads } from './workload-store.ts';

/**
 * Writes the end of all that had begun, where nobody will ever see to it: in the copy of an installation, whose processes belong to the
 * original. No process is looked for or ended.
 *
 * @returns how many
 */
export async function loseAlive(ctx: Context, kinds: readonly WorkloadKind[], reason: string): Promise<number> {
  const workloads = await aliveWorkloads(ctx);
  for (const workload of workloads) {
    const kind = kinds.find((one) => one.kind === workload.kind);
    if (!kind) throw new Error(`${workload.id} is of kind ${workload.kind}, which this Plinth does not know`);
    await finishWorkload(ctx, kind, workload, { state: 'lost', stateReason: reason, finishedAt: ctx.platform.clock.now() });
  }
  return workloads.length;
}
