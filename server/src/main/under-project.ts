import { Type } from 'typebox';
import { type AnyRoute, type Context, notFound, route } from '../platform/index.ts';
import { findProject } from '../projects/index.ts';

/** A kind of thing in projects that has an address of its own: how it is found by what stands in the address. */
export interface Addressed {
  /** The first word of its paths and the parameter after it: `/deployments/{deployment}`. */
  noun: string;
  parameter: string;
  /** As in problems. */
  kind: string;
  projectOf(ctx: Context, named: string): Promise<string | null>;
}

/**
 * The same operations under the project of the thing: `/projects/{project}/deployments/{deployment}/…` beside `/deployments/{deployment}/…`.
 * Who stands in a project need not know which things have an address of their own. A thing of another project is not found there.
 */
export function underProject(
  routes: readonly AnyRoute[],
  kinds: readonly Addressed[],
  operationIds: readonly string[],
): AnyRoute[] {
  return operationIds.map((operationId) => {
    const own = routes.find((one) => one.operationId === operationId)!;
    const addressed = kinds.find(({ noun }) => own.path.startsWith(`/${noun}/`))!;
    const { parameter, kind, projectOf } = addressed;
    return route({
      ...own,
      path: `/projects/{project}${own.path}`,
      operationId: `${operationId}InProject`,
      params: Type.Object({ project: Type.String({ description: 'Id or slug.', maxLength: 100 }), ...own.params.properties }),
      handler: async (ctx, input) => {
        const { project, ...params } = input.params as Record<string, string>;
        const named = params[parameter]!;
        const found = await findProject(ctx, project!);
        if (!found) throw notFound('project', project!);
        if ((await projectOf(ctx, named)) !== found.id) throw notFound(kind, named);
        return own.handler(ctx, { ...input, params });
      },
    });
  });
}
