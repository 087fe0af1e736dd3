import { Type } from 'typebox';
import { organizationRoles, projectRoles, type Role } from '../access/index.ts';
import {
  type AnyRoute,
  defineShortList,
  nullable,
  nullableTimestamp,
  oneOf,
  pageOf,
  pathId,
  readShortList,
  route,
  timestamp,
} from '../platform/index.ts';
import { explainAccess, grantsOfSubject, whoReaches } from './explain-access.ts';
import { giveRole, takeRole } from './give-role.ts';
import type { ObjectKind } from './places.ts';
import { newMemberFields } from './scope-members.ts';
import { subjectKinds } from './subject-store.ts';

const grantFields = {
  id: Type.String(),
  subjectId: Type.String(),
  subjectKind: oneOf(subjectKinds),
  subjectName: Type.String(),
  memberCount: Type.Union([Type.Integer(), Type.Null()], { description: 'People in it, for a group.' }),
  role: Type.String(),
  scopeId: Type.String(),
  scopeKind: oneOf(['organization', 'folder', 'project', 'object']),
  scopeName: Type.String(),
  projectCount: Type.Integer({ description: 'Projects that it reaches.' }),
  createdBy: Type.String(),
  createdByName: Type.String(),
  createdAt: timestamp,
  expiresAt: nullableTimestamp,
};
const grantSchema = Type.Object(grantFields, { $comment: 'A role of somebody on something.' });

const grantList = defineShortList('grants', grantSchema, { sort: 'createdAt', id: ['id'] });

const subjectSchema = Type.Object({
  id: Type.String(),
  kind: oneOf(subjectKinds),
  name: Type.String(),
  email: nullable(Type.String()),
  disabled: Type.Boolean(),
});

const place = Type.String({
  minLength: 1,
  maxLength: 250,
  description: '`organization`, id of a folder, id or slug of a project, or one thing as `kind:id` (`dataset:…`).',
});

/** Who may do what and why, and giving roles anywhere. The kinds of things that single roles can be given on come from above. */
export function accessRoutes(objects: readonly ObjectKind[]): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/access/explain',
      operationId: 'explainAccess',
      summary: 'Why somebody may do something, or why not and who can change that',
      permission: 'access.explain',
      query: Type.Object({
        subject: Type.String({
          minLength: 1,
          maxLength: 320,
          description: 'Id of a person, group or service account, or an e-mail.',
        }),
        action: Type.String({ minLength: 1, maxLength: 100, description: 'As `job.start`.' }),
        resource: place,
      }),
      response: {
        200: Type.Object({
          allowed: Type.Boolean(),
          reason: Type.String({ description: 'The whole in one sentence.' }),
          subject: subjectSchema,
          action: Type.String(),
          resource: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String() }),
          grants: Type.Array(
            Type.Object({ ...grantFields, carries: Type.Boolean({ description: 'Whether its role carries the action.' }) }),
          ),
          neededRoles: Type.Array(Type.String(), { description: 'Roles that carry the action.' }),
          whoCanGrant: Type.Array(grantSchema, { description: 'When refused: who gives roles there, by which role of theirs.' }),
        }),
      },
      handler: async (ctx, { query }) => explainAccess(ctx, query, objects),
    }),
    route({
      method: 'GET',
      path: '/access/grants',
      operationId: 'listGrantsReaching',
      summary: 'Who can see this: roles on it and on all that it stands in',
      permission: 'access.explain',
      query: Type.Object({
        ...grantList.query,
        resource: place,
        within: Type.Optional(
          Type.Boolean({ description: 'Instead the roles on what stands in it: on single things of a project.' }),
        ),
      }),
      response: {
        200: Type.Object({
          resource: Type.Object({
            kind: Type.String(),
            id: Type.String(),
            name: Type.String(),
            projectId: nullable(Type.String()),
          }),
          mayGive: Type.Boolean({ description: 'Whether you may give and take roles there.' }),
          ...pageOf(grantSchema).properties,
        }),
      },
      handler: async (ctx, { query: { resource, within = false, ...query } }) => {
        const { items, ...place } = await whoReaches(ctx, { resource, within }, objects);
        return { ...place, ...readShortList(grantList, items, query) };
      },
    }),
    route({
      method: 'GET',
      path: '/access/subjects/{subject}/grants',
      operationId: 'listGrantsOfSubject',
      summary: 'What somebody can see: their roles, by their groups too. Owners are told what is on their own projects',
      permission: 'access.explain',
      params: Type.Object({ subject: pathId('Id of a person, group or service account, or an e-mail.') }),
      query: Type.Object(grantList.query),
      response: { 200: Type.Object({ subject: subjectSchema, ...pageOf(grantSchema).properties }) },
      handler: async (ctx, { params, query }) => {
        const { subject, items } = await grantsOfSubject(ctx, params.subject, objects);
        return { subject, ...readShortList(grantList, items, query) };
      },
    }),
    route({
      method: 'PUT',
      path: '/grants',
      operationId: 'giveRole',
      summary: 'Give a role on the organization, a folder, a project or one single thing, until a time if one is given',
      permission: 'member.manage',
      body: Type.Object({
        ...newMemberFields,
        role: oneOf([...Object.keys(projectRoles), ...Object.keys(organizationRoles)] as Role[]),
        scope: place,
      }),
      response: { 200: grantSchema },
      handler: async (ctx, { body }) => giveRole(ctx, body, objects),
    }),
    route({
      method: 'DELETE',
      path: '/grants/{grant}',
      operationId: 'takeRole',
      summary: 'Take a role away',
      permission: 'member.manage',
      params: Type.Object({ grant: pathId('Id of the grant.') }),
      response: { 204: Type.Null() },
      handler: async (ctx, { params }) => takeRole(ctx, params.grant, objects),
    }),
  ];
}
