import { sql } from 'kysely';
import { bestRole, visible } from '../access/index.ts';
import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Folder } from './folder.ts';

declare module '../platform/database/tables.ts' {
  interface Tables {
    folders: {
      id: string;
      organizationId: string;
      parentId: string | null;
      name: string;
      createdAt: import('kysely').Generated<string>;
      version: import('kysely').Generated<number>;
      deletedAt: string | null;
    };
  }
}

/** Seen by a role that reaches it, or for the sake of a folder or project below it that may be seen: a path has no holes. */
function shown(ctx: Context, folderId: string) {
  const id = sql.ref(folderId);
  return sql<boolean>`(${visible(ctx, 'folder.read', id)}
    or exists (select 1 from scope_ancestors d join folders below on below.id = d.scope_id and below.deleted_at is null
      where d.ancestor_id = ${id} and ${visible(ctx, 'folder.read', sql.ref('d.scope_id'))})
    or exists (select 1 from scope_ancestors d join projects p on p.id = d.scope_id and p.deleted_at is null
      where d.ancestor_id = ${id} and ${visible(ctx, 'project.read', sql.ref('d.scope_id'))}))`;
}

function select(ctx: Context) {
  return ctx.db
    .selectFrom('folders as f')
    .select(['f.id', 'f.name', 'f.parentId', 'f.createdAt', 'f.version'])
    .select([
      sql<string[]>`(select array_agg(a.name order by (select count(*) from scope_ancestors up where up.scope_id = a.id))
        from scope_ancestors sa join folders a on a.id = sa.ancestor_id where sa.scope_id = f.id)`.as('path'),
      sql<number>`(select count(*)::int from scope_ancestors sa join folders a on a.id = sa.ancestor_id where sa.scope_id = f.id)`.as(
        'depth',
      ),
      sql<number>`(select count(*)::int from folders c where c.parent_id = f.id and c.deleted_at is null and ${shown(ctx, 'c.id')})`.as(
        'folderCount',
      ),
      sql<number>`(select count(*)::int from projects p where p.folder_id = f.id and p.deleted_at is null
        and ${visible(ctx, 'project.read', sql.ref('p.id'))})`.as('projectCount'),
      bestRole(ctx, sql.ref('f.id')).as('myRole'),
    ])
    .where('f.deletedAt', 'is', null);
}

/** Whoever asks; the right is decided by the caller. */
export async function findFolder(ctx: Context, id: string): Promise<Folder | null> {
  return (await select(ctx).where('f.id', '=', id).executeTakeFirst()) ?? null;
}

/** Null also for one that the caller may not see. */
export async function findShownFolder(ctx: Context, id: string): Promise<Folder | null> {
  return (await select(ctx).where('f.id', '=', id).where(shown(ctx, 'f.id')).executeTakeFirst()) ?? null;
}

export const folderList = defineList({
  name: 'folders',
  sort: 'name',
  id: 'id',
  fields: {
    id: fields.text('f.id'),
    name: fields.text('f.name'),
    parentId: fields.text('f.parentId', { nullable: true }),
    createdAt: fields.time('f.createdAt'),
  },
});

export async function listFolders(ctx: Context, query: ListQuery & { parent?: string | undefined }): Promise<Page<Folder>> {
  let rows = select(ctx).where(shown(ctx, 'f.id'));
  if (query.parent !== undefined)
    rows = rows.where(sql<boolean>`f.parent_id is not distinct from ${query.parent === 'top' ? null : query.parent}`);
  return readPage(folderList, rows, query);
}

export async function siblingNamed(tx: Context, parentId: string | null, name: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`select id from folders
    where parent_id is not distinct from ${parentId} and lower(name) = lower(${name}) and deleted_at is null`.execute(tx.db);
  return rows[0]?.id ?? null;
}

/** How many levels of folders a folder takes, itself included. */
export async function heightOf(tx: Context, id: string): Promise<number> {
  const { rows } = await sql<{ height: number }>`select max((select count(*) from scope_ancestors up
      join scope_ancestors own on own.scope_id = up.ancestor_id and own.ancestor_id = ${id} where up.scope_id = f.id))::int as height
    from scope_ancestors d join folders f on f.id = d.scope_id where d.ancestor_id = ${id}`.execute(tx.db);
  return rows[0]!.height;
}

export async function isEmpty(tx: Context, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from folders where parent_id = ${id} and deleted_at is null
    union all select 1 from projects where folder_id = ${id} and deleted_at is null limit 1`.execute(tx.db);
  return rows.length === 0;
}

export async function insertFolder(
  tx: Context,
  folder: { id: string; organizationId: string; parentId: string | null; name: string },
): Promise<void> {
  await tx.db
    .insertInto('folders')
    .values({ ...folder, deletedAt: null })
    .execute();
}

export async function updateFolder(
  tx: Context,
  id: string,
  change: Partial<{ name: string; parentId: string | null }>,
): Promise<void> {
  await tx.db
    .updateTable('folders')
    .set({ ...change, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute();
}

export async function trashFolder(tx: Context, id: string): Promise<void> {
  await tx.db.updateTable('folders').set({ deletedAt: sql<string>`now()` }).where('id', '=', id).execute();
}

/** While a project goes in, the folder cannot go to the trash. @returns false when it is there already */
export async function shareFolder(tx: Context, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from folders where id = ${id} and deleted_at is null for share`.execute(tx.db);
  return rows.length === 1;
}
