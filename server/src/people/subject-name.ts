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
