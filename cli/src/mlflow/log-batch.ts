import { messageOf } from './copy.ts';
import type { MlflowServer } from './server.ts';
import { WireProblem } from './wire-problem.ts';

/**
 * Logs many in few calls. A batch that is refused is halved until what it is refused for stands alone, and that is told; the rest is logged.
 *
 * @returns how many were taken
 */
export async function logBatch<T>(
  target: MlflowServer,
  runId: string,
  field: 'params' | 'tags' | 'metrics',
  items: readonly T[],
  size: number,
  refused: (item: T, why: string) => void,
): Promise<number> {
  let taken = 0;
  for (let start = 0; start < items.length; start += size) {
    const part = items.slice(start, start + size);
    try {
      await target.set('POST', 'runs/log-batch', { run_id: runId, [field]: part });
      taken += part.length;
    } catch (error) {
      if (!(error instanceof WireProblem && error.status === 400)) throw error;
      if (part.length === 1) refused(part[0]!, messageOf(error));
      else taken += await logBatch(target, runId, field, part, Math.ceil(part.length / 2), refused);
    }
  }
  return taken;
}
