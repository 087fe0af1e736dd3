/**
 * Jobs: a command on a commit with a patch, in an environment, with named inputs, on a hardware tier. State, log and cost are those of its
 * workload in compute/. Deliberately not here: `reproduce`, which is in provenance/ and compares what two jobs made; schedules.
 */
export type { Job, JobRow } from './job.ts';
export { jobKind, steadyVariablesOf } from './job-kind.ts';
export { jobRoutes } from './job-routes.ts';
export { findJob } from './job-store.ts';
export { jobNotices } from './notices.ts';
export { openJob } from './open-job.ts';
export { againAs } from './rerun-job.ts';
export { jobOf, startJob } from './start-job.ts';
