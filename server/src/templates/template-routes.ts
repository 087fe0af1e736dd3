import { Type } from 'typebox';
import { organization, require } from '../access/index.ts';
import { type AnyRoute, notFound, pathId, route } from '../platform/index.ts';
import { newGoalSchema, projectSchema, roleSchema, stageSchema } from '../projects/index.ts';
import { startProject } from './start-project.ts';
import { listTemplates, templateSchema } from './template.ts';

export const templateRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/projects',
    operationId: 'createProject',
    summary: 'Make a project, empty, from a template or from a git repository',
    permission: 'project.create',
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 120 }),
      slug: Type.Optional(Type.String({ minLength: 2, maxLength: 60 })),
      description: Type.Optional(Type.String({ maxLength: 5000 })),
      folderId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      template: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'See GET /templates.' })),
      gitUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 2000, description: 'http or https; its environment is inferred.' })),
      goal: Type.Optional(newGoalSchema),
      stage: Type.Optional(stageSchema),
      members: Type.Optional(
        Type.Array(Type.Object({ email: Type.Optional(Type.String({ maxLength: 320 })), subjectId: Type.Optional(Type.String({ maxLength: 100 })), role: roleSchema }), { maxItems: 100 }),
      ),
    }),
    response: { 201: projectSchema },
    handler: async (ctx, { body }) => startProject(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/templates',
    operationId: 'listTemplates',
    summary: 'Project skeletons',
    permission: 'template.read',
    response: { 200: Type.Object({ items: Type.Array(templateSchema) }) },
    handler: async (ctx) => {
      await require(ctx, 'template.read', organization);
      return { items: await listTemplates() };
    },
  }),
  route({
    method: 'GET',
    path: '/templates/{template}',
    operationId: 'getTemplate',
    summary: 'One skeleton',
    permission: 'template.read',
    params: Type.Object({ template: pathId('Name of the template.') }),
    response: { 200: templateSchema },
    handler: async (ctx, { params }) => {
      await require(ctx, 'template.read', organization);
      const found = (await listTemplates()).find((template) => template.name === params.template);
      if (!found) throw notFound('template', params.template);
      return found;
    },
  }),
];
