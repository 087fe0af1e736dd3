/**
 * Projects: name, owner, stage and status with their history, goals, members. Everything else in Plinth has exactly one project.
 * Deliberately not here: files and environments of a new project (templates/), the portfolio (views/).
 */
export { createProject, type NewProject } from './create-project.ts';
export { addMember } from './members.ts';
export { openProject } from './open-project.ts';
export { asResource, goalSchema, type Project, projectCan, projectSchema, slugTaken, stageSchema } from './project.ts';
export { newGoalSchema, projectParams, projectRoutes } from './project-routes.ts';
export { findProject, updateProject } from './project-store.ts';
