import { inProject, organization, organizationId, type Resource, require } from '../access/index.ts';
import { queueWorkload } from '../compute/index.ts';
import { newId } from '../kit/ids.ts';
import { ref } from '../lineage/index.ts';
import { type Context, emit, notFound, transaction } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { checkPackages, type Environment, type NewRevision, nameTaken, type Revision } from './environment.ts';
import {
  type EnvironmentRow,
  findByName,
  findEnvironment,
  findRevision,
  insertEnvironment,
  insertRevision,
  lockEnvironment,
} from './environment-store.ts';

/** Makes an environment of a project, or one shared with the organization (administrators). */
export async function createEnvironment(
  ctx: Context,
  input: { name: string; projectId?: string; description?: string },
): Promise<Environment> {
  const project = input.projectId ? await openProject(ctx, input.projectId, 'environment.write', { forWork: true }) : null;
  if (!project) await requireShared(ctx, 'environment.write', organization);
  return transaction(ctx, async (tx) => {
    if (await findByName(tx, project?.id ?? null, input.name)) throw nameTaken(input.name);
    const id = newId('env');
    await insertEnvironment(tx, {
      id,
      projectId: project?.id ?? null,
      scopeId: project?.id ?? organizationId,
      name: input.name,
      description: input.description ?? '',
    });
    const environment = (await findEnvironment(tx, id))!;
    await emit(tx, {
      verb: 'environment.created',
      object: { type: 'environment', id, projectId: project?.id ?? null },
      data: environment,
    });
    return environment;
  });
}

/** An environment after asking for a right on it. Shared ones are read by every member. */
export async function openEnvironment(
  ctx: Context,
  id: string,
  action: 'environment.read' | 'environment.write',
): Promise<EnvironmentRow> {
  const environment = await findEnvironment(ctx, id);
  if (!environment) {
    ctx.decided.add(action);
    throw notFound('environment', id);
  }
  if (environment.projectId) await require(ctx, action, inProject('environment', id, environment.projectId, environment.name));
  else await requireShared(ctx, action, { ...organization, kind: 'environment', id, name: environment.name });
  return environment;
}

/** Rights on what is shared are actions of their own: a right of the organization reaches into every project. */
async function requireShared(ctx: Context, action: 'environment.read' | 'environment.write', resource: Resource): Promise<void> {
  ctx.decided.add(action);
  await require(ctx, action === 'environment.read' ? 'shared-environment.read' : 'shared-environment.manage', resource);
}

/** Queues the build of a new revision: resolved to a lock with hashes, then installed once for its digest. */
export async function buildRevision(ctx: Context, environmentId: string, input: NewRevision): Promise<Revision> {
  checkPackages(input.packages);
  const environment = await openEnvironment(ctx, environmentId, 'environment.write');
  return transaction(ctx, async (tx) => {
    await lockEnvironment(tx, environmentId);
    const number = ((await findEnvironment(tx, environmentId))!.newestRevision?.number ?? 0) + 1;
    const id = newId('rev');
    const workload = await queueWorkload(tx, {
      kind: 'environment-build',
      subject: ref('environment-revision', id),
      projectId: environment.projectId,
      ownerId: ctx.actor.id,
      name: `${environment.name} ${number}`,
      hardwareTier: 'small',
      timeoutSeconds: 3_600,
      context: { environmentRevisionId: id },
    });
    await insertRevision(tx, {
      id,
      environmentId,
      number,
      python: input.python ?? null,
      packages: input.packages.map((line) => line.trim()),
      systemPackages: input.systemPackages ?? [],
      variables: input.variables ?? {},
      workloadId: workload.id,
    });
    const revision = (await findRevision(tx, id))!;
    await emit(tx, {
      verb: 'environment-revision.queued',
      object: { type: 'environment-revision', id, projectId: environment.projectId },
      data: revision,
    });
    return revision;
  });
}
