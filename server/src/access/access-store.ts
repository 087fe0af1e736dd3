import { type Expression, type SqlBool, sql } from 'kysely';
import { newId } from '../kit/ids.ts';
import type { Context, Database } from '../platform/index.ts';
import type { Role } from './roles.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    organizations: { id: string; name: string; createdAt: import('kysely').Generated<string> };
    folders: {
      id: string;
      organizationId: string;
      parentId: string | null;
      name: string;
      createdAt: import('kysely').Generated<string>;
      deletedAt: string | null;
    };
    scopes: { id: string; kind: 'organization' | 'folder' | 'project' | 'object'; parentId: string | null };
    scopeAncestors: { scopeId: string; ancestorId: string };
    grants: {
      id: string;
      subjectId: string;
      scopeId: string;
      role: string;
      createdBy: string;
      createdAt: import('kysely').Generated<string>;
      expiresAt: string | null;
    };
  }
}

export interface GrantRow {
  id: string;
  subjectId: string;
  scopeId: string;
  role: string;
  scopeKind: string;
}

/** The grants of these subjects that reach a scope, from the scope itself upward. */
export async function grantsReaching(db: Database, subjectIds: readonly string[], scopeId: string): Promise<GrantRow[]> {
  if (subjectIds.length === 0) return [];
  return db
    .selectFrom('grants')
    .innerJoin('scopeAncestors', 'scopeAncestors.ancestorId', 'grants.scopeId')
    .innerJoin('scopes', 'scopes.id', 'grants.scopeId')
    .select(['grants.id', 'grants.subjectId', 'grants.scopeId', 'grants.role', 'scopes.kind as scopeKind'])
    .where('scopeAncestors.scopeId', '=', scopeId)
    .where('grants.subjectId', 'in', [...subjectIds])
    .where((eb) => eb.or([eb('grants.expiresAt', 'is', null), eb('grants.expiresAt', '>', sql<string>`now()`)]))
    .execute();
}

/** The same question as SQL: true for rows whose scope column is reached by a grant of one of these roles. */
export function scopeReachedBy(
  subjectIds: readonly string[],
  roles: readonly Role[],
  scopeColumn: Expression<unknown>,
): Expression<SqlBool> {
  return sql<SqlBool>`exists (
    select 1 from scope_ancestors sa join grants g on g.scope_id = sa.ancestor_id
    where sa.scope_id = ${scopeColumn} and g.subject_id = any(${[...subjectIds]}::text[]) and g.role = any(${[...roles]}::text[])
      and (g.expires_at is null or g.expires_at > now()))`;
}

export async function scopeKind(db: Database, id: string): Promise<string | null> {
  return (await db.selectFrom('scopes').select('kind').where('id', '=', id).executeTakeFirst())?.kind ?? null;
}

/** Adds a scope under its parent, with all its ancestors. */
export async function insertScope(
  ctx: Context,
  scope: { id: string; kind: 'organization' | 'folder' | 'project' | 'object'; parentId: string | null },
) {
  await ctx.db.insertInto('scopes').values(scope).execute();
  await sql`insert into scope_ancestors (scope_id, ancestor_id)
    select ${scope.id}, ancestor_id from scope_ancestors where scope_id = ${scope.parentId} union all select ${scope.id}, ${scope.id}`.execute(
    ctx.db,
  );
}

export async function insertGrant(
  ctx: Context,
  grant: { subjectId: string; scopeId: string; role: Role; expiresAt?: string | null },
): Promise<string> {
  const id = newId('grt');
  await ctx.db
    .insertInto('grants')
    .values({
      id,
      subjectId: grant.subjectId,
      scopeId: grant.scopeId,
      role: grant.role,
      createdBy: ctx.actor.id,
      expiresAt: grant.expiresAt ?? null,
    })
    .onConflict((conflict) => conflict.columns(['subjectId', 'scopeId', 'role']).doNothing())
    .execute();
  return id;
}

export async function deleteGrants(ctx: Context, subjectId: string, scopeId: string): Promise<number> {
  const result = await ctx.db
    .deleteFrom('grants')
    .where('subjectId', '=', subjectId)
    .where('scopeId', '=', scopeId)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Takes a role away, if it was this one who gave it. */
export async function deleteGrantBy(
  tx: Context,
  grant: { subjectId: string; scopeId: string; role: Role; createdBy: string },
): Promise<void> {
  await tx.db
    .deleteFrom('grants')
    .where('subjectId', '=', grant.subjectId)
    .where('scopeId', '=', grant.scopeId)
    .where('role', '=', grant.role)
    .where('createdBy', '=', grant.createdBy)
    .execute();
}

/** Everything that was granted to a subject, on whatever scope. */
export async function deleteGrantsOf(tx: Context, subjectId: string): Promise<void> {
  await tx.db.deleteFrom('grants').where('subjectId', '=', subjectId).execute();
}

/** The projects that would have no lasting owner without this subject. */
export async function projectsOwnedOnlyBy(tx: Context, subjectId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select s.id from grants g join scopes s on s.id = g.scope_id and s.kind = 'project'
    where g.subject_id = ${subjectId} and g.role = 'owner' and not exists (
      select 1 from grants o where o.scope_id = g.scope_id and o.role = 'owner' and o.subject_id <> g.subject_id and o.expires_at is null)
    order by s.id limit 10`.execute(tx.db);
  return rows.map((row) => row.id);
}

/** Two people who change the roles on one scope wait for each other: two owners who remove each other at once would leave none. */
export async function lockScope(tx: Context, id: string): Promise<void> {
  await tx.db.selectFrom('scopes').select('id').where('id', '=', id).forUpdate().execute();
}

/** Who holds which role directly on a scope. */
export async function grantsOn(
  db: Database,
  scopeId: string,
): Promise<{ subjectId: string; role: string; createdAt: string; expiresAt: string | null }[]> {
  return db
    .selectFrom('grants')
    .select(['subjectId', 'role', 'createdAt', 'expiresAt'])
    .where('scopeId', '=', scopeId)
    .orderBy('createdAt')
    .execute();
}

export async function insertOrganization(ctx: Context, organization: { id: string; name: string }): Promise<void> {
  await ctx.db.insertInto('organizations').values(organization).execute();
  await insertScope(ctx, { id: organization.id, kind: 'organization', parentId: null });
}
