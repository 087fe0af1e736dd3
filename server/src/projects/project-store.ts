import { type Expression, type SqlBool, sql } from 'kysely';
import { bestRole } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { type Context, type Database, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Goal, Project, StageChange } from './project.ts';
import type { TrashedProject } from './trash.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    projects: {
      id: string;
      organizationId: string;
      folderId: string | null;
      number: Generated<number>;
      slug: string;
      name: string;
      description: string;
      template: string | null;
      gitUrl: string | null;
      status: Project['status'];
      stage: Project['stage'];
      visibility: Project['visibility'];
      defaultEnvironmentId: string | null;
      ownerId: string;
      createdBy: string;
      createdAt: Generated<string>;
      updatedAt: Generated<string>;
      version: Generated<number>;
      deletedAt: string | null;
    };
    projectStageChanges: {
      id: string;
      projectId: string;
      fromStage: string | null;
      toStage: string;
      fromStatus: string | null;
      toStatus: string;
      reason: string;
      changedBy: string;
      changedAt: Generated<string>;
    };
    projectGoals: {
      id: string;
      projectId: string;
      title: string;
      metric: string | null;
      target: number | null;
      direction: 'maximize' | 'minimize';
      dueOn: string | null;
      state: Goal['state'];
      ownerId: string | null;
      createdAt: Generated<string>;
      version: Generated<number>;
      deletedAt: string | null;
    };
  }
}

const columns = [
  'projects.id',
  'projects.slug',
  'projects.name',
  'projects.description',
  'projects.status',
  'projects.stage',
  'projects.visibility',
  'projects.template',
  'projects.gitUrl',
  'projects.folderId',
  'projects.defaultEnvironmentId',
  'projects.ownerId',
  'projects.createdBy',
  'projects.createdAt',
  'projects.updatedAt',
  'projects.version',
] as const;

const ownerName = sql<string>`coalesce((select name from people where id = projects.owner_id), (select name from service_accounts where id = projects.owner_id), projects.owner_id)`;

function selectProjects(ctx: Context) {
  return ctx.db
    .selectFrom('projects')
    .select(columns)
    .select([
      ownerName.as('ownerName'),
      sql<
        string | null
      >`(select title from project_goals g where g.project_id = projects.id and g.deleted_at is null and g.state = 'open' order by g.created_at limit 1)`.as(
        'goal',
      ),
      sql<string | null>`(select name from folders f where f.id = projects.folder_id)`.as('folderName'),
      bestRole(ctx, sql.ref('projects.id')).as('myRole'),
    ])
    .where('projects.deletedAt', 'is', null);
}

/** By id or slug; null when there is none (or it is in the trash). */
export async function findProject(ctx: Context, idOrSlug: string): Promise<Project | null> {
  const row = await selectProjects(ctx)
    .where((eb) => eb.or([eb('projects.id', '=', idOrSlug), eb('projects.slug', '=', idOrSlug)]))
    .executeTakeFirst();
  return row ?? null;
}

export const projectList = defineList({
  name: 'projects',
  sort: '-updatedAt',
  id: 'id',
  fields: {
    id: fields.text('projects.id'),
    slug: fields.text('projects.slug'),
    name: fields.text('projects.name'),
    description: fields.text('projects.description', { sortable: false }),
    stage: fields.text('projects.stage'),
    status: fields.text('projects.status'),
    visibility: fields.text('projects.visibility'),
    template: fields.text('projects.template', { nullable: true }),
    folderId: fields.text('projects.folderId', { nullable: true }),
    ownerId: fields.text('projects.ownerId'),
    ownerName: fields.text(ownerName),
    createdBy: fields.text('projects.createdBy'),
    createdAt: fields.time('projects.createdAt'),
    updatedAt: fields.time('projects.updatedAt'),
  },
});

export async function listProjects(
  ctx: Context,
  readable: Expression<SqlBool>,
  query: ListQuery & {
    status?: string | undefined;
    stage?: string | undefined;
    search?: string | undefined;
    folder?: string | undefined;
  },
): Promise<Page<Project>> {
  let select = selectProjects(ctx).where(readable);
  if (query.status) select = select.where('projects.status', '=', query.status as Project['status']);
  if (query.stage) select = select.where('projects.stage', '=', query.stage as Project['stage']);
  if (query.folder !== undefined)
    select = select.where(sql<SqlBool>`projects.folder_id is not distinct from ${query.folder === 'top' ? null : query.folder}`);
  if (query.search)
    select = select.where(
      sql<SqlBool>`(projects.name || ' ' || projects.slug || ' ' || projects.description) ilike ${`%${escapeLike(query.search)}%`}`,
    );
  return readPage(projectList, select, query);
}

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);

export async function insertProject(
  ctx: Context,
  project: Pick<
    Project,
    'id' | 'slug' | 'name' | 'description' | 'stage' | 'status' | 'ownerId' | 'template' | 'gitUrl' | 'folderId'
  > & { organizationId: string },
): Promise<void> {
  await ctx.db
    .insertInto('projects')
    .values({ ...project, visibility: 'private', defaultEnvironmentId: null, createdBy: ctx.actor.id, deletedAt: null })
    .execute();
}

/** @returns false when the version is no longer the one that was read */
export async function updateProject(
  ctx: Context,
  id: string,
  version: number,
  change: Partial<
    Pick<
      Project,
      'name' | 'slug' | 'description' | 'visibility' | 'stage' | 'status' | 'ownerId' | 'defaultEnvironmentId' | 'folderId'
    >
  >,
): Promise<boolean> {
  const result = await ctx.db
    .updateTable('projects')
    .set({ ...change, version: version + 1, updatedAt: sql<string>`now()` })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export async function trashProject(ctx: Context, id: string): Promise<void> {
  await ctx.db.updateTable('projects').set({ deletedAt: sql<string>`now()` }).where('id', '=', id).execute();
}

/** How long a project stays in the trash. */
const trashDays = 30;

const selectTrashed = (ctx: Context) =>
  ctx.db
    .selectFrom('projects')
    .select(['projects.id', 'projects.slug', 'projects.name', 'projects.description', 'projects.folderId', 'projects.ownerId'])
    .select(sql<string>`projects.deleted_at`.as('deletedAt'))
    .select([
      ownerName.as('ownerName'),
      sql<string | null>`(select name from folders f where f.id = projects.folder_id)`.as('folderName'),
      sql<string | null>`(select e.actor_name from events e where e.object_type = 'project' and e.object_id = projects.id
        and e.verb = 'project.deleted' order by e.id desc limit 1)`.as('deletedByName'),
      sql<string>`projects.deleted_at + make_interval(days => ${trashDays})`.as('restorableUntil'),
    ])
    .where(sql<SqlBool>`projects.deleted_at > now() - make_interval(days => ${trashDays})`);

export const trashList = defineList({
  name: 'the trash',
  sort: '-deletedAt',
  id: 'id',
  fields: {
    id: fields.text('projects.id'),
    slug: fields.text('projects.slug'),
    name: fields.text('projects.name'),
    ownerId: fields.text('projects.ownerId'),
    deletedAt: fields.time('projects.deletedAt'),
  },
});

export const listTrash = (ctx: Context, restorable: Expression<SqlBool>, query: ListQuery): Promise<Page<TrashedProject>> =>
  readPage(trashList, selectTrashed(ctx).where(restorable), query);

/** By id: several may have had the same slug. */
export async function findTrashed(ctx: Context, id: string): Promise<TrashedProject | null> {
  return (await selectTrashed(ctx).where('projects.id', '=', id).executeTakeFirst()) ?? null;
}

/** @returns false when it is in the trash no more */
export async function restoreRow(tx: Context, id: string, place: { slug: string; folderId: string | null }): Promise<boolean> {
  const result = await tx.db
    .updateTable('projects')
    .set({ ...place, deletedAt: null, version: sql<number>`version + 1`, updatedAt: sql<string>`now()` })
    .where('id', '=', id)
    .where('deletedAt', 'is not', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export async function insertStageChange(
  ctx: Context,
  change: {
    projectId: string;
    fromStage: string | null;
    toStage: string;
    fromStatus: string | null;
    toStatus: string;
    reason: string;
  },
): Promise<void> {
  await ctx.db
    .insertInto('projectStageChanges')
    .values({ id: newId('stg'), ...change, changedBy: ctx.actor.id })
    .execute();
}

export async function stageChangesOf(db: Database, projectId: string): Promise<StageChange[]> {
  return db
    .selectFrom('projectStageChanges')
    .leftJoin('people', 'people.id', 'projectStageChanges.changedBy')
    .select(['projectStageChanges.id', 'fromStage', 'toStage', 'fromStatus', 'toStatus', 'reason', 'changedBy', 'changedAt'])
    .select(sql<string>`coalesce(people.name, changed_by)`.as('changedByName'))
    .where('projectId', '=', projectId)
    .orderBy('changedAt')
    .orderBy('projectStageChanges.id')
    .limit(1000)
    .execute();
}

const goalColumns = [
  'id',
  'projectId',
  'title',
  'metric',
  'target',
  'direction',
  'dueOn',
  'state',
  'ownerId',
  'createdAt',
  'version',
] as const;

export async function insertGoal(ctx: Context, goal: Omit<Goal, 'createdAt' | 'version'>): Promise<Goal> {
  return ctx.db
    .insertInto('projectGoals')
    .values({ ...goal, deletedAt: null })
    .returning(goalColumns)
    .executeTakeFirstOrThrow();
}

export async function findGoal(ctx: Context, projectId: string, id: string): Promise<Goal | null> {
  const row = await ctx.db
    .selectFrom('projectGoals')
    .select(goalColumns)
    .where('projectId', '=', projectId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

export async function goalsOf(ctx: Context, projectId: string): Promise<Goal[]> {
  return ctx.db
    .selectFrom('projectGoals')
    .select(goalColumns)
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt')
    .limit(1000)
    .execute();
}

export async function updateGoal(
  ctx: Context,
  id: string,
  version: number,
  change: Partial<Omit<Goal, 'id' | 'projectId'>>,
): Promise<Goal | null> {
  const row = await ctx.db
    .updateTable('projectGoals')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returning(goalColumns)
    .executeTakeFirst();
  return row ?? null;
}
