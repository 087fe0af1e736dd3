import { Type } from 'typebox';
import {
  type AnyRoute,
  decodeCursor,
  invalidField,
  nullable,
  oneOf,
  page,
  pageOf,
  pageQuery,
  route,
  timestamp,
} from '../platform/index.ts';
import { openProject, projectParams } from '../projects/index.ts';
import { listCommits, listTree, readFile } from './browse.ts';
import { headCommit } from './repository.ts';

const revision = Type.Optional(
  Type.String({ minLength: 1, maxLength: 200, description: 'Branch or commit; the head of main when left out.' }),
);

export const repoRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/projects/{project}/repo',
    operationId: 'getRepo',
    summary: 'The project’s repository: where to clone it, and its head',
    permission: 'repo.read',
    params: projectParams,
    response: {
      200: Type.Object({ cloneUrl: Type.String(), branch: Type.String(), head: nullable(Type.String()), empty: Type.Boolean() }),
    },
    handler: async (ctx, { params }) => {
      const project = await openProject(ctx, params.project, 'repo.read');
      const head = await headCommit(ctx, project.id);
      return { cloneUrl: `${ctx.platform.config.publicUrl}/git/${project.slug}.git`, branch: 'main', head, empty: head === null };
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/repo/tree',
    operationId: 'listRepoTree',
    summary: 'Files of a folder at a revision',
    permission: 'repo.read',
    params: projectParams,
    query: Type.Object({ path: Type.Optional(Type.String({ maxLength: 2000 })), revision }),
    response: {
      200: Type.Object({
        commit: nullable(Type.String()),
        items: Type.Array(
          Type.Object({
            name: Type.String(),
            path: Type.String(),
            type: oneOf(['file', 'folder', 'link', 'submodule']),
            sizeBytes: nullable(Type.Integer()),
          }),
        ),
      }),
    },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'repo.read');
      return listTree(ctx, project.id, query.path ?? '', query.revision);
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/repo/file',
    operationId: 'getRepoFile',
    summary: 'A file at a revision, as text',
    permission: 'repo.read',
    params: projectParams,
    query: Type.Object({ path: Type.String({ minLength: 1, maxLength: 2000 }), revision }),
    response: {
      200: Type.Object({
        path: Type.String(),
        commit: Type.String(),
        sizeBytes: Type.Integer(),
        binary: Type.Boolean(),
        tooLarge: Type.Boolean(),
        text: nullable(Type.String()),
      }),
    },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'repo.read');
      return readFile(ctx, project.id, query.path, query.revision);
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/repo/commits',
    operationId: 'listCommits',
    summary: 'Commits, newest first',
    permission: 'repo.read',
    params: projectParams,
    query: Type.Object({ ...pageQuery, revision }),
    response: { 200: pageOf(Type.Object({ id: Type.String(), author: Type.String(), time: timestamp, subject: Type.String() })) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'repo.read');
      const limit = query.limit ?? 50;
      // The commit that the first page began at and how many came before: the same list, whatever is pushed meanwhile.
      const [from, skip] = decodeCursor(query.cursor, 2) ?? [query.revision, 0];
      if (from !== undefined && typeof from !== 'string') throw invalidField('query/cursor', 'is not a cursor of this list');
      if (typeof skip !== 'number' || !Number.isInteger(skip) || skip < 0)
        throw invalidField('query/cursor', 'is not a cursor of this list');
      const { head, items } = await listCommits(ctx, project.id, { revision: from, limit, skip });
      return page(items, limit, () => [head, skip + limit]);
    },
  }),
];
