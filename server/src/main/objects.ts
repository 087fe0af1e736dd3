import { sql } from 'kysely';
import type { ObjectKind } from '../people/index.ts';

/** The things on which a role can be given for that one alone. Each is asked about by its module as (kind, id, project). */
export const objects: readonly ObjectKind[] = [
  objectsOf('dataset', 'datasets'),
  objectsOf('environment', 'environments'),
  objectsOf('experiment', 'experiments'),
  objectsOf('run', 'runs'),
  objectsOf('job', 'jobs'),
];

function objectsOf(kind: string, table: string): ObjectKind {
  return {
    kind,
    find: async (ctx, id) => {
      const { rows } = await sql<{ projectId: string; name: string }>`select t.project_id as "projectId", t.name
        from ${sql.table(table)} t join projects p on p.id = t.project_id and p.deleted_at is null where t.id = ${id}`.execute(
        ctx.db,
      );
      return rows[0] ?? null;
    },
  };
}
