import { type Action, require } from '../access/index.ts';
import { type Context, notFound } from '../platform/index.ts';
import { archived, asResource, type Project, projectCan } from './project.ts';
import { findProject } from './project-store.ts';

/**
 * The project that a path names by id or slug, after asking for a right in it: the first line of every operation on something in a project.
 *
 * @throws 404 when it is not there or may not be seen, 403 when it may be seen but not done, 409 `project-archived` for work in an archived one
 */
export async function openProject(
  ctx: Context,
  idOrSlug: string,
  action: Action,
  options: { forWork?: boolean } = {},
): Promise<Project> {
  const project = await findProject(ctx, idOrSlug);
  if (!project) {
    ctx.decided.add(action);
    throw notFound('project', idOrSlug);
  }
  await require(ctx, action, asResource(project));
  if (options.forWork && !projectCan.work(project)) throw archived(project.slug);
  return project;
}
