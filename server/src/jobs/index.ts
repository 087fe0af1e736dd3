/**
 * Jobs: a command on a commit with a patch, in an environment, with named inputs, on a hardware tier. State, log and cost are those of its
 * workload in compute/. Deliberately not here yet: `reproduce`, which comes with provenance, and schedules.
 */
export { jobKind } from './job-kind.ts';
export { jobRoutes } from './job-routes.ts';
