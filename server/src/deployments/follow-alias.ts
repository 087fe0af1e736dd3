import { type Actor, type Context, emit, type Listener, Problem, systemActor } from '../platform/index.ts';
import { findProject } from '../projects/index.ts';
import { findVersion } from '../registry/index.ts';
import { beginRevision } from './begin-revision.ts';
import { type ChannelRow, channelsFollowing, lockDeployment } from './deployment-store.ts';
import { environmentOfVersion } from './model-environment.ts';

/** A channel that follows an alias gets a new revision when the alias moves, in the name of who moved it and through the gate. */
export const followAlias: Listener = {
  name: 'deployments-follow-alias',
  verbs: ['model.alias-set'],
  async handle(tx, event) {
    const { alias, versionId } = event.data as { alias: string; versionId: string };
    const actor: Actor = {
      kind: event.actor.kind as Actor['kind'],
      id: event.actor.id,
      name: event.actor.name,
      subjectIds: [event.actor.id],
    };
    for (const channel of await channelsFollowing(tx, event.object.id, alias)) {
      await follow({ ...tx, actor, requestId: event.requestId }, channel, versionId);
    }
  },
};

async function follow(tx: Context, channel: ChannelRow, versionId: string): Promise<void> {
  const deployment = await lockDeployment(tx, channel.deploymentId);
  const version = await findVersion(tx, versionId);
  if (!deployment || !version) return;
  try {
    const project = (await findProject(tx, deployment.projectId))!;
    // The platform builds what the model needs; the one who moved the alias may know nothing of environments.
    const environmentRevisionId = await environmentOfVersion({ ...tx, actor: systemActor }, project, version);
    await beginRevision(tx, deployment, { channel: channel.name, version, environmentRevisionId, cause: 'alias' });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // What serves goes on; the reason stands where people look for what happened.
    await emit(tx, {
      verb: 'deployment.alias-refused',
      object: { type: 'deployment', id: deployment.id, projectId: deployment.projectId },
      data: { channel: channel.name, model: channel.model, versionId, code: error.code, detail: error.detail, ...error.extra },
    });
  }
}
