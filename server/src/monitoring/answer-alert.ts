import { type Context, emit, transaction } from '../platform/index.ts';
import { type Alert, alertResolved, isOpen } from './alert.ts';
import { type AlertChange, findAlert, updateAlert } from './alert-store.ts';
import { changeWatch } from './evaluate-monitor.ts';
import { restartAfter } from './follow-alerts.ts';
import { openAlert } from './open-monitor.ts';

/** Says that somebody has seen it, in their words. */
export const acknowledgeAlert = (ctx: Context, id: string, message: string): Promise<Alert> =>
  answer(ctx, id, 'alert.acknowledged', () => ({
    acknowledgedBy: ctx.actor.id,
    acknowledgedAt: ctx.platform.clock.now().toISOString(),
    acknowledgement: message,
  }));

/** Says that the caller looks into it. */
export const noteInvestigator = (ctx: Context, id: string): Promise<Alert> =>
  answer(ctx, id, 'alert.investigated', () => ({
    investigatedBy: ctx.actor.id,
    investigatedAt: ctx.platform.clock.now().toISOString(),
  }));

/** Ends an alert by a person's word; its test begins anew, within the same budget. */
export const resolveAlert = (ctx: Context, id: string, reason: 'false-alarm' | 'handled' | 'expected'): Promise<Alert> =>
  answer(
    ctx,
    id,
    'alert.resolved',
    () => ({ state: 'resolved', resolvedAt: ctx.platform.clock.now().toISOString(), resolution: reason }),
    async (tx, alert) => changeWatch(tx, alert.monitorId, async ({ watch }) => restartAfter(watch, alert.kind, alert.feature)),
  );

async function answer(
  ctx: Context,
  id: string,
  verb: string,
  change: () => AlertChange,
  besides?: (tx: Context, alert: Alert) => Promise<void>,
): Promise<Alert> {
  await openAlert(ctx, id, 'monitor.write');
  return transaction(ctx, async (tx) => {
    // The monitor's lock first, as everywhere: the alert may be changed by new rows at this moment.
    const before = (await findAlert(tx, id))!;
    if (besides) await besides(tx, before);
    const alert = (await findAlert(tx, id))!;
    if (!isOpen(alert)) throw alertResolved(alert);
    await updateAlert(tx, id, change());
    const after = (await findAlert(tx, id))!;
    await emit(tx, { verb, object: { type: 'alert', id, projectId: after.projectId }, data: after });
    return after;
  });
}
