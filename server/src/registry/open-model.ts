import { sql } from 'kysely';
import { inProject, require } from '../access/index.ts';
import { type Context, invalidField, notFound } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { aliasGone, type ModelRow, modelGone } from './model.ts';
import { findAlias, findModelByName, findRehearsed } from './model-store.ts';
import { rehearsalOf, rehearsedModel, rehearsedVersion } from './rehearsal.ts';
import { type VersionRow, versionGone } from './version.ts';
import { findVersion, findVersionByNumber, versionsWhere } from './version-store.ts';

export type RegistryAction = 'model.read' | 'model.write' | 'artifact.read';

/** A registered model by name, after asking for a right in its project. */
export async function openModel(
  ctx: Context,
  project: string,
  name: string,
  action: RegistryAction,
  options: { forWork?: boolean } = {},
): Promise<ModelRow> {
  const { id } = await openProject(ctx, project, action, options);
  const model = await findModelByName(ctx, id, name);
  const rehearsal = await rehearsalOf(ctx);
  if (rehearsal) {
    const copy = await findRehearsed(ctx, rehearsal.reproductionId, id, name);
    if (copy) return copy;
    if (model && action === 'model.write') return rehearsedModel(ctx, rehearsal, model, { projectId: id, name });
  }
  if (!model) throw modelGone(name);
  return model;
}

/** One of its versions by number. */
export async function openVersion(
  ctx: Context,
  project: string,
  name: string,
  number: number | string,
  action: RegistryAction,
  options: { forWork?: boolean } = {},
): Promise<VersionRow> {
  const model = await openModel(ctx, project, name, action, options);
  const version = await versionOf(ctx, model, number);
  const isToCopy = action === 'model.write' && model.rehearsalOf !== null && version.rehearsalOf === null;
  return isToCopy ? rehearsedVersion(ctx, model, version) : version;
}

/** A version by its id, deleted ones too. */
export async function openVersionById(ctx: Context, id: string, action: RegistryAction, projectId?: string): Promise<VersionRow> {
  const version = await findVersion(ctx, id);
  const isHidden = version?.rehearsalOf && (await rehearsalOf(ctx))?.reproductionId !== version.rehearsalOf;
  if (!version || isHidden || (projectId && version.projectId !== projectId)) {
    ctx.decided.add(action);
    throw notFound('version', id);
  }
  await require(ctx, action, inProject('version', id, version.projectId, version.modelName));
  return version;
}

const versionAddress = /^models:\/+([^/@:]+)(?:\/(\d{1,10}|latest)|@([^/@]+))$/;

/** The model that an address names; null for what is no address. */
export const nameIn = (address: string): string | null => versionAddress.exec(address)?.[1] ?? null;

/**
 * The version that an address means now: `models:/name/3`, `models:/name@alias` or `models:/name/latest`.
 *
 * @throws 400 for what is no such address, 404
 */
export async function resolveVersion(
  ctx: Context,
  project: string,
  address: string,
  action: RegistryAction,
  pointer = '/model',
): Promise<VersionRow> {
  const match = versionAddress.exec(address);
  if (!match) {
    ctx.decided.add(action);
    throw invalidField(
      pointer,
      `"${address.slice(0, 200)}" is no model version; write models:/name/version or models:/name@alias`,
    );
  }
  const [, name = '', number, alias] = match;
  const model = await openModel(ctx, project, name, action);
  return alias === undefined ? versionOf(ctx, model, number!) : versionOfAlias(ctx, model, alias);
}

export async function versionOfAlias(ctx: Context, model: ModelRow, alias: string): Promise<VersionRow> {
  const target =
    (await findAlias(ctx, model.id, alias)) ?? (model.standsFor ? await findAlias(ctx, model.standsFor, alias) : null);
  if (!target) throw aliasGone(model.name, alias);
  return (await findVersion(ctx, target.versionId))!;
}

async function versionOf(ctx: Context, model: ModelRow, number: number | string): Promise<VersionRow> {
  // A rehearsal sees what it made, and behind it what is there.
  for (const modelId of [model.id, ...(model.standsFor ? [model.standsFor] : [])]) {
    const version = await versionIn(ctx, modelId, number);
    if (version) return version;
  }
  throw versionGone(model.name, number);
}

async function versionIn(ctx: Context, modelId: string, number: number | string): Promise<VersionRow | null> {
  if (number !== 'latest') return /^\d{1,10}$/.test(String(number)) ? findVersionByNumber(ctx, modelId, Number(number)) : null;
  const [newest] = await versionsWhere(ctx, {
    where: [sql`model_versions.model_id = ${modelId}`],
    order: [sql`model_versions.number desc`],
    limit: 1,
  });
  return newest ?? null;
}
