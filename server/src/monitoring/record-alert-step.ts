import { newId } from '../kit/ids.ts';
import { type Context, emit } from '../platform/index.ts';
import { type Alert, type AlertState, messageOf } from './alert.ts';
import { type AlertFinding, findAlert, findOpenAlert, insertAlert, updateAlert } from './alert-store.ts';
import type { AlertStep, Finding } from './follow-alerts.ts';
import type { MonitorRow } from './monitor-store.ts';

const verbs: Record<AlertState, string> = {
  pending: 'alert.noticed',
  firing: 'alert.fired',
  recovering: 'alert.recovering',
  resolved: 'alert.resolved',
};

/** Writes a step of an alert with its event. There is one open alert a monitor and cause: a second finding brings the first up to date. */
export async function recordAlertStep(tx: Context, monitor: MonitorRow, step: AlertStep): Promise<Alert | null> {
  const at = tx.platform.clock.now().toISOString();
  const open = await findOpenAlert(tx, monitor.id, step.kind, step.feature);
  if (!open && !step.finding) return null;
  const finding = step.finding && describe(monitor, step, step.finding);
  const id = open?.id ?? newId('alr');
  if (!open) {
    await insertAlert(
      tx,
      {
        id,
        projectId: monitor.projectId,
        monitorId: monitor.id,
        deploymentId: monitor.deploymentId,
        deploymentName: monitor.deploymentName,
        channel: monitor.channel,
        versionId: monitor.versionId,
        kind: step.kind,
        feature: step.feature,
        state: step.to,
        ...finding!,
      },
      at,
    );
  } else {
    await updateAlert(tx, id, {
      state: step.to,
      ...(finding ?? {}),
      ...(step.to === 'firing' && !open.firedAt ? { firedAt: at } : {}),
      ...(step.to === 'firing' ? { recoveringAt: null } : {}),
      ...(step.to === 'recovering' ? { recoveringAt: at } : {}),
      ...(step.to === 'resolved' ? { resolvedAt: at, resolution: step.resolution } : {}),
    });
  }
  const alert = (await findAlert(tx, id))!;
  await emit(tx, { verb: verbs[step.to], object: { type: 'alert', id, projectId: alert.projectId }, data: alert });
  return alert;
}

function describe(monitor: MonitorRow, step: AlertStep, finding: Finding): AlertFinding {
  return {
    ...finding,
    message: messageOf({
      ...finding,
      kind: step.kind,
      feature: step.feature,
      deploymentName: monitor.deploymentName,
      channel: monitor.channel,
    }),
  };
}
