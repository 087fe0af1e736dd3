import { sql } from 'kysely';
import type { Database } from '../platform/index.ts';
import type { ProjectTold } from './send-webhook.ts';

/** What is said of a project; projects stand above. */
export async function projectTold(db: Database, id: string | null): Promise<ProjectTold | null> {
  if (id === null) return null;
  const { rows } = await sql<ProjectTold>`select id, slug, name from projects where id = ${id}`.execute(db);
  return rows[0] ?? null;
}
