import { type Copy, isCopyOf, isFatal, marks, marksOf, messageOf, originAtTarget, ownTags } from './copy.ts';
import { type RegisteredModel, type Version, valueIn } from './shapes.ts';
import type { WireProblem } from './wire-problem.ts';

/** Numbers that are passed over to give a version the number it had, where versions before it were deleted. */
const widestGap = 200;

/** Registered models with their versions, aliases and stages. What would enter a protected channel is left to people. */
export async function copyRegistry(copy: Copy): Promise<void> {
  try {
    await copyModels(copy);
  } catch (error) {
    if (isFatal(error)) throw error;
    copy.report.missing('registered models', 'the registry', messageOf(error));
  }
}

async function copyModels(copy: Copy): Promise<void> {
  const known = new Map<string, RegisteredModel>();
  for await (const model of copy.there.registeredModels()) known.set(model.name, model);
  for await (const model of copy.source.registeredModels()) {
    const told = `model "${model.name}"`;
    try {
      await copyModel(copy, model, known.get(model.name), told);
    } catch (error) {
      if (isFatal(error)) throw error;
      copy.report.missing('registered models', told, messageOf(error));
    }
  }
}

async function copyModel(copy: Copy, model: RegisteredModel, before: RegisteredModel | undefined, told: string): Promise<void> {
  const { report, target, source } = copy;
  const isPrompt = valueIn(model.tags, 'mlflow.prompt.is_prompt') === 'true';
  const isOurs = before !== undefined && (isCopyOf(copy, before.tags) || originAtTarget(copy, model.tags) !== undefined);
  const why = isPrompt
    ? 'is a prompt; prompts are not brought'
    : before && !isOurs
      ? 'a model of that name is at the target already and did not come from here; rename one of them, then call again'
      : null;
  if (why) {
    report.missing('registered models', told, why);
    for await (const { version } of source.versions(model.name))
      report.missing('versions', `version ${model.name}/${version}`, `of ${told}, which could not be brought`);
    return;
  }
  if (before) report.there('registered models');
  else {
    await target.create('registered-models/create', {
      name: model.name,
      description: model.description ?? '',
      tags: [...ownTags(model.tags), ...marksOf(copy, model.name, { createdAt: model.creation_timestamp, user: model.user_id })],
    });
    report.brought('registered models');
  }
  const there = new Map<string, Version>();
  for await (const version of copy.there.versions(model.name))
    if (isCopyOf(copy, version.tags)) there.set(valueIn(version.tags, marks.id)!, version);
  const versions: Version[] = [];
  for await (const version of source.versions(model.name)) versions.push(version);
  versions.sort((a, b) => Number(a.version) - Number(b.version));
  const numbers = new Map<string, string>();
  for (const version of versions) {
    const told = `version ${model.name}/${version.version}`;
    try {
      const origin = originAtTarget(copy, version.tags)?.split('/').at(-1);
      const number = origin ?? (await copyVersion(copy, version, there.get(`${model.name}/${version.version}`), told));
      if (origin) report.there('versions');
      numbers.set(version.version, number);
      if (number !== version.version) report.differs(told, `has the number ${number} at the target`);
    } catch (error) {
      if (isFatal(error)) throw error;
      report.missing('versions', told, messageOf(error));
    }
  }
  await copyAliases(copy, model, before, numbers);
}

/** @returns its number at the target */
async function copyVersion(copy: Copy, version: Version, before: Version | undefined, told: string): Promise<string> {
  const { report, target } = copy;
  let there = before;
  // A call that was cut off while it passed numbers over left one that is not the version yet.
  if (there && Number(there.version) < Number(version.version) && (await isPassing(copy, there, version))) {
    await drop(copy, there);
    there = undefined;
  }
  if (there) report.there('versions');
  else {
    there = await register(copy, version);
    report.brought('versions');
    if (version.status && version.status !== 'READY') report.differs(told, `was ${version.status} at the source`);
  }
  const stage = version.current_stage ?? 'None';
  const now = there.current_stage ?? 'None';
  if (stage === 'None') return there.version;
  const guard = copy.guarded(stage, 'stage');
  if (stage === now) report.there('aliases and stages');
  else if (guard) report.left('aliases and stages', told, `was in the stage ${stage}: ${guard}`);
  else if (now !== 'None') {
    report.there('aliases and stages');
    report.differs(told, `is in the stage ${now} where it was in ${stage}`);
  } else
    await attempt(copy, `${told}, stage ${stage}`, () =>
      target.set('POST', 'model-versions/transition-stage', {
        name: version.name,
        version: there.version,
        stage,
        archive_existing_versions: false,
      }),
    );
  return there.version;
}

const isPassing = async (copy: Copy, there: Version, version: Version): Promise<boolean> => {
  if (Number(version.version) - Number(there.version) > widestGap || (there.current_stage ?? 'None') !== 'None') return false;
  for await (const one of copy.there.versions(version.name)) if (Number(one.version) > Number(there.version)) return false;
  return valueIn(there.tags, marks.state) === undefined;
};

/** Numbers are given by the target, one after the other: those that the source has no more are passed over, so that addresses stay what they were. */
async function register(copy: Copy, version: Version): Promise<Version> {
  const wanted = Number(version.version);
  const address = addressOf(copy, version);
  const mark = [
    ...marksOf(copy, `${version.name}/${version.version}`, { createdAt: version.creation_timestamp, user: version.user_id }),
  ];
  for (;;) {
    const { model_version: made } = await copy.target.create<{ model_version: Version }>('model-versions/create', {
      name: version.name,
      ...address,
      description: version.description ?? '',
      tags: [...ownTags(version.tags), ...mark],
    });
    const number = Number(made.version);
    if (number < wanted && wanted - number <= widestGap) {
      await drop(copy, made);
      continue;
    }
    await copy.target.set('POST', 'model-versions/set-tag', {
      name: version.name,
      version: made.version,
      key: marks.state,
      value: 'whole',
    });
    return made;
  }
}

const drop = async (copy: Copy, { name, version }: Version): Promise<void> => {
  await copy.target.set('DELETE', 'model-versions/delete', { name, version });
};

/** What the files of a version are called at the target. @throws Error when they did not come along */
function addressOf(
  copy: Copy,
  { source = '', run_id, model_id }: Version,
): { source: string; run_id?: string; model_id?: string } {
  const model = model_id || /(?:^models:\/+|\/models\/)(m-[\w-]+)(?:\/|$)/.exec(source)?.[1];
  if (model) {
    const mapped = copy.models.get(model);
    if (!mapped) throw new Error(`its logged model ${model} is not at the target`);
    return { source: `models:/${mapped}`, model_id: mapped };
  }
  const [, run, path] =
    /^runs:\/+([^/]+)\/?(.*)$/.exec(source) ?? /\/([\w-]+)\/artifacts(?:\/(.*))?$/.exec(source.replaceAll('\\', '/')) ?? [];
  if (!run || (run_id && run !== run_id) || source.startsWith('mlflow-artifacts:/registry/'))
    throw new Error(`its files are at ${source.slice(0, 200)}, which is no run or logged model of the source`);
  const mapped = copy.runs.get(run);
  if (!mapped) throw new Error(`its run ${run} is not at the target`);
  return { source: `runs:/${mapped}/${(path ?? '').replace(/\/+$/, '')}`, run_id: mapped };
}

async function copyAliases(
  copy: Copy,
  model: RegisteredModel,
  before: RegisteredModel | undefined,
  numbers: Map<string, string>,
): Promise<void> {
  const { report, target } = copy;
  for (const { alias, version } of model.aliases ?? []) {
    const told = `alias ${model.name}@${alias}`;
    const number = numbers.get(version);
    const now = before?.aliases?.find((one) => one.alias === alias)?.version;
    const guard = copy.guarded(alias, 'alias');
    if (!number) report.missing('aliases and stages', told, `version ${version}, at which it points, is not at the target`);
    else if (now === number) report.there('aliases and stages');
    else if (guard) report.left('aliases and stages', told, `points at version ${number}: ${guard}`);
    else if (now) {
      report.there('aliases and stages');
      report.differs(told, `points at version ${now}, at the source at ${number}; it was not moved`);
    } else
      await attempt(copy, told, () =>
        target.set('POST', 'registered-models/alias', { name: model.name, alias, version: number }),
      );
  }
}

async function attempt(copy: Copy, told: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
    copy.report.brought('aliases and stages');
  } catch (error) {
    // A refusal of one name, which somebody has protected meanwhile, is no reason to leave the others.
    if (isFatal(error) && (error as WireProblem).code !== 'PERMISSION_DENIED') throw error;
    copy.report.missing('aliases and stages', told, messageOf(error));
  }
}
