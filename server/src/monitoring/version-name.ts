import { sql } from 'kysely';

/** A version as `models:/name/number`, as SQL over a column of ids; null for what is no version of the registry. */
export const versionName = (column: string) =>
  sql<
    string | null
  >`(select 'models:/' || m.name || '/' || v.number from model_versions v join registered_models m on m.id = v.model_id where v.id = ${sql.ref(column)})`;

/** The slug of a project, as SQL over a column of ids; the id once the project is gone for good. */
export const projectSlug = (column: string) =>
  sql<string>`coalesce((select slug from projects where id = ${sql.ref(column)}), ${sql.ref(column)})`;
