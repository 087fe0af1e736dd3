import { newId } from '../kit/ids.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import type { Channel } from '../policies/index.ts';
import { findProject, openProject } from '../projects/index.ts';
import { isUsable, nameOfVersion, resolveVersion } from '../registry/index.ts';
import { beginRevision } from './begin-revision.ts';
import { type Deployment, deploymentNameTaken, isStopped, versionNotUsable } from './deployment.ts';
import { type DeploymentRow, findDeployment, insertDeployment, lockDeployment } from './deployment-store.ts';
import { environmentOfVersion } from './model-environment.ts';
import { openDeployment } from './open-deployment.ts';
import { deploymentOf } from './present-deployment.ts';

export interface NewDeployment {
  name: string;
  /** `models:/name/version` or `models:/name@alias`; an alias is followed. */
  model: string;
  channel?: Channel;
  replicas?: number;
  hardwareTier?: string;
}

/** Puts a version on a channel of a service, which is made when it is not there yet. What serves goes on until the new revision answers. */
export async function deploy(ctx: Context, project: string, input: NewDeployment): Promise<Deployment> {
  const { id: projectId } = await openProject(ctx, project, 'deployment.write', { forWork: true });
  return transaction(ctx, async (tx) => {
    const known = await findDeployment(tx, input.name);
    if (known && known.projectId !== projectId) throw deploymentNameTaken(input.name);
    const row = known ?? (await createService(tx, projectId, input.name));
    return begin(tx, row, input);
  });
}

/** A new revision of a channel: another version, or the same with other replicas, size or environment. */
export async function changeRevision(
  ctx: Context,
  idOrName: string,
  input: Omit<NewDeployment, 'name' | 'model'> & { model: string },
): Promise<Deployment> {
  const asked = await openDeployment(ctx, idOrName, 'deployment.write');
  await openProject(ctx, asked.projectId, 'deployment.write', { forWork: true });
  return transaction(ctx, async (tx) => begin(tx, asked, input));
}

async function begin(tx: Context, asked: DeploymentRow, input: Omit<NewDeployment, 'name'>): Promise<Deployment> {
  const row = await lockDeployment(tx, asked.id);
  if (!row) throw deploymentNameTaken(asked.name);
  if (row.stoppedAt) throw isStopped(row.name);
  const project = (await findProject(tx, row.projectId))!;
  const version = await resolveVersion(tx, row.projectId, input.model, 'model.read');
  if (!isUsable(version)) throw versionNotUsable(nameOfVersion(version));
  const name = input.channel ?? 'beta';
  await beginRevision(tx, row, {
    channel: name,
    version,
    environmentRevisionId: await environmentOfVersion(tx, project, version),
    cause: 'deploy',
    model: input.model,
    ...(input.replicas === undefined ? {} : { replicas: input.replicas }),
    ...(input.hardwareTier === undefined ? {} : { hardwareTier: input.hardwareTier }),
  });
  const deployment = await deploymentOf(tx, row.id);
  // The revision that was asked for, whichever channel most requests go to.
  const channel = deployment.channels.find((one) => one.name === name);
  return { ...deployment, revision: channel?.candidate ?? channel?.serving ?? deployment.revision };
}

async function createService(tx: Context, projectId: string, name: string): Promise<DeploymentRow> {
  const id = newId('dep');
  await insertDeployment(tx, { id, projectId, name, traffic: [] });
  const row = (await findDeployment(tx, id))!;
  await emit(tx, { verb: 'deployment.created', object: { type: 'deployment', id, projectId }, data: row });
  return row;
}
