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
