import { type Copy, isCopyOf, isFatal, marks, marksOf, messageOf, originAtTarget, ownTags, pool } from './copy.ts';
import { copyLoggedModels } from './copy-models.ts';
import { copyRun, type KnownRun } from './copy-run.ts';
import { type Experiment, ownerOfRun, valueIn } from './shapes.ts';

/** One experiment with its runs and logged models. One of the same name at the target takes the runs in. */
export async function copyExperiment(copy: Copy, experiment: Experiment, known: Experiment[]): Promise<void> {
  const { target, report, source } = copy;
  const told = `experiment "${experiment.name}"`;
  const origin = originAtTarget(copy, experiment.tags);
  let found =
    known.find((one) => isCopyOf(copy, one.tags, experiment.experiment_id)) ??
    known.find((one) => one.experiment_id === origin) ??
    known.find((one) => one.name === experiment.name);
  const isOurs = found !== undefined && isCopyOf(copy, found.tags, experiment.experiment_id);
  if (found && !isOurs && found.experiment_id !== origin && isDeleted(found)) {
    report.missing('experiments', told, 'one of that name is in the trash at the target; restore or rename it, then call again');
    for await (const run of source.runs(experiment.experiment_id))
      report.missing('runs', `run ${run.info.run_id}`, `of ${told}, which could not be brought`);
    return;
  }
  if (found) {
    report.there('experiments');
    if (!isOurs && found.experiment_id !== origin && found.name !== 'Default')
      report.differs(told, 'was at the target already; its runs were added to it');
    if (isOurs && found.name !== experiment.name) report.differs(told, `is called "${found.name}" at the target`);
  } else {
    try {
      const made = await target.create<{ experiment_id: string }>('experiments/create', {
        name: experiment.name,
        tags: [...ownTags(experiment.tags), ...marksOf(copy, experiment.experiment_id, { createdAt: experiment.creation_time })],
      });
      found = { experiment_id: made.experiment_id, name: experiment.name, lifecycle_stage: 'active' };
      known.push(found);
      report.brought('experiments');
    } catch (error) {
      if (isFatal(error)) throw error;
      report.missing('experiments', told, messageOf(error));
      for await (const run of source.runs(experiment.experiment_id))
        report.missing('runs', `run ${run.info.run_id}`, `of ${told}, which could not be brought`);
      return;
    }
  }
  const experimentId = found.experiment_id;
  const runs = new Map<string, KnownRun>();
  for await (const run of copy.there.runs(experimentId)) {
    const tags = run.data?.tags;
    if (isCopyOf(copy, tags))
      runs.set(valueIn(tags, marks.id)!, {
        id: run.info.run_id,
        isDeleted: run.info.lifecycle_stage === 'deleted',
        state: valueIn(tags, marks.state) ?? '',
        owner: ownerOfRun(run),
      });
  }
  const at = { experimentId, wake: once(() => wake(copy, found, isDeleted(experiment))), known: runs };
  const afterModels: (() => Promise<void>)[] = [];
  await pool(source.runs(experiment.experiment_id), copy.parallel, (run) => copyRun(copy, at, run, afterModels));
  await copyLoggedModels(copy, at, experiment.experiment_id);
  for (const act of afterModels) await act();
  if (isDeleted(experiment) && !isDeleted(found)) copy.atLast.push(() => moveToTrash(copy, experimentId));
  if (isOurs && isDeleted(found) && !isDeleted(experiment)) report.differs(told, 'is in the trash at the target');
}

const isDeleted = (experiment: Experiment): boolean => experiment.lifecycle_stage === 'deleted';

/** Into an experiment that an earlier call brought and moved to the trash nothing can be written: it comes back for as long. */
async function wake(copy: Copy, found: Experiment, deletedAtSource: boolean): Promise<void> {
  if (!isDeleted(found)) return;
  await copy.target.set('POST', 'experiments/restore', { experiment_id: found.experiment_id });
  if (deletedAtSource) copy.atLast.push(() => moveToTrash(copy, found.experiment_id));
}

const moveToTrash = async (copy: Copy, id: string): Promise<void> => {
  await copy.target.set('POST', 'experiments/delete', { experiment_id: id });
};

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
