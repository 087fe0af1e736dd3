import { sql } from 'kysely';
import { type Context, type Database, invalidField } from '../platform/index.ts';
import { findPersonByEmail } from './people-store.ts';

export const subjectKinds = ['person', 'group', 'service-account'] as const;

/** Whoever can hold a role. */
export interface Subject {
  id: string;
  kind: (typeof subjectKinds)[number];
  name: string;
  email: string | null;
  /** Why their roles do not count now. */
  disabled: boolean;
  /** Their own id and those of their groups: the keys under which grants are found. */
  subjectIds: string[];
}

export async function subjectById(db: Database, id: string): Promise<Subject | null> {
  const { rows } = await sql<Subject>`
    select id, 'person' as kind, name, email, state <> 'active' as disabled,
      array_prepend(id, coalesce((select array_agg(group_id) from group_members where person_id = people.id), '{}')) as "subjectIds"
      from people where id = ${id} and deleted_at is null
    union all select id, 'group', name, null, false, array[id] from groups where id = ${id}
    union all select id, 'service-account', name, null, disabled_at is not null, array[id] from service_accounts
      where id = ${id} and deleted_at is null`.execute(db);
  return rows[0] ?? null;
}

/** The one that an input names by id or e-mail. @throws 400 at the field when there is none */
export async function findSubject(ctx: Context, input: { subjectId?: string; email?: string }): Promise<Subject> {
  if (input.email !== undefined) {
    const person = await findPersonByEmail(ctx.db, input.email);
    if (!person) throw invalidField('/email', `nobody here has the address ${input.email}; an administrator can add them`);
    return (await subjectById(ctx.db, person.id))!;
  }
  if (input.subjectId === undefined) throw invalidField('/subjectId', 'give a subjectId or an email');
  const subject = await subjectById(ctx.db, input.subjectId);
  if (!subject) throw invalidField('/subjectId', `there is no person, group or service account "${input.subjectId}"`);
  return subject;
}
