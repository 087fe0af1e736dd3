import { Type } from 'typebox';
import { organization, require } from '../access/index.ts';
import { projectRoleSchema } from '../people/index.ts';
import { type AnyRoute, defineShortList, etag, notFound, pageOf, pathId, readShortList, route } from '../platform/index.ts';
import { newGoalSchema, projectSchema, stageSchema } from '../projects/index.ts';
import { startProject } from './start-project.ts';
import { templateDetailSchema, templateSchema, templates } from './template.ts';

const memberSchema = Type.Object({
  email: Type.Optional(Type.String({ minLength: 3, maxLength: 320 })),
  subjectId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  role: projectRoleSchema,
});

const templateList = defineShortList('templates', templateSchema, { sort: 'name', id: ['name'] });

export const templateRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/projects',
    operationId: 'createProject',
    summary: 'Make a project, empty, from a template or from a git repository',
    description:
      'Its repository exists when this answers. What requirements.txt, pyproject.toml or conda.yaml ask for becomes its default environment.',
    permission: 'project.create',
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' }),
      slug: Type.Optional(Type.String({ minLength: 2, maxLength: 60, description: 'Made from the name when left out.' })),
      description: Type.Optional(Type.String({ maxLength: 5000 })),
      folderId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      template: Type.Optional(
        Type.String({ minLength: 1, maxLength: 100, description: 'See GET /templates; its files are the first commit.' }),
      ),
      gitUrl: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 2000,
          description: 'An https://, http:// or git:// address without a password; branches and tags are copied.',
        }),
      ),
      goal: Type.Optional(
        Type.Union([Type.String({ minLength: 1, maxLength: 200 }), newGoalSchema], { description: 'A text is its title.' }),
      ),
      stage: Type.Optional(stageSchema),
      members: Type.Optional(Type.Array(memberSchema, { maxItems: 200 })),
    }),
    response: { 201: projectSchema },
    handler: async (ctx, { body, reply }) => {
      const { goal, ...rest } = body;
      const project = await startProject(ctx, {
        ...rest,
        ...(goal === undefined ? {} : { goal: typeof goal === 'string' ? { title: goal } : goal }),
      });
      etag(reply, project.version);
      return project;
    },
  }),
  route({
    method: 'GET',
    path: '/templates',
    operationId: 'listTemplates',
    summary: 'Templates that a project can begin with',
    permission: 'template.read',
    query: Type.Object(templateList.query),
    response: { 200: pageOf(templateSchema) },
    handler: async (ctx, { query }) => {
      await require(ctx, 'template.read', organization);
      return readShortList(templateList, [...(await templates()).values()], query);
    },
  }),
  route({
    method: 'GET',
    path: '/templates/{template}',
    operationId: 'getTemplate',
    summary: 'One template with its readme and files',
    permission: 'template.read',
    params: Type.Object({ template: pathId('Name of the template.') }),
    response: { 200: templateDetailSchema },
    handler: async (ctx, { params }) => {
      await require(ctx, 'template.read', organization);
      const found = (await templates()).get(params.template);
      if (!found) throw notFound('template', params.template.slice(0, 80));
      return found;
    },
  }),
];
