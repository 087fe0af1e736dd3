import { Type } from 'typebox';
import { organization, require } from '../access/index.ts';
import { type AnyRoute, etag, pageOf, pathId, route } from '../platform/index.ts';
import { changeGroup, createGroup, dropGroup } from './change-group.ts';
import { groupMemberSchema, groupSchema, newGroupSchema } from './group.ts';
import { addGroupMember, openGroup, removeGroupMember } from './group-members.ts';
import { groupList, groupMemberList, groupMembersOf, listGroups } from './group-store.ts';

const params = Type.Object({ group: pathId('Id of the group.') });

export const groupRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/groups',
    operationId: 'createGroup',
    summary: 'Make a group, kept by hand or by the sign-in provider',
    permission: 'group.manage',
    body: newGroupSchema,
    response: { 201: groupSchema },
    handler: async (ctx, { body }) => createGroup(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/groups',
    operationId: 'listGroups',
    summary: 'Groups of the organization',
    permission: 'group.read',
    query: Type.Object(groupList.query),
    response: { 200: pageOf(groupSchema) },
    handler: async (ctx, { query }) => {
      await require(ctx, 'group.read', organization);
      return listGroups(ctx, query);
    },
  }),
  route({
    method: 'GET',
    path: '/groups/{group}',
    operationId: 'getGroup',
    summary: 'One group',
    permission: 'group.read',
    params,
    response: { 200: groupSchema },
    handler: async (ctx, { params: { group: id }, reply }) => {
      await require(ctx, 'group.read', organization);
      const group = await openGroup(ctx, id);
      etag(reply, group.version);
      return group;
    },
  }),
  route({
    method: 'PATCH',
    path: '/groups/{group}',
    operationId: 'changeGroup',
    summary: 'Rename a group, or say which group of the sign-in provider fills it',
    permission: 'group.manage',
    params,
    body: Type.Partial(newGroupSchema),
    response: { 200: groupSchema },
    handler: async (ctx, { params: { group: id }, body, request, reply }) => {
      const group = await changeGroup(ctx, id, body, request);
      etag(reply, group.version);
      return group;
    },
  }),
  route({
    method: 'DELETE',
    path: '/groups/{group}',
    operationId: 'deleteGroup',
    summary: 'Delete a group; its members lose at once what they had by it',
    permission: 'group.manage',
    params,
    response: { 204: Type.Null() },
    handler: async (ctx, { params: { group: id } }) => dropGroup(ctx, id),
  }),
  route({
    method: 'GET',
    path: '/groups/{group}/members',
    operationId: 'listGroupMembers',
    summary: 'People in a group',
    permission: 'group.read',
    params,
    query: Type.Object(groupMemberList.query),
    response: { 200: pageOf(groupMemberSchema) },
    handler: async (ctx, { params: { group: id }, query }) => {
      await require(ctx, 'group.read', organization);
      const group = await openGroup(ctx, id);
      return groupMembersOf(ctx, group.id, query);
    },
  }),
  route({
    method: 'POST',
    path: '/groups/{group}/members',
    operationId: 'addGroupMember',
    summary: 'Put a person into a group',
    permission: 'group.manage',
    params,
    body: Type.Object({
      personId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      email: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
    }),
    response: { 201: groupMemberSchema },
    handler: async (ctx, { params: { group: id }, body }) => addGroupMember(ctx, id, body),
  }),
  route({
    method: 'DELETE',
    path: '/groups/{group}/members/{person}',
    operationId: 'removeGroupMember',
    summary: 'Take a person out of a group',
    permission: 'group.manage',
    params: Type.Object({ ...params.properties, person: pathId('Id of the person.') }),
    response: { 204: Type.Null() },
    handler: async (ctx, { params: { group: id, person } }) => removeGroupMember(ctx, id, person),
  }),
];
