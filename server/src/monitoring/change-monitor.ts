import { type Context, emit, transaction } from '../platform/index.ts';
import { changeWatch } from './evaluate-monitor.ts';
import { alphasOf } from './evaluation.ts';
import type { Monitor } from './monitor.ts';
import { findMonitor } from './monitor-store.ts';
import { openMonitor } from './open-monitor.ts';
import { presentMonitor } from './present-monitor.ts';

/** Changes the false-alarm budget: the one knob. What was seen so far counts on under the new one. */
export async function changeMonitor(
  ctx: Context,
  id: string,
  change: { falseAlarmDays: number },
  check: (before: Pick<Monitor, 'falseAlarmDays'>) => void,
): Promise<Monitor> {
  await openMonitor(ctx, id, 'monitor.write');
  return transaction(ctx, async (tx) => {
    check((await findMonitor(tx, id))!);
    await changeWatch(tx, id, async (evaluation) => {
      const alphas = alphasOf(change);
      evaluation.change.falseAlarmDays = change.falseAlarmDays;
      const { features, answers, quality } = evaluation.watch;
      if (features) features.alpha = alphas.features;
      if (answers) answers.alpha = alphas.answers;
      if (quality) quality.alpha = alphas.quality;
    });
    const monitor = presentMonitor((await findMonitor(tx, id))!);
    await emit(tx, { verb: 'monitor.changed', object: { type: 'monitor', id, projectId: monitor.projectId }, data: monitor });
    return monitor;
  });
}
