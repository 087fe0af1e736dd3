import type { Context, Listener, SealedEvent } from '../platform/index.ts';
import { findProject } from '../projects/index.ts';
import { alertKindNames } from './alert.ts';
import { ensureMonitor } from './ensure-monitor.ts';
import { changeWatch } from './evaluate-monitor.ts';
import { recordSteps } from './evaluation.ts';
import { endAlerts } from './follow-alerts.ts';
import { monitorsOfDeployment, nameDeployment, updateMonitor } from './monitor-store.ts';

/** What is read of the events of deployments; they carry more. */
interface Told {
  id?: string;
  name?: string;
  deploymentId?: string;
  deploymentName?: string;
  channel?: string;
  versionId?: string;
}

/** A channel is watched from the moment in which it gets its first revision; a deployment that is gone is watched no more. */
export const followDeployments: Listener = {
  name: 'monitors',
  verbs: ['deployment.created', 'deployment.revision-created', 'deployment.revision-serving', 'deployment.deleted'],
  async handle(ctx, event) {
    const told = event.data as Told | null;
    const deploymentId = event.object.id;
    const { projectId } = event.object;
    if (!told || !projectId || !(await findProject(ctx, projectId))) return;
    if (event.verb === 'deployment.deleted') return stop(ctx, deploymentId);
    const name = event.verb === 'deployment.created' ? told.name : told.deploymentName;
    if (name) await nameDeployment(ctx, { deploymentId, projectId, name });
    if (told.channel && told.versionId)
      await ensureMonitor(ctx, { projectId, deploymentId, channel: told.channel, versionId: told.versionId });
  },
} satisfies Listener & { handle(ctx: Context, event: SealedEvent): Promise<void> };

async function stop(tx: Context, deploymentId: string): Promise<void> {
  for (const { id } of await monitorsOfDeployment(tx, deploymentId)) {
    await changeWatch(tx, id, async (evaluation) => {
      await recordSteps(evaluation, endAlerts(evaluation.watch, alertKindNames, 'deployment-deleted'));
    });
    await updateMonitor(tx, id, { state: 'stopped', stateReason: 'The deployment was deleted.' });
  }
}
