import { createHash } from 'node:crypto';
import { type Copy, isFatal, marks, marksOf, messageOf, originAtTarget, ownTags } from './copy.ts';
import { copyFiles } from './copy-files.ts';
import { copyHistories } from './copy-metrics.ts';
import { logBatch } from './log-batch.ts';
import { type DatasetInput, type Owner, ownerOfRun, type Pair, type Run, valueIn } from './shapes.ts';

/** A run that an earlier call made. */
export interface KnownRun {
  id: string;
  isDeleted: boolean;
  /** What of it was whole then; empty when the call was cut off. */
  state: string;
  owner: Owner;
}

/** Where runs and logged models of an experiment go. */
export interface Place {
  experimentId: string;
  /** Makes the experiment take writes; to be called before the first. */
  wake: () => Promise<void>;
  known: Map<string, KnownRun>;
}

const parentTag = 'mlflow.parentRunId';

/**
 * Brings a run with all that it has, or what is lacking of it. Its state is marked last, so that a call that was cut off is seen as such; what an
 * earlier call brought whole and the source has not changed since is only looked at for new files.
 */
export async function copyRun(copy: Copy, at: Place, run: Run, afterModels: (() => Promise<void>)[]): Promise<void> {
  const { report, target } = copy;
  const told = `run ${run.info.run_id}`;
  const origin = originAtTarget(copy, run.data?.tags);
  if (origin) {
    copy.runs.set(run.info.run_id, origin);
    return report.there('runs');
  }
  const known = at.known.get(run.info.run_id);
  const deletedAtSource = run.info.lifecycle_stage === 'deleted';
  if (known) copy.runs.set(run.info.run_id, known.id);
  try {
    const [fingerprint, points] = known?.state.split(' ') ?? [];
    const isWhole = fingerprint === fingerprintOf(run);
    if (known?.isDeleted && !deletedAtSource) {
      report.differs(told, `is in the trash at the target, as ${known.id}`);
      return report.there('runs');
    }
    const revive = async (): Promise<void> => {
      await at.wake();
      if (known?.isDeleted) await target.set('POST', 'runs/restore', { run_id: known.id });
    };
    if (known && isWhole) {
      const { metrics, params } = run.data ?? {};
      report.there('runs');
      report.there('metric points', Number(points) || (metrics?.length ?? 0));
      report.there('params', params?.length ?? 0);
      report.there('tags', tagsToBring(run).length + (valueIn(run.data?.tags, parentTag) ? 1 : 0));
      report.there('dataset inputs', run.inputs?.dataset_inputs?.length ?? 0);
      await copyFiles(copy, told, ownerOfRun(run), known.owner);
      if (deletedAtSource && !known.isDeleted) copy.atLast.push(() => moveToTrash(copy, known.id));
      return;
    }
    await revive();
    const whole = await copy.source.wholeRun(run);
    const made = known ?? (await create(copy, at.experimentId, whole));
    copy.runs.set(run.info.run_id, made.id);
    if (deletedAtSource) copy.atLast.push(() => moveToTrash(copy, made.id));
    const faults = new Faults(copy, told);
    const before = known ? await copy.there.wholeRun({ info: { run_id: known.id, experiment_id: at.experimentId } }) : undefined;
    await fill(copy, whole, made.id, before, faults);
    const brought = await copyHistories(copy, told, whole, made.id, before);
    if (!brought.isWhole) faults.count += 1;
    if (!(await copyFiles(copy, told, ownerOfRun(whole), made.owner))) faults.count += 1;
    await check(copy, told, whole, made.id, faults);
    const finish = async (): Promise<void> => {
      await linkModels(copy, told, whole, made.id, faults);
      const seal = async (): Promise<void> => {
        if (faults.count > 0) return;
        const tag = { key: marks.state, value: `${fingerprintOf(run)} ${brought.points}` };
        await target.set('POST', 'runs/set-tag', { run_id: made.id, ...tag });
      };
      const parent = valueIn(whole.data?.tags, parentTag);
      if (!parent) return seal();
      const link = async (): Promise<void> => {
        await linkParent(copy, told, made.id, parent);
        await seal();
      };
      if (copy.runs.has(parent)) await link();
      else copy.afterRuns.push(link);
    };
    afterModels.push(finish);
    if (known) report.there('runs');
    else report.brought('runs');
  } catch (error) {
    if (isFatal(error)) throw error;
    report.missing('runs', told, messageOf(error));
  }
}

/** Counts what of a run could not be brought, so that its state is not called whole. */
class Faults {
  count = 0;
  readonly #copy: Copy;
  readonly #told: string;

  constructor(copy: Copy, told: string) {
    this.#copy = copy;
    this.#told = told;
  }

  missing(kind: Parameters<Copy['report']['missing']>[0], what: string, why: string): void {
    this.count += 1;
    this.#copy.report.missing(kind, `${this.#told}, ${what}`, why);
  }
}

async function create(copy: Copy, experimentId: string, { info }: Run): Promise<Pick<KnownRun, 'id' | 'owner'>> {
  const { run } = await copy.target.create<{ run: Run }>('runs/create', {
    experiment_id: experimentId,
    ...(info.run_name ? { run_name: info.run_name } : {}),
    ...(info.user_id ? { user_id: info.user_id } : {}),
    ...(info.start_time === undefined ? {} : { start_time: info.start_time }),
    tags: marksOf(copy, info.run_id),
  });
  return { id: run.info.run_id, owner: ownerOfRun(run) };
}

const tagsToBring = (run: Run): Pair[] =>
  ownTags(run.data?.tags).filter(({ key }) => key !== 'mlflow.runName' && key !== parentTag);

async function fill(copy: Copy, run: Run, id: string, before: Run | undefined, faults: Faults): Promise<void> {
  const { target, report } = copy;
  for (const [kind, field, all, there] of [
    ['params', 'params', run.data?.params ?? [], before?.data?.params],
    ['tags', 'tags', tagsToBring(run), before?.data?.tags],
  ] as const) {
    const lacking = all.filter(({ key, value }) => valueIn(there, key) !== value);
    report.there(kind, all.length - lacking.length);
    const brought = await logBatch(target, id, field, lacking, 100, ({ key }, why) =>
      faults.missing(kind, `${field} "${key}"`, why),
    );
    report.brought(kind, brought);
  }
  const inputs = (run.inputs?.dataset_inputs ?? []).filter((input) => !hasInput(before, input));
  report.there('dataset inputs', (run.inputs?.dataset_inputs?.length ?? 0) - inputs.length);
  for (const input of inputs) {
    try {
      await target.set('POST', 'runs/log-inputs', { run_id: id, datasets: [input] });
      report.brought('dataset inputs');
    } catch (error) {
      if (isFatal(error)) throw error;
      faults.missing('dataset inputs', `"${input.dataset.name}"`, messageOf(error));
    }
  }
  const { status, end_time, run_name } = run.info;
  await target.set('POST', 'runs/update', {
    run_id: id,
    ...(status ? { status } : {}),
    ...(end_time === undefined ? {} : { end_time }),
    ...(run_name ? { run_name } : {}),
  });
}

const hasInput = (run: Run | undefined, { dataset }: DatasetInput): boolean =>
  (run?.inputs?.dataset_inputs ?? []).some((one) => one.dataset.name === dataset.name && one.dataset.digest === dataset.digest);

/** Reads the copy back and names what is other than it was. */
async function check(copy: Copy, told: string, run: Run, id: string, faults: Faults): Promise<void> {
  const { info, data, inputs } = await copy.there.wholeRun({ info: { run_id: id, experiment_id: '' } });
  for (const field of ['run_name', 'user_id', 'status', 'start_time', 'end_time'] as const) {
    const was = run.info[field];
    if (was !== undefined && was !== '' && String(was) !== String(info[field]))
      copy.report.differs(told, `its ${field} is ${info[field]} where it was ${was}`);
  }
  // What was refused was named already.
  if (faults.count > 0) return;
  for (const [kind, all, there] of [
    ['params', run.data?.params ?? [], data?.params],
    ['tags', tagsToBring(run), data?.tags],
  ] as const)
    for (const { key, value } of all)
      if (valueIn(there, key) !== value) faults.missing(kind, `"${key}"`, 'is not at the target as it was sent');
  for (const input of run.inputs?.dataset_inputs ?? [])
    if (!hasInput({ info, ...(inputs ? { inputs } : {}) }, input))
      faults.missing('dataset inputs', `"${input.dataset.name}"`, 'is not at the target as it was sent');
}

/** Says which logged models the run made; what it read of them has no place in a project of Plinth. */
async function linkModels(copy: Copy, told: string, run: Run, id: string, faults: Faults): Promise<void> {
  for (const { model_id } of run.inputs?.model_inputs ?? [])
    copy.report.differs(told, `used logged model ${model_id}, which is not recorded at the target`);
  const outputs = run.outputs?.model_outputs ?? [];
  if (outputs.length === 0) return;
  const there = (await copy.there.wholeRun({ info: { run_id: id, experiment_id: '' } })).outputs?.model_outputs ?? [];
  const models: { model_id: string; step: number }[] = [];
  for (const { model_id, step = 0 } of outputs) {
    const mapped = copy.models.get(model_id);
    if (!mapped) copy.report.differs(told, `made logged model ${model_id}, which is not at the target`);
    else if (!there.some((one) => one.model_id === mapped && (one.step ?? 0) === step)) models.push({ model_id: mapped, step });
  }
  if (models.length === 0) return;
  try {
    await copy.target.set('POST', 'runs/outputs', { run_id: id, models });
  } catch (error) {
    if (isFatal(error)) throw error;
    faults.count += 1;
    copy.report.differs(told, `its logged models could not be joined to it: ${messageOf(error)}`);
  }
}

async function linkParent(copy: Copy, told: string, id: string, parent: string): Promise<void> {
  const mapped = copy.runs.get(parent);
  if (!mapped) copy.report.differs(told, `its parent, run ${parent}, is not at the target`);
  const value = mapped ?? parent;
  await copy.target.set('POST', 'runs/set-tag', { run_id: id, key: parentTag, value });
  copy.report.brought('tags');
}

const moveToTrash = async (copy: Copy, id: string): Promise<void> => {
  await copy.target.set('POST', 'runs/delete', { run_id: id });
};

/** Of what a list shows of a run: when it is the same, so is the run but for its files. */
function fingerprintOf({ info, data, inputs }: Run): string {
  const { run_name, status, start_time, end_time, user_id } = info;
  const sorted = <T extends { key: string }>(all: T[] | undefined, say: (one: T) => unknown) =>
    [...(all ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1)).map(say);
  const words = [
    [run_name, status, start_time, end_time, user_id],
    sorted(data?.metrics, ({ key, value, timestamp, step }) => [key, value, timestamp, step ?? 0]),
    sorted(data?.params, ({ key, value }) => [key, value]),
    sorted(data?.tags, ({ key, value }) => [key, value]),
    (inputs?.dataset_inputs ?? []).map(({ dataset }) => [dataset.name, dataset.digest]).sort(),
  ];
  return createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 32);
}
