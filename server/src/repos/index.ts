/** One git repository for each project: made, read, laid out for work. The wire that clones and pushes is wires/git. */
export { git, GitError, gitStream } from './git.ts';
export { repoRoutes } from './repo-routes.ts';
export { commitFiles, createRepository, fetchFrom, headCommit, materialise, type NewFile, removeRepository, repositoryPath, resolveCommit } from './repository.ts';
