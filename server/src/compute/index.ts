/**
 * Everything that runs: the noun workload with its one state machine, hardware tiers with prices, compute targets, the executor port, and the
 * dispatcher that takes what is queued to its one end. It knows no jobs or workspaces: modules above queue workloads and register their kinds.
 * Deliberately not here yet: budgets, fair share and other executors than the local one.
 */
export { computeRoutes, costSchema, presentWorkload, stateSchema } from './compute-routes.ts';
export { type Dispatcher, startDispatcher, waitsForRoom } from './dispatcher.ts';
export { ensureCompute } from './ensure-compute.ts';
export type { Executor } from './executor.ts';
export { makeLocalExecutor } from './local/local-executor.ts';
export { sendLogs } from './logs.ts';
export { loseAlive } from './lose-alive.ts';
export { costOf, queueWorkload, requestCancel, usableTier } from './queue-workload.ts';
export {
  isFinished,
  type Launch,
  type NewWorkload,
  type Workload,
  type WorkloadContext,
  type WorkloadKind,
  type WorkloadState,
  workloadCan,
  workloadStates,
} from './workload.ts';
export { findWorkload, findWorkloads, type KeptWorkload } from './workload-store.ts';
