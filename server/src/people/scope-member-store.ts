import { sql } from 'kysely';
import type { Database } from '../platform/index.ts';
import type { subjectKinds } from './subject-store.ts';

export interface ScopeMemberRow {
  subjectId: string;
  kind: (typeof subjectKinds)[number];
  name: string;
  email: string | null;
  memberCount: number | null;
  role: string;
  createdAt: string;
  expiresAt: string | null;
}

/** Who holds a role directly on a scope, with their names; roles that have run out are not among them. */
export async function membersOfScope(db: Database, scopeId: string): Promise<ScopeMemberRow[]> {
  const { rows } = await sql<ScopeMemberRow>`
    select g.subject_id as "subjectId", g.role, g.created_at as "createdAt", g.expires_at as "expiresAt", p.email,
      coalesce(p.name, r.name, s.name, g.subject_id) as name,
      case when p.id is not null then 'person' when r.id is not null then 'group' else 'service-account' end as kind,
      case when r.id is not null then (select count(*)::int from group_members m where m.group_id = r.id) end as "memberCount"
    from grants g left join people p on p.id = g.subject_id left join groups r on r.id = g.subject_id
      left join service_accounts s on s.id = g.subject_id
    where g.scope_id = ${scopeId} and (g.expires_at is null or g.expires_at > now())
    order by g.created_at, g.subject_id`.execute(db);
  return rows;
}

export interface PersonReaching {
  id: string;
  name: string;
  email: string;
  roles: string[];
}

/** People whom one of some roles reaches on a scope, by their groups and from the scopes above too. */
export async function peopleReaching(db: Database, scopeId: string, roles: readonly string[]): Promise<PersonReaching[]> {
  const { rows } = await sql<PersonReaching>`
    with reaching as (
      select g.subject_id, g.role from scope_ancestors a join grants g on g.scope_id = a.ancestor_id
      where a.scope_id = ${scopeId} and g.role = any(${[...roles]}::text[]) and (g.expires_at is null or g.expires_at > now())),
    holding as (
      select subject_id as person_id, role from reaching
      union select m.person_id, r.role from reaching r join group_members m on m.group_id = r.subject_id)
    select p.id, p.name, p.email, array_agg(distinct h.role) as roles
    from holding h join people p on p.id = h.person_id and p.state = 'active' and p.deleted_at is null
    group by p.id order by p.id`.execute(db);
  return rows;
}
