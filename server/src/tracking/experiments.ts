import { inProject, require } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { type Experiment, experimentExists, experimentGone } from './tracking.ts';
import {
  findDefaultExperiment,
  findExperiment,
  findExperimentByName,
  insertExperiment,
  updateExperiment,
} from './tracking-store.ts';

/** The experiment that every project has without anybody making it. */
export async function defaultExperiment(ctx: Context, projectId: string): Promise<Experiment> {
  const found = await findDefaultExperiment(ctx, projectId);
  if (found) return found;
  return transaction(ctx, async (tx) => {
    await insertExperiment(tx, { id: newId('exp'), projectId, name: 'Default', isDefault: true, tags: {}, now: Date.now() });
    return (await findDefaultExperiment(tx, projectId))!;
  });
}

/** An experiment after asking for a right in its project; one of another project is not there. */
export async function openExperiment(
  ctx: Context,
  id: string,
  action: 'run.read' | 'run.write',
  projectId?: string,
): Promise<Experiment> {
  const experiment = id === '0' && projectId ? await defaultExperiment(ctx, projectId) : await findExperiment(ctx, id);
  if (!experiment || (projectId && experiment.projectId !== projectId)) {
    ctx.decided.add(action);
    throw experimentGone(id);
  }
  await require(ctx, action, inProject('experiment', id, experiment.projectId, experiment.name));
  return experiment;
}

export async function createExperiment(
  ctx: Context,
  projectName: string,
  input: { name: string; tags?: Record<string, string> },
): Promise<Experiment> {
  const project = await openProject(ctx, projectName, 'run.write', { forWork: true });
  await defaultExperiment(ctx, project.id);
  return transaction(ctx, async (tx) => {
    if (await findExperimentByName(tx, project.id, input.name)) throw experimentExists(input.name);
    const id = newId('exp');
    await insertExperiment(tx, {
      id,
      projectId: project.id,
      name: input.name,
      isDefault: false,
      tags: input.tags ?? {},
      now: Date.now(),
    });
    const experiment = await findExperiment(tx, id);
    // Two at once under one name: the second finds the row of the first.
    if (!experiment) throw experimentExists(input.name);
    await emit(tx, { verb: 'experiment.created', object: { type: 'experiment', id, projectId: project.id }, data: experiment });
    return experiment;
  });
}

export async function changeExperiment(
  ctx: Context,
  id: string,
  change: { name?: string; lifecycle?: 'active' | 'deleted'; setTags?: Record<string, string>; dropTag?: string },
  projectId?: string,
): Promise<Experiment> {
  const experiment = await openExperiment(ctx, id, 'run.write', projectId);
  return transaction(ctx, async (tx) => {
    if (change.name && change.name !== experiment.name && (await findExperimentByName(tx, experiment.projectId, change.name)))
      throw experimentExists(change.name);
    const tags = { ...experiment.tags, ...change.setTags };
    if (change.dropTag) delete tags[change.dropTag];
    await updateExperiment(tx, experiment.id, {
      ...(change.name ? { name: change.name } : {}),
      ...(change.lifecycle ? { lifecycle: change.lifecycle } : {}),
      tags,
    });
    const after = (await findExperiment(tx, experiment.id))!;
    const verb =
      change.lifecycle === 'deleted'
        ? 'experiment.deleted'
        : change.lifecycle === 'active'
          ? 'experiment.restored'
          : 'experiment.changed';
    await emit(tx, { verb, object: { type: 'experiment', id: after.id, projectId: after.projectId }, data: after });
    return after;
  });
}
