import type { Ref } from '../lineage/index.ts';
import type { Context } from '../platform/index.ts';

/** The one state machine of everything that runs. `allows` lists what may be asked for in a state. */
export const workloadStates = {
  /** Waits for room on its target. */
  queued: { finished: false, allows: ['cancel'] },
  /** A server prepares its folder, code and environment and hands it to the executor. */
  starting: { finished: false, allows: ['cancel'] },
  /** The executor has started it. */
  running: { finished: false, allows: ['cancel'] },
  /** A cancel was asked for; its processes are being ended. */
  stopping: { finished: false, allows: [] },
  /** Ended by itself with code 0. */
  succeeded: { finished: true, allows: ['rerun'] },
  /** Ended by itself with another code, or could not be started (`stateReason` says why). */
  failed: { finished: true, allows: ['rerun'] },
  /** Ended because somebody asked. */
  cancelled: { finished: true, allows: ['rerun'] },
  /** Ended at its time limit. */
  'timed-out': { finished: true, allows: ['rerun'] },
  /** Ended by the memory limit that is named in `stateReason`. */
  'oom-killed': { finished: true, allows: ['rerun'] },
  /** Nobody can say how it ended: its machine or supervisor went away. */
  lost: { finished: true, allows: ['rerun'] },
} as const satisfies Record<string, { finished: boolean; allows: readonly string[] }>;

export type WorkloadState = keyof typeof workloadStates;

export const isFinished = (workload: { state: WorkloadState }): boolean => workloadStates[workload.state].finished;

export const workloadCan = {
  cancel: (workload: { state: WorkloadState }): boolean =>
    (workloadStates[workload.state].allows as readonly string[]).includes('cancel'),
  rerun: (workload: { state: WorkloadState }): boolean =>
    (workloadStates[workload.state].allows as readonly string[]).includes('rerun'),
};

/** What a workload was given, kept with it so that a run logged from inside is tied to it without the user doing anything. */
export interface WorkloadContext {
  jobId?: string;
  workspaceId?: string;
  /** The revision that a replica answers for. */
  deploymentRevisionId?: string;
  /** Full commit id of the project's repository, null when it was empty. */
  commit?: string | null;
  /** SHA-256 of the patch applied on the commit, null for none; its text is a blob. */
  patchSha256?: string | null;
  environmentRevisionId?: string | null;
  environmentDigest?: string | null;
  /** The environment of the tool itself, beside the project's. */
  toolRevisionId?: string;
  inputs?: { name: string; snapshotId: string; datasetId: string }[];
  variables?: Record<string, string>;
  command?: string | string[];
  /** Set when it runs again, or scores again, what was made before, to compare. */
  reproductionId?: string;
  /** The job that is made again for it. */
  reproducedJobId?: string;
}

export interface Workload {
  id: string;
  kind: string;
  subject: Ref;
  projectId: string | null;
  ownerId: string;
  name: string;
  state: WorkloadState;
  stateReason: string | null;
  attempt: number;
  fence: number;
  targetId: string;
  tierId: string;
  /** The tier as it was when the workload was queued. */
  tier: { name: string; cpuCores: number | null; memoryBytes: number | null; gpus: number };
  pricePerHour: number;
  currency: string;
  context: WorkloadContext;
  timeoutSeconds: number | null;
  environmentDigest: string | null;
  host: string | null;
  isolation: string | null;
  folder: string | null;
  exitCode: number | null;
  signal: string | null;
  usage: { cpuSeconds?: number; peakMemoryBytes?: number };
  queuedAt: string;
  startingAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  version: number;
}

/** What the executor is told to start; made by `WorkloadKind.prepare` in the workload's own folder. */
export interface Launch {
  /** Program and arguments, no shell in between. */
  command: string[];
  /** The whole environment of the process besides PATH, HOME, LANG and TMPDIR; secrets of the server never get in. */
  environment: Record<string, string>;
  /** Values in it that no log may show, beside our tokens, which are known by their form. */
  secrets?: readonly string[];
  workingFolder: string;
  /** Folders outside its own that it may read. */
  readOnlyPaths: string[];
  /** Folders outside its own that it may write (a workspace's home). */
  writablePaths?: string[];
  /** False for builds, which need no token of Plinth. */
  token?: boolean;
  /** Builds of environments write into folders of the server's own; everything else runs as the project's user. */
  asServerUser?: boolean;
}

/**
 * What a module tells compute/ about the workloads that it queues; the kinds are listed in `main/`.
 * - `prepare` runs on the server that starts it, outside a transaction, may take long, and may run again for a later attempt. A thrown
 *   Problem fails the workload with its detail as the reason.
 * - `changed` runs in the transaction of every change of state, to emit the module's own event and write its own columns.
 */
export interface WorkloadKind {
  kind: string;
  /** It waits most of its long life: it holds memory of its machine but keeps no cores from others. Its tier still limits it. */
  sharesCores?: true;
  prepare(ctx: Context, workload: Workload, folder: string): Promise<Launch>;
  changed(tx: Context, workload: Workload, from: WorkloadState | null): Promise<void>;
  /** A sentence when it cannot start yet (its environment is being built), null when it can. Asked at every look at the queue. */
  waitsFor?(tx: Context, workload: Workload): Promise<string | null>;
}

/** What a module gives to queue one. */
export interface NewWorkload {
  kind: string;
  subject: Ref;
  projectId: string | null;
  ownerId: string;
  name: string;
  /** Name or id of a hardware tier; the default tier when left out. */
  hardwareTier?: string;
  context: WorkloadContext;
  environmentDigest?: string | null;
  timeoutSeconds?: number | null;
  /** 1 for the first; a retry counts on. */
  attempt?: number;
}
