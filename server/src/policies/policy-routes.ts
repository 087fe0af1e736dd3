import { Type } from 'typebox';
import { type Action, inProject, require } from '../access/index.ts';
import { type AnyRoute, type Context, notFound, route } from '../platform/index.ts';
import { approvalRoutes } from './approval-routes.ts';
import { changePolicy, policyOf, policySchema } from './project-policy.ts';
import type { SubjectKind } from './subject.ts';

/** The id of a project by id or slug, null when there is none: projects stand above, so main hands this down. */
export type FindProjectId = (ctx: Context, idOrSlug: string) => Promise<string | null>;

const projectParams = Type.Object({ project: Type.String({ description: 'Id or slug.', maxLength: 100 }) });

export function policyRoutes(kinds: readonly SubjectKind[], findProjectId: FindProjectId): AnyRoute[] {
  async function openProjectId(ctx: Context, name: string, action: Action): Promise<string> {
    const id = await findProjectId(ctx, name);
    if (!id) {
      ctx.decided.add(action);
      throw notFound('project', name);
    }
    await require(ctx, action, inProject('project', id, id, name));
    return id;
  }

  return [
    route({
      method: 'GET',
      path: '/policies',
      operationId: 'getPolicies',
      summary: 'What is protected in every project',
      permission: 'self',
      response: { 200: policySchema },
      handler: async (ctx) => policyOf(ctx, null),
    }),
    route({
      method: 'GET',
      path: '/projects/{project}/policy',
      operationId: 'getPolicy',
      summary: 'What is protected in a project',
      permission: 'project.read',
      params: projectParams,
      response: { 200: policySchema },
      handler: async (ctx, { params }) => policyOf(ctx, await openProjectId(ctx, params.project, 'project.read')),
    }),
    route({
      method: 'PUT',
      path: '/projects/{project}/policy',
      operationId: 'putPolicy',
      summary: 'Protect aliases of a project besides those that are protected everywhere',
      permission: 'project.update',
      params: projectParams,
      body: Type.Object({
        protectedAliases: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 100 }),
      }),
      response: { 200: policySchema },
      handler: async (ctx, { params, body }) =>
        changePolicy(ctx, await openProjectId(ctx, params.project, 'project.update'), body.protectedAliases),
    }),
    ...approvalRoutes(kinds, openProjectId),
  ];
}
