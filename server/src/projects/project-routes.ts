import { sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import { activityQuery, eventSchema, listEvents } from '../audit/index.ts';
import { memberList, memberSchema, membersOfScope, newMemberFields, projectRoleSchema } from '../people/index.ts';
import {
  type AnyRoute,
  defineShortList,
  etag,
  nullable,
  nullableTimestamp,
  oneOf,
  pageOf,
  readShortList,
  route,
} from '../platform/index.ts';
import { changeProject, deleteProject } from './change-project.ts';
import { addGoal, changeGoal } from './goals.ts';
import { putMember, removeMember } from './members.ts';
import { openProject } from './open-project.ts';
import { goalSchema, projectSchema, stageChangeSchema, stageSchema, statusSchema } from './project.ts';
import { goalsOf, listProjects, listTrash, projectList, stageChangesOf, trashList } from './project-store.ts';
import { restoreProject, trashedSchema } from './trash.ts';

export const projectParams = Type.Object({ project: Type.String({ description: 'Id or slug.', maxLength: 100 }) });

const goalFields = {
  title: Type.String({ minLength: 1, maxLength: 200 }),
  metric: Type.Optional(Type.String({ minLength: 1, maxLength: 250 })),
  target: Type.Optional(Type.Number()),
  direction: Type.Optional(oneOf(['maximize', 'minimize'])),
  dueOn: Type.Optional(Type.String({ format: 'date' })),
};
export const newGoalSchema = Type.Object(goalFields);

const stageChangeList = defineShortList('stage changes', stageChangeSchema, { sort: 'changedAt', id: ['id'] });
const goalList = defineShortList('goals', goalSchema, { sort: 'createdAt', id: ['id'] });

const currentStageSchema = Type.Object({
  stage: stageSchema,
  status: statusSchema,
  reason: Type.String(),
  changedBy: nullable(Type.String()),
  changedByName: nullable(Type.String()),
  changedAt: nullableTimestamp,
});

/** POST /projects is in templates/: a project is born with its files. */
export const projectRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/projects',
    operationId: 'listProjects',
    summary: 'Projects that you may see',
    permission: 'project.read',
    query: Type.Object({
      ...projectList.query,
      status: Type.Optional(statusSchema),
      stage: Type.Optional(stageSchema),
      search: Type.Optional(Type.String({ maxLength: 200 })),
      folder: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: 'Only those directly in this folder; `top` for those in none.',
        }),
      ),
    }),
    response: { 200: pageOf(projectSchema) },
    handler: async (ctx, { query }) => listProjects(ctx, visible(ctx, 'project.read', sql.ref('projects.id')), query),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}',
    operationId: 'getProject',
    summary: 'One project',
    permission: 'project.read',
    params: projectParams,
    response: { 200: projectSchema },
    handler: async (ctx, { params, reply }) => {
      const project = await openProject(ctx, params.project, 'project.read');
      etag(reply, project.version);
      return project;
    },
  }),
  route({
    method: 'PATCH',
    path: '/projects/{project}',
    operationId: 'changeProject',
    summary: 'Change name, slug, description, visibility, folder, stage or status',
    permission: 'project.update',
    params: projectParams,
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
      slug: Type.Optional(Type.String({ minLength: 2, maxLength: 60 })),
      description: Type.Optional(Type.String({ maxLength: 5000 })),
      visibility: Type.Optional(projectSchema.properties.visibility),
      folderId: Type.Optional(
        Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()], {
          description: 'Moves it there; null for the top.',
        }),
      ),
      stage: Type.Optional(stageSchema),
      status: Type.Optional(statusSchema),
      reason: Type.Optional(Type.String({ maxLength: 2000, description: 'Why the stage or status changes.' })),
    }),
    response: { 200: projectSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      const project = await changeProject(ctx, params.project, body, request);
      etag(reply, project.version);
      return project;
    },
  }),
  route({
    method: 'DELETE',
    path: '/projects/{project}',
    operationId: 'deleteProject',
    summary: 'Move a project to the trash',
    permission: 'project.delete',
    params: projectParams,
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => deleteProject(ctx, params.project),
  }),
  route({
    method: 'GET',
    path: '/trash',
    operationId: 'listTrash',
    summary: 'Deleted projects that you may restore, for 30 days',
    permission: 'project.delete',
    query: Type.Object(trashList.query),
    response: { 200: pageOf(trashedSchema) },
    handler: async (ctx, { query }) => listTrash(ctx, visible(ctx, 'project.delete', sql.ref('projects.id')), query),
  }),
  route({
    method: 'POST',
    path: '/projects/{trashed}/restore',
    operationId: 'restoreProject',
    summary: 'Take a project out of the trash with all that was in it',
    permission: 'project.delete',
    params: Type.Object({ trashed: Type.String({ minLength: 1, maxLength: 100, description: 'Id, as in the trash.' }) }),
    body: Type.Object({
      slug: Type.Optional(Type.String({ minLength: 2, maxLength: 60, description: 'Where its own was taken meanwhile.' })),
    }),
    response: { 200: projectSchema },
    handler: async (ctx, { params, body }) => restoreProject(ctx, params.trashed, body),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/stages',
    operationId: 'listStageChanges',
    summary: 'The arc: every change of stage or status, oldest first',
    permission: 'project.read',
    params: projectParams,
    query: Type.Object(stageChangeList.query),
    response: { 200: pageOf(stageChangeSchema) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'project.read');
      return readShortList(stageChangeList, await stageChangesOf(ctx.db, project.id), query);
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/stage',
    operationId: 'getStage',
    summary: 'Where a project stands in its arc, since when and why',
    permission: 'project.read',
    params: projectParams,
    response: { 200: currentStageSchema },
    handler: async (ctx, { params }) => {
      const { id, stage, status } = await openProject(ctx, params.project, 'project.read');
      const last = (await stageChangesOf(ctx.db, id)).at(-1);
      return {
        stage,
        status,
        reason: last?.reason ?? '',
        changedBy: last?.changedBy ?? null,
        changedByName: last?.changedByName ?? null,
        changedAt: last?.changedAt ?? null,
      };
    },
  }),
  route({
    method: 'POST',
    path: '/projects/{project}/stage',
    operationId: 'changeStage',
    summary: 'Move a project in its arc, with the reason',
    permission: 'project.update',
    params: projectParams,
    body: Type.Object({
      stage: Type.Optional(stageSchema),
      status: Type.Optional(statusSchema),
      reason: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
    response: { 200: projectSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      const project = await changeProject(ctx, params.project, body, request);
      etag(reply, project.version);
      return project;
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/activity',
    operationId: 'listProjectActivity',
    summary: 'What happened in a project, newest first',
    permission: 'project.read',
    params: projectParams,
    query: activityQuery,
    response: { 200: pageOf(eventSchema) },
    handler: async (ctx, { params, query }) => {
      const { id } = await openProject(ctx, params.project, 'project.read');
      return listEvents(ctx, { ...query, project: id }, 'visible');
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/goals',
    operationId: 'listGoals',
    summary: 'Goals of a project',
    permission: 'project.read',
    params: projectParams,
    query: Type.Object(goalList.query),
    response: { 200: pageOf(goalSchema) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'project.read');
      return readShortList(goalList, await goalsOf(ctx, project.id), query);
    },
  }),
  route({
    method: 'POST',
    path: '/projects/{project}/goals',
    operationId: 'addGoal',
    summary: 'Add a goal with the metric by which one will know',
    permission: 'project.update',
    params: projectParams,
    body: newGoalSchema,
    response: { 201: goalSchema },
    handler: async (ctx, { params, body }) => addGoal(ctx, params.project, body),
  }),
  route({
    method: 'PATCH',
    path: '/projects/{project}/goals/{goal}',
    operationId: 'changeGoal',
    summary: 'Change a goal or its state',
    permission: 'project.update',
    params: Type.Object({ ...projectParams.properties, goal: Type.String({ maxLength: 100 }) }),
    body: Type.Object({
      ...goalFields,
      title: Type.Optional(goalFields.title),
      metric: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 250 }))),
      target: Type.Optional(nullable(Type.Number())),
      dueOn: Type.Optional(nullable(Type.String({ format: 'date' }))),
      state: Type.Optional(goalSchema.properties.state),
    }),
    response: { 200: goalSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      const goal = await changeGoal(ctx, params.project, params.goal, body, request);
      etag(reply, goal.version);
      return goal;
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/members',
    operationId: 'listMembers',
    summary: 'People, groups and service accounts with a role in the project',
    permission: 'project.read',
    params: projectParams,
    query: Type.Object(memberList.query),
    response: { 200: pageOf(memberSchema) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'project.read');
      return readShortList(memberList, await membersOfScope(ctx.db, project.id), query);
    },
  }),
  route({
    method: 'POST',
    path: '/projects/{project}/members',
    operationId: 'putMember',
    summary: 'Give somebody a role in the project, in place of the one they had',
    permission: 'member.manage',
    params: projectParams,
    body: Type.Object({ ...newMemberFields, role: projectRoleSchema }),
    response: { 201: memberSchema },
    handler: async (ctx, { params, body }) => putMember(ctx, params.project, body),
  }),
  route({
    method: 'DELETE',
    path: '/projects/{project}/members/{subject}',
    operationId: 'removeMember',
    summary: 'Take the role away',
    permission: 'member.manage',
    params: Type.Object({ ...projectParams.properties, subject: Type.String({ maxLength: 100 }) }),
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => removeMember(ctx, params.project, params.subject),
  }),
];
