import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, compare, type Field, invalidField, type SortKey } from '../../platform/index.ts';
import {
  type ModelRow,
  resolveVersion,
  type Stage,
  stageNames,
  type VersionRow,
  type VersionSource,
} from '../../registry/index.ts';
import { type Comparison, type KeyValue, parseComparisons } from '../../tracking/index.ts';
import { addressOfVersion, parseArtifactAddress } from './artifact-address.ts';
import { integer, list, type Message, pairs, required, tagList } from './messages.ts';

export const registryTags = (value: unknown): Record<string, string> =>
  Object.fromEntries(pairs(value, 'tags', 100_000, 1000).map(({ key, value }: KeyValue) => [key, value]));

/** Versions travel as text; older clients send numbers. */
export function versionNumber(message: Message): number {
  const { version } = message;
  const number = typeof version === 'string' && /^\d{1,10}$/.test(version) ? Number(version) : version;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1)
    throw invalidField(
      'version',
      `Missing or invalid value for required parameter 'version': ${JSON.stringify(version)?.slice(0, 60)}`,
    );
  return number;
}

const stageWords: Record<string, Stage> = Object.fromEntries(stageNames.map((stage) => [stage, stage]));
export const stageWord = (stage: Stage): string => stage[0]!.toUpperCase() + stage.slice(1);

export function stageOf(value: unknown): Stage {
  const stage = typeof value === 'string' ? stageWords[value.toLowerCase()] : undefined;
  if (!stage || !Object.hasOwn(stageWords, String(value).toLowerCase()))
    throw invalidField(
      'stage',
      `Invalid Model Version stage: ${JSON.stringify(value)?.slice(0, 60)}; take one of None, Staging, Production, Archived`,
    );
  return stage;
}

/** Where the files of a new version are, told by one of the addresses that clients use. Nothing else is ever opened. */
export async function sourceOf(ctx: Context, project: string, source: string): Promise<VersionSource> {
  const run = /^runs:\/+([^/]+)\/?(.*)$/.exec(source);
  if (run) return { kind: 'run', runId: run[1]!, path: run[2]!.replace(/\/+$/, '') };
  const logged = /^models:\/+(m-[0-9a-f]{32})\/?(.*)$/.exec(source);
  if (logged) return { kind: 'logged-model', modelId: logged[1]!, path: logged[2]!.replace(/\/+$/, '') };
  if (source.startsWith('models:'))
    return { kind: 'version', versionId: (await resolveVersion(ctx, project, source, 'model.read', 'source')).id };
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(source);
  if (proxied) {
    const { owner, id, path } = parseArtifactAddress(proxied[1]!, 'source');
    if (owner === 'run') return { kind: 'run', runId: id, path };
    if (owner === 'logged-model') return { kind: 'logged-model', modelId: id, path };
    return { kind: 'version', versionId: id };
  }
  throw invalidField(
    'source',
    `Invalid model version source: '${source.slice(0, 200)}'; register what was logged here, as runs:/<run>/<path> or models:/<model id>`,
  );
}

const sourceAddress = (version: VersionRow): string => {
  if (version.sourceKind === 'run') return `runs:/${version.sourceRunId}/${version.sourcePath}`;
  if (version.sourceKind === 'logged-model') return `models:/${version.sourceModelId}`;
  return addressOfVersion(version.sourceVersionId!);
};

export const presentVersion = (version: VersionRow): Message => ({
  name: version.modelName,
  version: String(version.number),
  creation_timestamp: Date.parse(version.createdAt),
  last_updated_timestamp: Date.parse(version.updatedAt),
  user_id: version.createdByName,
  current_stage: stageWord(version.stage),
  description: version.description,
  source: sourceAddress(version),
  ...(version.sourceRunId ? { run_id: version.sourceRunId } : {}),
  ...(version.sourceModelId ? { model_id: version.sourceModelId } : {}),
  status: 'READY',
  ...(Object.keys(version.tags).length > 0 ? { tags: tagList(version.tags) } : {}),
  ...(version.aliases.length > 0 ? { aliases: version.aliases } : {}),
});

export const presentRegisteredModel = (model: ModelRow, latest: readonly VersionRow[]): Message => ({
  name: model.name,
  creation_timestamp: Date.parse(model.createdAt),
  last_updated_timestamp: Date.parse(model.updatedAt),
  user_id: model.createdByName,
  description: model.description,
  ...(latest.length > 0 ? { latest_versions: latest.map(presentVersion) } : {}),
  ...(Object.keys(model.tags).length > 0 ? { tags: tagList(model.tags) } : {}),
  ...(model.aliases.length > 0
    ? { aliases: model.aliases.map(({ alias, number }) => ({ alias, version: String(number) })) }
    : {}),
});

/** A page of a search, as clients ask for it. */
export function pageOf(message: Message, fallback: number, maximum: number): number {
  const limit = integer(message.max_results, 'max_results', fallback);
  if (limit < 1 || limit > maximum) throw invalidField('max_results', `must be from 1 to ${maximum}`);
  return limit;
}

/** One clause in a query string comes as text, several as a list. */
export const listOf = (value: unknown, name: string): string[] =>
  list(typeof value === 'string' ? [value] : value, name, 20).map(String);

export function orderOf(clauses: readonly string[], columns: Readonly<Record<string, Field>>): SortKey[] {
  return clauses.map((clause) => {
    const match = /^\s*(?:attributes?\.)?[`"]?(\w+)[`"]?(?:\s+(asc|desc))?\s*$/i.exec(clause);
    const name = match?.[1]?.toLowerCase() ?? '';
    if (!match || !Object.hasOwn(columns, name))
      throw invalidField('order_by', `"${clause.slice(0, 100)}" is none of ${Object.keys(columns).join(', ')} with ASC or DESC`);
    return { ...columns[name]!, descending: match[2]?.toLowerCase() === 'desc' };
  });
}

const promptTag = 'mlflow.prompt.is_prompt';

/** Predicates of a filter over registered models. Prompts are models to their clients; they are shown only when asked for. */
export function modelFilter(filter: string | undefined): Expression<SqlBool>[] {
  const comparisons = parseComparisons(filter);
  const where = comparisons.map((comparison) => {
    if (comparison.entity === 'tag') return tagFilter(sql.ref('registered_models.tags'), comparison);
    if (comparison.entity === 'attribute' && comparison.key === 'name')
      return compare(sql.ref('registered_models.name'), 'text', comparison);
    throw invalidField('filter', `has "${comparison.key}"; registered models have name and tags`);
  });
  if (!comparisons.some(({ entity, key }) => entity === 'tag' && key === promptTag))
    where.push(sql<SqlBool>`not (registered_models.tags ? ${promptTag})`);
  return where;
}

/** Predicates of a filter over versions. */
export function versionFilter(filter: string | undefined): Expression<SqlBool>[] {
  const columns: Record<string, Expression<unknown>> = {
    name: sql.ref('registered_models.name'),
    run_id: sql.ref('model_versions.source_run_id'),
    source_path: sql`case model_versions.source_kind when 'run' then 'runs:/' || source_run_id || '/' || source_path
      when 'logged-model' then 'models:/' || source_model_id else 'mlflow-artifacts:/registry/' || source_version_id || '/artifacts' end`,
  };
  return parseComparisons(filter).map((comparison) => {
    const { entity, key } = comparison;
    if (entity === 'tag') return tagFilter(sql.ref('model_versions.tags'), comparison);
    if (entity === 'attribute' && Object.hasOwn(columns, key)) return compare(columns[key]!, 'text', comparison);
    if (entity === 'attribute' && (key === 'version_number' || key === 'version'))
      return compare(sql`model_versions.number`, 'integer', comparison);
    throw invalidField('filter', `has "${key}"; versions have name, version_number, run_id, source_path and tags`);
  });
}

/** The clients ask for what is no prompt by saying that the tag is not 'true', which must hold where there is no tag as well. */
function tagFilter(tags: Expression<unknown>, comparison: Comparison): Expression<SqlBool> {
  const value = sql`${tags}->>${comparison.key}::text`;
  return compare(comparison.key === promptTag ? sql`coalesce(${value}, 'false')` : value, 'text', comparison);
}

export const nameOf = (message: Message): string => required(message, 'name');
