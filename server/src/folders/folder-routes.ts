import { Type } from 'typebox';
import { require } from '../access/index.ts';
import { memberList, memberSchema, membersOfScope, newMemberFields, projectRoleSchema } from '../people/index.ts';
import { type AnyRoute, etag, nullable, pageOf, pathId, readShortList, route } from '../platform/index.ts';
import { changeFolder, dropFolder } from './change-folder.ts';
import { createFolder } from './create-folder.ts';
import { asResource, folderSchema } from './folder.ts';
import { putFolderMember, removeFolderMember } from './folder-members.ts';
import { folderList, listFolders } from './folder-store.ts';
import { openFolder } from './open-folder.ts';

const params = Type.Object({ folder: pathId('Id of the folder.') });
const name = Type.String({ minLength: 1, maxLength: 120, pattern: '^[^/]*[^/\\s][^/]*$' });
const parentId = Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 100 })));

export const folderRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/folders',
    operationId: 'createFolder',
    summary: 'Make a folder, at the top or in another one',
    permission: 'folder.manage',
    body: Type.Object({ name, parentId }),
    response: { 201: folderSchema },
    handler: async (ctx, { body }) => createFolder(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/folders',
    operationId: 'listFolders',
    summary: 'The tree of folders that you may see, flat; parentId and path say where each stands',
    permission: 'folder.read',
    query: Type.Object({
      ...folderList.query,
      parent: Type.Optional(
        Type.String({ minLength: 1, maxLength: 100, description: 'Only those directly in this one; `top` for the top.' }),
      ),
    }),
    response: { 200: pageOf(folderSchema) },
    handler: async (ctx, { query }) => listFolders(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/folders/{folder}',
    operationId: 'getFolder',
    summary: 'One folder',
    permission: 'folder.read',
    params,
    response: { 200: folderSchema },
    handler: async (ctx, { params: { folder: id }, reply }) => {
      const folder = await openFolder(ctx, id, 'folder.read');
      etag(reply, folder.version);
      return folder;
    },
  }),
  route({
    method: 'PATCH',
    path: '/folders/{folder}',
    operationId: 'changeFolder',
    summary: 'Rename a folder, or move it with all in it; no id and no link changes',
    permission: 'folder.manage',
    params,
    body: Type.Object({ name: Type.Optional(name), parentId }),
    response: { 200: folderSchema },
    handler: async (ctx, { params: { folder: id }, body, request, reply }) => {
      const folder = await changeFolder(ctx, id, body, request);
      etag(reply, folder.version);
      return folder;
    },
  }),
  route({
    method: 'DELETE',
    path: '/folders/{folder}',
    operationId: 'deleteFolder',
    summary: 'Move an empty folder to the trash',
    permission: 'folder.manage',
    params,
    response: { 204: Type.Null() },
    handler: async (ctx, { params: { folder: id } }) => dropFolder(ctx, id),
  }),
  route({
    method: 'GET',
    path: '/folders/{folder}/members',
    operationId: 'listFolderMembers',
    summary: 'Who has a role directly on a folder, and so in every project below it',
    permission: 'folder.read',
    params,
    query: Type.Object(memberList.query),
    response: { 200: pageOf(memberSchema) },
    handler: async (ctx, { params: { folder: id }, query }) => {
      const folder = await openFolder(ctx, id, 'folder.read');
      // Seeing it in a path is not enough for its people.
      await require(ctx, 'folder.read', { ...asResource(folder), seen: true });
      return readShortList(memberList, await membersOfScope(ctx.db, folder.id), query);
    },
  }),
  route({
    method: 'POST',
    path: '/folders/{folder}/members',
    operationId: 'putFolderMember',
    summary: 'Give somebody a role in every project below, in place of the one they had on this folder',
    permission: 'member.manage',
    params,
    body: Type.Object({ ...newMemberFields, role: projectRoleSchema }),
    response: { 201: memberSchema },
    handler: async (ctx, { params: { folder: id }, body }) => putFolderMember(ctx, id, body),
  }),
  route({
    method: 'DELETE',
    path: '/folders/{folder}/members/{subject}',
    operationId: 'removeFolderMember',
    summary: 'Take the role on a folder away',
    permission: 'member.manage',
    params: Type.Object({ ...params.properties, subject: pathId('Id of the person, group or service account.') }),
    response: { 204: Type.Null() },
    handler: async (ctx, { params: { folder: id, subject } }) => removeFolderMember(ctx, id, subject),
  }),
];
