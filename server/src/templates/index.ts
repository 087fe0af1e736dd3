/**
 * How a project is born: with its repository, the files of a template or a copy of another repository, its people, and the environment that those
 * files ask for; all of it or nothing. Templates ship with the product as folders. Deliberately not here yet: templates that people publish, and
 * proposals of a newer version to projects that were made from an older one.
 */
export { ensureDefaultProject } from './default-project.ts';
export { type InferredEnvironment, inferEnvironment } from './infer-environment.ts';
export { type NewProjectWithFiles, startProject } from './start-project.ts';
export { templateRoutes } from './template-routes.ts';
