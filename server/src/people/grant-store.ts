import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database } from '../platform/index.ts';
import type { subjectKinds } from './subject-store.ts';

/** A role of somebody on something, with the names that a person reads. */
export interface GrantRow {
  id: string;
  subjectId: string;
  subjectKind: (typeof subjectKinds)[number];
  subjectName: string;
  memberCount: number | null;
  role: string;
  scopeId: string;
  scopeKind: 'organization' | 'folder' | 'project' | 'object';
  scopeName: string;
  projectCount: number;
  createdBy: string;
  createdByName: string;
  createdAt: string;
  expiresAt: string | null;
}

/** Grants in force that fit, the widest scope first. The condition speaks of `g` (grants) and `s` (scopes). */
async function grantsWhere(db: Database, condition: Expression<SqlBool>, limit: number): Promise<GrantRow[]> {
  const { rows } = await sql<GrantRow>`
    select g.id, g.subject_id as "subjectId", g.role, g.scope_id as "scopeId", s.kind as "scopeKind",
      coalesce(p.name, r.name, a.name, g.subject_id) as "subjectName",
      case when p.id is not null then 'person' when r.id is not null then 'group' else 'service-account' end as "subjectKind",
      case when r.id is not null then (select count(*)::int from group_members m where m.group_id = r.id) end as "memberCount",
      coalesce(o.name, f.name, j.name, s.id) as "scopeName",
      (select count(*)::int from scope_ancestors sa join projects reached on reached.id = sa.scope_id and reached.deleted_at is null
        where sa.ancestor_id = g.scope_id) as "projectCount",
      g.created_by as "createdBy", coalesce(c.name, case g.created_by when 'oidc' then 'Sign-in provider' when 'system' then 'Plinth' else g.created_by end) as "createdByName",
      g.created_at as "createdAt", g.expires_at as "expiresAt"
    from grants g join scopes s on s.id = g.scope_id
      left join people p on p.id = g.subject_id left join groups r on r.id = g.subject_id left join service_accounts a on a.id = g.subject_id
      left join organizations o on o.id = s.id left join folders f on f.id = s.id left join projects j on j.id = s.id
      left join people c on c.id = g.created_by
    where ${condition} and (g.expires_at is null or g.expires_at > now()) and f.deleted_at is null and j.deleted_at is null
    order by array_position(array['organization','folder','project','object'], s.kind), g.created_at, g.id limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** Who holds a role on one of these scopes or above: a scope with all that it stands in. */
export const grantsReachingScope = (db: Database, scopeIds: readonly string[], limit: number): Promise<GrantRow[]> =>
  grantsWhere(
    db,
    sql<SqlBool>`g.scope_id in (select ancestor_id from scope_ancestors where scope_id = any(${[...scopeIds]}::text[]))`,
    limit,
  );

/** Who holds a role on something that stands in a scope, however deep. */
export const grantsWithinScope = (db: Database, scopeId: string, limit: number): Promise<GrantRow[]> =>
  grantsWhere(
    db,
    sql<SqlBool>`g.scope_id in (select scope_id from scope_ancestors where ancestor_id = ${scopeId} and scope_id <> ${scopeId})`,
    limit,
  );

/** What these subjects hold, as far as `readable` (about `g.scope_id`) says. */
export const grantsOfSubjects = (
  db: Database,
  subjectIds: readonly string[],
  readable: Expression<SqlBool>,
  limit: number,
): Promise<GrantRow[]> => grantsWhere(db, sql<SqlBool>`g.subject_id = any(${[...subjectIds]}::text[]) and ${readable}`, limit);

export async function grantById(db: Database, id: string): Promise<GrantRow | null> {
  return (await grantsWhere(db, sql<SqlBool>`g.id = ${id}`, 1))[0] ?? null;
}

export async function grantOf(db: Database, subjectId: string, scopeId: string): Promise<GrantRow | null> {
  return (await grantsWhere(db, sql<SqlBool>`g.subject_id = ${subjectId} and g.scope_id = ${scopeId}`, 1))[0] ?? null;
}

/** What a project, folder or scope is called, by id or slug. */
export async function findPlace(
  db: Database,
  named: string,
): Promise<{ kind: 'project' | 'folder'; id: string; name: string; shown: string } | null> {
  const { rows } = await sql<{ kind: 'project' | 'folder'; id: string; name: string; shown: string }>`
    select 'project' as kind, id, slug as name, name as shown from projects where (id = ${named} or slug = ${named}) and deleted_at is null
    union all select 'folder', id, name, name from folders where id = ${named} and deleted_at is null limit 1`.execute(db);
  return rows[0] ?? null;
}
