/**
 * One git repository for each project: made, filled, read, laid out for work. Nothing that was pushed is ever thrown away. The wire that clones and
 * pushes is wires/git. Deliberately not here: reviews, issues and other things of a code host; large files (data/ and artifacts/ keep those).
 */

export { addressesOf, listCommits, listTree, readFile, readFileOf } from './browse.ts';
export { checkPatch, materialise, maximumPatchBytes } from './checkout.ts';
export type { NewFile } from './commit-files.ts';
export { GitError, type GitStream, git, gitStream } from './git.ts';
export { type PreparedRepository, prepareRepository } from './prepare-repository.ts';
export { type RefMove, recordMoves } from './record-push.ts';
export { repoRoutes } from './repo-routes.ts';
export { createRepository, headCommit, repositoriesFolder, repositoryPath, resolveCommit } from './repository.ts';
export { verifyCommit } from './verify-commit.ts';
export { commitFiles } from './write-repository.ts';
