import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Environment, Revision } from './environment.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    environments: {
      id: string;
      projectId: string | null;
      scopeId: string;
      name: string;
      description: string;
      createdBy: string;
      createdAt: Generated<string>;
      deletedAt: string | null;
    };
    environmentRevisions: {
      id: string;
      environmentId: string;
      number: number;
      python: string | null;
      packages: string;
      systemPackages: string;
      variables: string;
      state: Revision['state'];
      stateReason: string | null;
      lock: string | null;
      digest: string | null;
      platform: string | null;
      pythonVersion: string | null;
      sizeBytes: number | null;
      buildSeconds: number | null;
      reused: boolean | null;
      manifestSha256: string | null;
      workloadId: string | null;
      createdBy: string;
      createdAt: Generated<string>;
    };
  }
}

export type EnvironmentRow = Environment & { scopeId: string };

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('environments')
    .select(['id', 'projectId', 'scopeId', 'name', 'description', 'createdBy', 'createdAt'])
    .select(
      sql<
        Environment['newestRevision']
      >`(select json_build_object('id', r.id, 'number', r.number, 'state', r.state, 'digest', r.digest)
        from environment_revisions r where r.environment_id = environments.id order by r.number desc limit 1)`.as(
        'newestRevision',
      ),
    )
    .where('deletedAt', 'is', null);

export async function findEnvironment(ctx: Context, id: string): Promise<EnvironmentRow | null> {
  return (await select(ctx).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** By id or name; the project's own before a shared one of the same name. */
export async function findForProject(ctx: Context, projectId: string, idOrName: string): Promise<EnvironmentRow | null> {
  const row = await select(ctx)
    .where((eb) =>
      eb.and([
        eb.or([eb('projectId', '=', projectId), eb('projectId', 'is', null)]),
        eb.or([eb('id', '=', idOrName), eb(sql`lower(name)`, '=', idOrName.toLowerCase())]),
      ]),
    )
    .orderBy(sql`project_id nulls last`)
    .executeTakeFirst();
  return row ?? null;
}

export async function findByName(ctx: Context, projectId: string | null, name: string): Promise<EnvironmentRow | null> {
  return (
    (await select(ctx)
      .where('projectId', projectId === null ? 'is' : '=', projectId)
      .where(sql`lower(name)`, '=', name.toLowerCase())
      .executeTakeFirst()) ?? null
  );
}

export const environmentList = defineList({
  name: 'environments',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('environments.id'),
    projectId: fields.text('environments.projectId', { nullable: true }),
    name: fields.text('environments.name'),
    description: fields.text('environments.description', { sortable: false }),
    createdBy: fields.text('environments.createdBy'),
    createdAt: fields.time('environments.createdAt'),
  },
});

export async function listEnvironments(
  ctx: Context,
  { readable, projectId }: { readable: Expression<SqlBool>; projectId: string | null },
  query: ListQuery,
): Promise<Page<EnvironmentRow>> {
  let rows = select(ctx).where(readable);
  if (projectId) rows = rows.where((eb) => eb.or([eb('projectId', '=', projectId), eb('projectId', 'is', null)]));
  return readPage(environmentList, rows, query);
}

export async function insertEnvironment(
  tx: Context,
  row: { id: string; projectId: string | null; scopeId: string; name: string; description: string },
): Promise<void> {
  await tx.db
    .insertInto('environments')
    .values({ ...row, createdBy: tx.actor.id, deletedAt: null })
    .execute();
}

/** Serializes the numbering of revisions. */
export async function lockEnvironment(tx: Context, id: string): Promise<void> {
  await tx.db.selectFrom('environments').select('id').where('id', '=', id).forUpdate().execute();
}

const revisionColumns = [
  'id',
  'environmentId',
  'number',
  'python',
  'packages',
  'systemPackages',
  'variables',
  'state',
  'stateReason',
  'lock',
  'digest',
  'platform',
  'pythonVersion',
  'sizeBytes',
  'buildSeconds',
  'reused',
  'manifestSha256',
  'workloadId',
  'createdBy',
  'createdAt',
] as const;

type RevisionRow = Omit<Revision, 'logUrl'> & { pythonVersion: string | null };

/** `python` is what was asked for until the build tells the full version. */
function asRevision(row: unknown): Revision {
  const { pythonVersion, ...rest } = row as RevisionRow;
  return {
    ...rest,
    python: pythonVersion ?? rest.python,
    logUrl: rest.workloadId ? `/api/v1/workloads/${rest.workloadId}/logs` : null,
  };
}

export async function findRevision(ctx: Context, id: string): Promise<Revision | null> {
  const row = await ctx.db.selectFrom('environmentRevisions').select(revisionColumns).where('id', '=', id).executeTakeFirst();
  return row ? asRevision(row) : null;
}

export const revisionList = defineList({
  name: 'environment-revisions',
  sort: '-number',
  id: 'id',
  fields: {
    id: fields.text('environmentRevisions.id'),
    number: fields.integer('environmentRevisions.number'),
    state: fields.text('environmentRevisions.state'),
    digest: fields.text('environmentRevisions.digest', { nullable: true }),
    python: fields.text(sql`coalesce(environment_revisions.python_version, environment_revisions.python)`, { nullable: true }),
    sizeBytes: fields.integer('environmentRevisions.sizeBytes', { nullable: true }),
    createdBy: fields.text('environmentRevisions.createdBy'),
    createdAt: fields.time('environmentRevisions.createdAt'),
  },
});

export async function listRevisions(ctx: Context, environmentId: string, query: ListQuery): Promise<Page<Revision>> {
  const rows = ctx.db.selectFrom('environmentRevisions').select(revisionColumns).where('environmentId', '=', environmentId);
  const page = await readPage(revisionList, rows, query);
  return { ...page, items: page.items.map(asRevision) };
}

/** The newest ones. */
export async function revisionsOf(ctx: Context, environmentId: string, limit: number): Promise<Revision[]> {
  return (await listRevisions(ctx, environmentId, { limit })).items;
}

export async function insertRevision(
  tx: Context,
  row: {
    id: string;
    environmentId: string;
    number: number;
    python: string | null;
    packages: string[];
    systemPackages: string[];
    variables: Record<string, string>;
    workloadId: string;
  },
): Promise<void> {
  await tx.db
    .insertInto('environmentRevisions')
    .values({
      ...row,
      packages: JSON.stringify(row.packages),
      systemPackages: JSON.stringify(row.systemPackages),
      variables: JSON.stringify(row.variables),
      state: 'building',
      stateReason: null,
      lock: null,
      digest: null,
      platform: null,
      pythonVersion: null,
      sizeBytes: null,
      buildSeconds: null,
      reused: null,
      manifestSha256: null,
      createdBy: tx.actor.id,
    })
    .execute();
}

export async function updateRevision(
  tx: Context,
  id: string,
  change: Partial<{
    state: Revision['state'];
    stateReason: string | null;
    lock: string;
    digest: string;
    platform: string;
    pythonVersion: string;
    sizeBytes: number;
    buildSeconds: number;
    reused: boolean;
    manifestSha256: string | null;
  }>,
): Promise<void> {
  await tx.db.updateTable('environmentRevisions').set(change).where('id', '=', id).execute();
}
