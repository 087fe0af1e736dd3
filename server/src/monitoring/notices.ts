import type { NoticeKind } from '../notifications/index.ts';
import type { SealedEvent } from '../platform/index.ts';
import { type Alert, alertKinds } from './alert.ts';
import type { Retraining } from './retraining.ts';

/** What people are told of alerts and of what became of a retraining. An alert that was only noticed is nobody's news. */
export const monitoringNotices: readonly NoticeKind[] = [
  ofAlert('alert.fired', 'A monitor is certain that something changed', (alert) => ({
    title: `Alert: ${aboutOf(alert)}`,
    text: alert.message,
    // One that was recovering and fires again is told once.
    key: `${alert.id} fired`,
  })),
  ofAlert('alert.acknowledged', 'Somebody has seen an alert', (alert) => ({
    title: `${alert.acknowledgedByName ?? 'Somebody'} has seen: ${aboutOf(alert)}`,
    text: [alert.acknowledgement, alert.message].filter(Boolean).join('\n\n'),
    key: `${alert.id} acknowledged ${alert.acknowledgedAt}`,
  })),
  ofAlert('alert.resolved', 'An alert is over', (alert) => ({
    title: `Over: ${aboutOf(alert)}`,
    text: `${overBy[alert.resolution ?? ''] ?? 'It is over.'}\n\n${alert.message}`,
    key: `${alert.id} resolved`,
  })),
  ofRetraining('retraining.finished', 'A version was made again and compared', (retraining) => ({
    title: `${retraining.newVersionName ?? 'A new version'} was made again from ${retraining.versionName ?? 'the one before'}`,
    text: retraining.comparison
      ? `On the reference and on the rows since, it is ${outcomes[retraining.comparison.outcome]} than the one before. It goes nowhere by itself.`
      : (retraining.stateReason ?? ''),
  })),
  ofRetraining('retraining.failed', 'A version could not be made again', (retraining) => ({
    title: `${retraining.versionName ?? 'A version'} could not be made again`,
    text: retraining.stateReason ?? '',
  })),
];

function ofAlert(type: string, summary: string, say: (alert: Alert) => { title: string; text: string; key: string }): NoticeKind {
  return {
    type,
    summary,
    permission: 'monitor.read',
    tell(_ctx, event: SealedEvent) {
      const alert = event.data as Alert;
      return alert.firedAt === null ? null : { ...say(alert), path: `/alerts/${alert.id}` };
    },
  };
}

function ofRetraining(
  type: string,
  summary: string,
  say: (retraining: Retraining) => { title: string; text: string },
): NoticeKind {
  return {
    type,
    summary,
    permission: 'monitor.read',
    tell(_ctx, event: SealedEvent) {
      const retraining = event.data as Retraining;
      const path = retraining.alertId ? `/alerts/${retraining.alertId}` : `/models`;
      return { ...say(retraining), path, key: `${retraining.id} ${retraining.state}` };
    },
  };
}

const aboutOf = (alert: Alert): string =>
  `${alert.deploymentName} (${alert.channel}): ${alert.kind.replace('-', ' ')} ${alertKinds[alert.kind]}${alert.feature ? ` ${alert.feature}` : ''}`;

const overBy: Record<string, string> = {
  recovered: 'The newest rows look as before, and have for a while.',
  handled: 'Somebody has handled it.',
  expected: 'Somebody says that it was expected.',
  'false-alarm': 'Somebody says that it was a false alarm.',
  'version-changed': 'Another version serves now.',
  'reference-changed': 'It is compared with another reference now.',
  'deployment-deleted': 'The deployment was deleted.',
};

const outcomes = {
  better: 'better',
  same: 'no better and no worse',
  mixed: 'better in one and worse in the other',
  worse: 'worse',
};
