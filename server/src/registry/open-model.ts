import { sql } from 'kysely';
import { inProject, require } from '../access/index.ts';
import { type Context, invalidField, notFound } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { aliasGone, type ModelRow, modelGone } from './model.ts';
import { findAlias, findModelByName } from './model-store.ts';
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
  return versionOf(ctx, model, number);
}

/** A version by its id, deleted ones too. */
export async function openVersionById(ctx: Context, id: string, action: RegistryAction, projectId?: string): Promise<VersionRow> {
  const version = await findVersion(ctx, id);
  if (!version || (projectId && version.projectId !== projectId)) {
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
  const target = await findAlias(ctx, model.id, alias);
  if (!target) throw aliasGone(model.name, alias);
  return (await findVersion(ctx, target.versionId))!;
}

async function versionOf(ctx: Context, model: ModelRow, number: number | string): Promise<VersionRow> {
  const version =
    number === 'latest'
      ? (
          await versionsWhere(ctx, {
            where: [sql`model_versions.model_id = ${model.id}`],
            order: [sql`model_versions.number desc`],
            limit: 1,
          })
        )[0]
      : /^\d{1,10}$/.test(String(number))
        ? await findVersionByNumber(ctx, model.id, Number(number))
        : null;
  if (!version) throw versionGone(model.name, number);
  return version;
}
