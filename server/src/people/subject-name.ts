import { type Expression, sql } from 'kysely';
import type { Database } from '../platform/index.ts';

/** The name of a person, service account or group, as SQL over a column of ids; the id itself for any other. */
export const subjectName = (column: Expression<unknown>) =>
  sql<string>`coalesce((select name from people where id = ${column}), (select name from service_accounts where id = ${column}),
    (select name from groups where id = ${column}), ${column})`;

export async function nameOfSubject(db: Database, id: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`select ${subjectName(sql`${id}::text`)} as name`.execute(db);
  return rows[0]!.name;
}

/** Ids of the people and service accounts that a text means: by their id, or by a part of their name, in any case. Never empty: it may be the id of one that is gone. */
export async function subjectsNamed(db: Database, text: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from people where position(lower(${text}) in lower(name)) > 0
    union select id from service_accounts where position(lower(${text}) in lower(name)) > 0 limit 1000`.execute(db);
  return [text, ...rows.map((row) => row.id)];
}
