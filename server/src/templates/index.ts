/** A project with its files, environment and people in one call: from a skeleton that ships with the product, or from a git repository. */
export { ensureDefaultProject } from './default-project.ts';
export { templateRoutes } from './template-routes.ts';
