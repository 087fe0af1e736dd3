import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, compare, defineList, fields, type ListQuery, type Page, readKeyset, readPage } from '../platform/index.ts';
import { nameOf, type RegistrySearch, tagsOf } from './model-store.ts';
import type { Signature, Stage, VersionRow, VersionState } from './version.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    modelVersions: {
      id: string;
      modelId: string;
      projectId: string;
      number: number;
      state: VersionState;
      stage: Generated<Stage>;
      digest: string;
      sizeBytes: number;
      fileCount: number;
      flavors: string;
      signature: string | null;
      sourceKind: VersionRow['sourceKind'];
      sourceRunId: string | null;
      sourceModelId: string | null;
      sourceVersionId: string | null;
      sourcePath: string;
      description: string;
      tags: string;
      createdBy: string;
      createdAt: Generated<string>;
      updatedAt: Generated<string>;
    };
    versionLoads: {
      versionId: string;
      loadedBy: string;
      way: 'client' | 'package';
      loadCount: Generated<number>;
      firstAt: Generated<string>;
      lastAt: Generated<string>;
    };
  }
}

export const versionList = defineList({
  name: 'versions',
  sort: '-number',
  id: 'id',
  fields: {
    id: fields.text('modelVersions.id'),
    number: fields.integer('modelVersions.number'),
    stage: fields.text('modelVersions.stage'),
    digest: fields.text('modelVersions.digest'),
    sizeBytes: fields.integer('modelVersions.sizeBytes'),
    description: fields.text('modelVersions.description'),
    runId: fields.text('modelVersions.sourceRunId', { nullable: true }),
    createdBy: fields.text('modelVersions.createdBy'),
    createdByName: fields.text(nameOf('model_versions.created_by')),
    createdAt: fields.time('modelVersions.createdAt'),
    updatedAt: fields.time('modelVersions.updatedAt'),
  },
  keyed: [
    tagsOf('model_versions.tags'),
    {
      words: ['metrics', 'metric'],
      compare: (term) =>
        sql<SqlBool>`exists (select 1 from latest_metrics m where m.run_id = model_versions.source_run_id and m.key = ${term.key}
          and ${compare(sql.ref('m.value'), 'number', term, 'query/filter')})`,
    },
  ],
});

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('modelVersions')
    .innerJoin('registeredModels', 'registeredModels.id', 'modelVersions.modelId')
    .innerJoin('projects', 'projects.id', 'modelVersions.projectId')
    .leftJoin('runs', 'runs.id', 'modelVersions.sourceRunId')
    .select([
      'modelVersions.id',
      'modelVersions.modelId',
      'registeredModels.name as modelName',
      'modelVersions.projectId',
      'projects.slug as projectSlug',
      'modelVersions.number',
      'modelVersions.state',
      'modelVersions.stage',
      'modelVersions.digest',
      'modelVersions.sizeBytes',
      'modelVersions.fileCount',
      'modelVersions.flavors',
      'modelVersions.signature',
      'modelVersions.sourceKind',
      'modelVersions.sourceRunId',
      'runs.name as sourceRunName',
      'modelVersions.sourceModelId',
      'modelVersions.sourceVersionId',
      'modelVersions.sourcePath',
      'modelVersions.description',
      'modelVersions.tags',
      'modelVersions.createdBy',
      'modelVersions.createdAt',
      'modelVersions.updatedAt',
      'registeredModels.rehearsalOf',
    ])
    .select([
      nameOf('model_versions.created_by').as('createdByName'),
      sql<string[]>`array(select alias from model_aliases a where a.version_id = model_versions.id order by alias)`.as('aliases'),
    ]);

const as = <T>(row: unknown): T => row as T;

/** Also a deleted one: what points at it must still be able to say what it was. */
export async function findVersion(ctx: Context, id: string): Promise<VersionRow | null> {
  return as((await select(ctx).where('modelVersions.id', '=', id).executeTakeFirst()) ?? null);
}

export async function findVersionByNumber(ctx: Context, modelId: string, number: number): Promise<VersionRow | null> {
  if (!Number.isInteger(number) || number < 1 || number > 2_147_483_647) return null;
  return as(
    (await select(ctx)
      .where('modelVersions.modelId', '=', modelId)
      .where('modelVersions.number', '=', number)
      .where('modelVersions.state', '=', 'ready')
      .executeTakeFirst()) ?? null,
  );
}

const selectReady = (ctx: Context, where: readonly Expression<SqlBool>[]) => {
  let query = select(ctx).where('modelVersions.state', '=', 'ready').where('projects.deletedAt', 'is', null);
  for (const one of where) query = query.where(one);
  return query;
};

export async function versionsWhere(
  ctx: Context,
  search: { where: Expression<SqlBool>[]; order: Expression<unknown>[]; limit: number },
): Promise<VersionRow[]> {
  let query = selectReady(ctx, search.where);
  for (const order of search.order) query = query.orderBy(order);
  return as(await query.limit(search.limit).execute());
}

export async function searchVersions(ctx: Context, search: RegistrySearch): Promise<Page<VersionRow>> {
  return as(await readKeyset(selectReady(ctx, search.where).where('registeredModels.rehearsalOf', 'is', null), search));
}

export async function listVersions(ctx: Context, modelId: string, query: ListQuery): Promise<Page<VersionRow>> {
  const versions = select(ctx).where('modelVersions.modelId', '=', modelId).where('modelVersions.state', '=', 'ready');
  return as(await readPage(versionList, versions, query));
}

export interface NewVersionRow {
  id: string;
  modelId: string;
  projectId: string;
  digest: string;
  sizeBytes: number;
  fileCount: number;
  flavors: Record<string, unknown>;
  signature: Signature | null;
  sourceKind: VersionRow['sourceKind'];
  sourceRunId: string | null;
  sourceModelId: string | null;
  sourceVersionId: string | null;
  sourcePath: string;
  description: string;
  tags: Record<string, string>;
}

/** Numbers of the versions of a model, deleted ones too; with runs of those alone that came of them, in order. */
export async function numbersFromRuns(ctx: Context, modelId: string, runIds: readonly string[] | null): Promise<number[]> {
  let query = ctx.db.selectFrom('modelVersions').select('number').where('modelId', '=', modelId);
  if (runIds) query = query.where('sourceRunId', 'in', [...runIds, '']);
  return (await query.orderBy('number').execute()).map((row) => row.number);
}

/** Numbers the version, unless it has its number already; the caller holds the lock of its model. */
export async function insertVersion(tx: Context, row: NewVersionRow, number?: number): Promise<void> {
  const { next } = await tx.db
    .selectFrom('modelVersions')
    .select(sql<number>`coalesce(max(number), 0) + 1`.as('next'))
    .where('modelId', '=', row.modelId)
    .executeTakeFirstOrThrow();
  await tx.db
    .insertInto('modelVersions')
    .values({
      ...row,
      number: number ?? Number(next),
      state: 'ready',
      flavors: JSON.stringify(row.flavors),
      signature: row.signature ? JSON.stringify(row.signature) : null,
      tags: JSON.stringify(row.tags),
      createdBy: tx.actor.id,
    })
    .execute();
}

export async function updateVersion(
  tx: Context,
  id: string,
  change: Partial<{ description: string; tags: Record<string, string>; stage: Stage; state: VersionState }>,
): Promise<void> {
  const { tags, ...columns } = change;
  await tx.db
    .updateTable('modelVersions')
    .set({ ...columns, ...(tags ? { tags: JSON.stringify(tags) } : {}), updatedAt: sql<string>`now()` })
    .where('id', '=', id)
    .execute();
}

export async function countLoad(tx: Context, versionId: string, way: 'client' | 'package'): Promise<void> {
  await tx.db
    .insertInto('versionLoads')
    .values({ versionId, loadedBy: tx.actor.id, way })
    .onConflict((conflict) =>
      conflict
        .columns(['versionId', 'loadedBy', 'way'])
        .doUpdateSet({ loadCount: sql<number>`version_loads.load_count + 1`, lastAt: sql<string>`now()` }),
    )
    .execute();
}

/** Who registered the versions that this one is a copy of, through any number of copies. */
export async function registrarsBefore(ctx: Context, version: Pick<VersionRow, 'sourceVersionId'>): Promise<string[]> {
  if (!version.sourceVersionId) return [];
  const { rows } = await sql<{ createdBy: string }>`with recursive origin as (
      select id, source_version_id, created_by from model_versions where id = ${version.sourceVersionId}
      union select v.id, v.source_version_id, v.created_by from model_versions v join origin o on v.id = o.source_version_id)
    select distinct created_by as "createdBy" from origin`.execute(ctx.db);
  return rows.map((row) => row.createdBy);
}

export interface VersionLoad {
  by: string;
  byName: string;
  way: 'client' | 'package';
  count: number;
  firstAt: string;
  lastAt: string;
}

export async function loadsOf(ctx: Context, versionId: string): Promise<VersionLoad[]> {
  return ctx.db
    .selectFrom('versionLoads')
    .select(['loadedBy as by', 'way', 'loadCount as count', 'firstAt', 'lastAt'])
    .select(nameOf('version_loads.loaded_by').as('byName'))
    .where('versionId', '=', versionId)
    .orderBy('lastAt', 'desc')
    .limit(200)
    .execute();
}
