/**
 * Environments and their immutable revisions: packages resolved to a lock with hashes, built once for each digest, used read-only. A build is a
 * workload. Deliberately not here yet: R and container bases, vulnerability checks, drift of hand-installed packages.
 */
export { buildKind } from './build-kind.ts';
export { checkPackageIndex } from './check-package-index.ts';
export { buildRevision, createEnvironment } from './create-environment.ts';
export { environmentRoutes } from './environment-routes.ts';
export { findByName, findEnvironment, findRevision, revisionsOf } from './environment-store.ts';
export { type ChosenEnvironment, environmentForRun, resolveEnvironment } from './use-environment.ts';
export { type EnvironmentCheck, verifyEnvironment } from './verify-environment.ts';
