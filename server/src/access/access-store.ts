import { type Expression, type SqlBool, sql } from 'kysely';
import { newId } from '../kit/ids.ts';
import type { Context, Database } from '../platform/index.ts';
import type { Role } from './roles.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    organizations: { id: string; name: string; createdAt: import('kysely').Generated<string> };
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

/** The grants of these subjects that reach a scope, from the scope itself upward, and those on one single thing in it. */
export async function grantsReaching(
  db: Database,
  subjectIds: readonly string[],
  scopeId: string,
  objectScopeId: string,
): Promise<GrantRow[]> {
  if (subjectIds.length === 0) return [];
  return (
    db
      .selectFrom('grants')
      .innerJoin('scopeAncestors', 'scopeAncestors.ancestorId', 'grants.scopeId')
      .innerJoin('scopes', 'scopes.id', 'grants.scopeId')
      .select(['grants.id', 'grants.subjectId', 'grants.scopeId', 'grants.role', 'scopes.kind as scopeKind'])
      .where('scopeAncestors.scopeId', 'in', [scopeId, objectScopeId])
      // Of the thing's own scope only what sits on it: what is above it is above the project too.
      .where((eb) =>
        eb.or([
          eb('scopeAncestors.scopeId', '=', scopeId),
          eb.and([eb('grants.scopeId', '=', objectScopeId), eb('scopes.parentId', '=', scopeId)]),
        ]),
      )
      .where('grants.subjectId', 'in', [...subjectIds])
      .where((eb) => eb.or([eb('grants.expiresAt', 'is', null), eb('grants.expiresAt', '>', sql<string>`now()`)]))
      .execute()
  );
}

/** The same question as SQL: true for rows whose scope column is reached by a grant of one of these roles. */
export function scopeReachedBy(
  subjectIds: readonly string[],
  roles: readonly Role[],
  scopeColumn: Expression<unknown>,
): Expression<SqlBool> {
  // Names that no query around it uses: an inner alias would hide the column that is asked about.
  return sql<SqlBool>`exists (
    select 1 from scope_ancestors reached_above join grants reached_grant on reached_grant.scope_id = reached_above.ancestor_id
    where reached_above.scope_id = ${scopeColumn} and reached_grant.subject_id = any(${[...subjectIds]}::text[])
      and reached_grant.role = any(${[...roles]}::text[]) and (reached_grant.expires_at is null or reached_grant.expires_at > now()))`;
}

export async function scopeKind(db: Database, id: string): Promise<string | null> {
  return (await db.selectFrom('scopes').select('kind').where('id', '=', id).executeTakeFirst())?.kind ?? null;
}

/** Adds a scope under its parent, with all its ancestors. */
export async function insertScope(
  ctx: Context,
  scope: { id: string; kind: 'organization' | 'folder' | 'project' | 'object'; parentId: string | null },
) {
  // Not while the tree changes above it: it would get the ancestors of yesterday.
  await sql`select pg_advisory_xact_lock_shared(${treeLock})`.execute(ctx.db);
  await ctx.db.insertInto('scopes').values(scope).execute();
  await sql`insert into scope_ancestors (scope_id, ancestor_id)
    select ${scope.id}, ancestor_id from scope_ancestors where scope_id = ${scope.parentId} union all select ${scope.id}, ${scope.id}`.execute(
    ctx.db,
  );
}

/** The scope of one single thing, made when the first role is given on it. */
export async function ensureObjectScope(tx: Context, resource: { kind: string; id: string; scopeId: string }): Promise<void> {
  const id = `${resource.kind}:${resource.id}`;
  await lockScope(tx, resource.scopeId);
  if ((await scopeKind(tx.db, id)) === null) await insertScope(tx, { id, kind: 'object', parentId: resource.scopeId });
}

/** Whoever changes the tree above other scopes does so alone, until the end of the transaction. */
export async function lockTree(tx: Context): Promise<void> {
  await sql`select pg_advisory_xact_lock(${treeLock})`.execute(tx.db);
}

/** Any constant that no other advisory lock of ours takes. */
const treeLock = 7546205;

/** Hangs a scope with all below it under another parent, in one statement; the caller has seen that the parent is not below it. */
export async function moveScope(tx: Context, id: string, parentId: string): Promise<void> {
  await lockTree(tx);
  await sql`with below as (select scope_id from scope_ancestors where ancestor_id = ${id}),
      above as (select ancestor_id from scope_ancestors where scope_id = ${parentId}),
      hung as (update scopes set parent_id = ${parentId} where id = ${id}),
      gone as (delete from scope_ancestors using below where scope_ancestors.scope_id = below.scope_id
        and scope_ancestors.ancestor_id not in (select scope_id from below) and scope_ancestors.ancestor_id not in (select ancestor_id from above))
    insert into scope_ancestors (scope_id, ancestor_id) select below.scope_id, above.ancestor_id from below cross join above
      on conflict do nothing`.execute(tx.db);
}

export async function isBelow(db: Database, id: string, ancestorId: string): Promise<boolean> {
  const row = await db
    .selectFrom('scopeAncestors')
    .select('scopeId')
    .where('scopeId', '=', id)
    .where('ancestorId', '=', ancestorId)
    .executeTakeFirst();
  return row !== undefined;
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

export async function insertOrganization(ctx: Context, organization: { id: string; name: string }): Promise<void> {
  await ctx.db.insertInto('organizations').values(organization).execute();
  await insertScope(ctx, { id: organization.id, kind: 'organization', parentId: null });
}
