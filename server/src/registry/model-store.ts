import { type Expression, type SqlBool, sql } from 'kysely';
import {
  type Context,
  compare,
  defineList,
  fields,
  type ListQuery,
  type Page,
  readKeyset,
  readPage,
  type SortKey,
  type Term,
} from '../platform/index.ts';
import type { ModelRow } from './model.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    registeredModels: {
      id: string;
      projectId: string;
      name: string;
      description: string;
      intendedUse: string;
      tags: string;
      ownerId: string;
      createdBy: string;
      createdAt: Generated<string>;
      updatedAt: Generated<string>;
      version: Generated<number>;
      deletedAt: string | null;
      rehearsalOf: string | null;
      standsFor: string | null;
    };
    modelAliases: { modelId: string; alias: string; versionId: string; setBy: string; setAt: Generated<string> };
    modelAliasChanges: {
      id: Generated<number>;
      modelId: string;
      alias: string;
      fromVersionId: string | null;
      toVersionId: string | null;
      approvalId: string | null;
      changedBy: string;
      changedAt: Generated<string>;
    };
  }
}

/** The name of a person or service account in a column. */
export const nameOf = (column: string) =>
  sql<string>`coalesce((select name from people where id = ${sql.ref(column)}), (select name from service_accounts where id = ${sql.ref(column)}), ${sql.ref(column)})`;

const versionCount = sql<number>`(select count(*) from model_versions v where v.model_id = registered_models.id and v.state = 'ready')`;

/** Terms over a column of tags: `tags.team = 'risk'`. */
export const tagsOf = (column: string) => ({
  words: ['tags', 'tag'],
  compare: (term: Term) => compare(sql`${sql.ref(column)}->>${term.key}::text`, 'text', term, 'query/filter'),
});

export const modelList = defineList({
  name: 'models',
  sort: '-updatedAt',
  id: 'id',
  fields: {
    id: fields.text('registeredModels.id'),
    name: fields.text('registeredModels.name'),
    description: fields.text('registeredModels.description'),
    projectSlug: fields.text('projects.slug'),
    ownerId: fields.text('registeredModels.ownerId'),
    ownerName: fields.text(nameOf('registered_models.owner_id')),
    versionCount: fields.integer(versionCount),
    createdAt: fields.time('registeredModels.createdAt'),
    updatedAt: fields.time('registeredModels.updatedAt'),
  },
  keyed: [tagsOf('registered_models.tags')],
});

/** Models that are there for all. */
const select = (ctx: Context) => selectAny(ctx).where('registeredModels.rehearsalOf', 'is', null);

const selectAny = (ctx: Context) =>
  ctx.db
    .selectFrom('registeredModels')
    .innerJoin('projects', 'projects.id', 'registeredModels.projectId')
    .select([
      'registeredModels.id',
      'registeredModels.projectId',
      'projects.slug as projectSlug',
      'registeredModels.name',
      'registeredModels.description',
      'registeredModels.intendedUse',
      'registeredModels.tags',
      'registeredModels.ownerId',
      'registeredModels.createdBy',
      'registeredModels.createdAt',
      'registeredModels.updatedAt',
      'registeredModels.version',
      'registeredModels.rehearsalOf',
      'registeredModels.standsFor',
    ])
    .select([
      nameOf('registered_models.owner_id').as('ownerName'),
      nameOf('registered_models.created_by').as('createdByName'),
      versionCount.as('versionCount'),
      sql<
        ModelRow['aliases']
      >`(select coalesce(json_agg(json_build_object('alias', a.alias, 'number', v.number) order by a.alias), '[]')
        from model_aliases a join model_versions v on v.id = a.version_id where a.model_id = registered_models.id)`.as('aliases'),
      sql<
        ModelRow['newestVersion']
      >`(select json_build_object('id', v.id, 'number', v.number, 'createdAt', to_char(v.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        from model_versions v where v.model_id = registered_models.id and v.state = 'ready' order by v.number desc limit 1)`.as(
        'newestVersion',
      ),
    ])
    .where('registeredModels.deletedAt', 'is', null)
    .where('projects.deletedAt', 'is', null);

const as = <T>(row: unknown): T => row as T;

export async function findModelByName(ctx: Context, projectId: string, name: string): Promise<ModelRow | null> {
  return as(
    (await select(ctx)
      .where('registeredModels.projectId', '=', projectId)
      .where('registeredModels.name', '=', name)
      .executeTakeFirst()) ?? null,
  );
}

/** By id, one of a rehearsal too. */
export async function findModelById(ctx: Context, id: string): Promise<ModelRow | null> {
  return as((await selectAny(ctx).where('registeredModels.id', '=', id).executeTakeFirst()) ?? null);
}

/** What a reproduction made of a model. */
export async function findRehearsed(
  ctx: Context,
  reproductionId: string,
  projectId: string,
  name: string,
): Promise<ModelRow | null> {
  return as(
    (await selectAny(ctx)
      .where('registeredModels.rehearsalOf', '=', reproductionId)
      .where('registeredModels.projectId', '=', projectId)
      .where('registeredModels.name', '=', name)
      .executeTakeFirst()) ?? null,
  );
}

/** Projects that have a model of this name. */
export async function projectsWithModel(
  ctx: Context,
  name: string,
  readable: Expression<SqlBool>,
): Promise<{ id: string; slug: string }[]> {
  return ctx.db
    .selectFrom('registeredModels')
    .innerJoin('projects', 'projects.id', 'registeredModels.projectId')
    .select(['projects.id', 'projects.slug'])
    .where('registeredModels.name', '=', name)
    .where('registeredModels.rehearsalOf', 'is', null)
    .where('registeredModels.deletedAt', 'is', null)
    .where('projects.deletedAt', 'is', null)
    .where(readable)
    .orderBy('projects.slug')
    .limit(20)
    .execute();
}

/** A page that somebody else has filtered and ordered. */
export interface RegistrySearch {
  where: Expression<SqlBool>[];
  keys: SortKey[];
  /** Names list and order for the cursor. */
  order: string;
  limit: number;
  cursor?: string | undefined;
  pointer: string;
}

export async function searchModels(ctx: Context, search: RegistrySearch): Promise<Page<ModelRow>> {
  let query = select(ctx);
  for (const where of search.where) query = query.where(where);
  return as(await readKeyset(query, search));
}

export async function listModels(ctx: Context, where: Expression<SqlBool>[], query: ListQuery): Promise<Page<ModelRow>> {
  let models = select(ctx);
  for (const one of where) models = models.where(one);
  return as(await readPage(modelList, models, query));
}

/** @returns false when the name was taken at the same moment */
export async function insertModel(
  tx: Context,
  row: { id: string; projectId: string; name: string; description: string; intendedUse: string; tags: Record<string, string> },
  rehearsal: Pick<ModelRow, 'rehearsalOf' | 'standsFor'> = { rehearsalOf: null, standsFor: null },
): Promise<boolean> {
  const result = await tx.db
    .insertInto('registeredModels')
    .values({
      ...row,
      ...rehearsal,
      tags: JSON.stringify(row.tags),
      ownerId: tx.actor.id,
      createdBy: tx.actor.id,
      deletedAt: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows) === 1;
}

/** Everybody who changes a model, its versions or its aliases waits here. @returns false when it was deleted meanwhile */
export async function lockModel(tx: Context, id: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('registeredModels')
    .select('id')
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

export async function updateModel(
  tx: Context,
  id: string,
  change: Partial<Pick<ModelRow, 'name' | 'description' | 'intendedUse' | 'tags' | 'ownerId'>>,
): Promise<void> {
  const { tags, ...columns } = change;
  await tx.db
    .updateTable('registeredModels')
    .set({
      ...columns,
      ...(tags ? { tags: JSON.stringify(tags) } : {}),
      updatedAt: sql<string>`now()`,
      version: sql<number>`version + 1`,
    })
    .where('id', '=', id)
    .execute();
}

export async function trashModel(tx: Context, id: string): Promise<void> {
  await tx.db.updateTable('registeredModels').set({ deletedAt: sql<string>`now()` }).where('id', '=', id).execute();
}

export async function findAlias(ctx: Context, modelId: string, alias: string): Promise<{ versionId: string } | null> {
  const row = await ctx.db
    .selectFrom('modelAliases')
    .select('versionId')
    .where('modelId', '=', modelId)
    .where('alias', '=', alias)
    .executeTakeFirst();
  return row ?? null;
}

export async function writeAlias(
  tx: Context,
  change: { modelId: string; alias: string; from: string | null; to: string | null; approvalId: string | null },
): Promise<void> {
  const { modelId, alias, from, to, approvalId } = change;
  if (to === null) await tx.db.deleteFrom('modelAliases').where('modelId', '=', modelId).where('alias', '=', alias).execute();
  else
    await tx.db
      .insertInto('modelAliases')
      .values({ modelId, alias, versionId: to, setBy: tx.actor.id })
      .onConflict((conflict) =>
        conflict.columns(['modelId', 'alias']).doUpdateSet({ versionId: to, setBy: tx.actor.id, setAt: sql<string>`now()` }),
      )
      .execute();
  await tx.db
    .insertInto('modelAliasChanges')
    .values({ modelId, alias, fromVersionId: from, toVersionId: to, approvalId, changedBy: tx.actor.id })
    .execute();
}

export interface AliasChange {
  alias: string;
  fromVersion: number | null;
  toVersion: number | null;
  approvalId: string | null;
  changedBy: string;
  changedByName: string;
  changedAt: string;
}

/** Newest first; with a version only what it gained or lost. */
export async function aliasChangesOf(ctx: Context, modelId: string, versionId?: string): Promise<AliasChange[]> {
  let query = ctx.db
    .selectFrom('modelAliasChanges')
    .leftJoin('modelVersions as before', 'before.id', 'modelAliasChanges.fromVersionId')
    .leftJoin('modelVersions as after', 'after.id', 'modelAliasChanges.toVersionId')
    .select(['alias', 'before.number as fromVersion', 'after.number as toVersion', 'approvalId', 'changedBy', 'changedAt'])
    .select(nameOf('model_alias_changes.changed_by').as('changedByName'))
    .where('modelAliasChanges.modelId', '=', modelId);
  if (versionId) query = query.where((eb) => eb.or([eb('fromVersionId', '=', versionId), eb('toVersionId', '=', versionId)]));
  return query.orderBy('modelAliasChanges.id', 'desc').limit(500).execute();
}

/** Ids of people and service accounts with their names. */
export async function namesOf(ctx: Context, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`select id, name from people where id = any(${[...ids]}::text[])
    union all select id, name from service_accounts where id = any(${[...ids]}::text[]) order by name`.execute(ctx.db);
  return rows;
}
