/**
 * The executor port: how compute starts a command somewhere and learns, whatever dies in between, how it ended.
 *
 * Rules every executor keeps; `executorContract` in executor-contract.ts tests them:
 * 1. `submit` is idempotent by id and fence. A second submit, from this server or from the next one after a crash at any instant, returns the
 *    same handle and never starts the command twice. It is also safe to call when one does not know whether the first call went through.
 * 2. The attempt outlives the server. A handle is plain data; `observe` works from it alone in a new process.
 * 3. `observe` answers what the engine confirms, never a guess. Once `exited` or `lost` it stays so. `lost` means that the end was not recorded
 *    and that nothing of the attempt still runs: only then may a policy start another attempt.
 * 4. When `exited` is seen, the log is whole and no process of the attempt is left.
 * 5. `cancel` asks (TERM) and after the grace ends (KILL) every process of the attempt, also those that left its session. It returns once the
 *    ending is under way and cannot be stopped by the death of the server. Cancelling a pending attempt makes sure it never starts.
 * 6. The command sees the attempt's environment and a minimal PATH, HOME, LANG, TMPDIR, USER; nothing of the server's own.
 * 7. The log holds standard output and error in the order written, and only grows, so that byte ranges stay true. Past its cap a notice says
 *    what is left out, and the newest tail follows at the end.
 */
export interface Executor {
  submit(attempt: Attempt): Promise<AttemptHandle>;
  observe(handle: AttemptHandle): Promise<Observation>;
  /** Calls back with the first observation and each change of state, an end within 100 ms where the engine can tell; returns the way to stop. */
  watch(handle: AttemptHandle, onChange: (observation: Observation) => void): () => void;
  cancel(handle: AttemptHandle, graceSeconds: number): Promise<void>;
  logs(handle: AttemptHandle): Promise<AttemptLog>;
  /** Every attempt this executor still keeps something of: what a starting server compares with its rows. */
  list(): Promise<AttemptHandle[]>;
  /** Removes all that is kept of an ended or never started attempt, its private folder too. Refused while it runs. */
  forget(handle: AttemptHandle): Promise<void>;
  capabilities(): Promise<ExecutorCapabilities>;
}

export interface Attempt {
  id: string;
  /** Grows with each attempt of the same work; a higher number fences off the lower ones. */
  fence: number;
  /** Program and arguments; a shell is used only when the caller names one. */
  command: string[];
  environment: Record<string, string>;
  workingFolder: string;
  /** Private folder of this attempt alone, directly in the executor's folder; the executor makes it and `forget` removes it. */
  folder: string;
  resources: AttemptResources;
  readOnlyPaths: string[];
  writablePaths: string[];
  /** The user that runs the command when the server may choose: each project has its own. */
  uid?: number;
}

export interface AttemptResources {
  cpuCores?: number;
  memoryBytes?: number;
  maximumProcesses?: number;
  wallSeconds?: number;
}

/** Plain data, made to be stored in a row. */
export interface AttemptHandle {
  id: string;
  fence: number;
  folder: string;
}

export interface AttemptUsage {
  cpuSeconds: number;
  /** null where the machine cannot measure it (no cgroup). */
  peakMemoryBytes: number | null;
}

export type Observation = PendingObservation | RunningObservation | ExitedObservation | LostObservation;

export interface PendingObservation {
  state: 'pending';
}

export interface RunningObservation {
  state: 'running';
  startedAt: Date;
  usage: AttemptUsage;
}

export interface ExitedObservation {
  state: 'exited';
  /** null when a signal ended it or when it never started. */
  exitCode: number | null;
  /** Number of the signal that ended the command. */
  signal: number | null;
  /** The kernel killed a process of it at the limit named in memoryLimitBytes, and the command did not succeed. */
  outOfMemory: boolean;
  memoryLimitBytes: number | null;
  timedOut: boolean;
  cancelled: boolean;
  /** Why the command could not be started at all; null when it was. */
  startError: string | null;
  usage: AttemptUsage;
  /** null when it never started. */
  startedAt: Date | null;
  finishedAt: Date;
}

export interface LostObservation {
  state: 'lost';
  reason: string;
}

export interface AttemptLog {
  path: string;
  sizeBytes: number;
}

export interface ExecutorCapabilities {
  limits: 'cgroup2' | 'cgroup1' | 'rlimit';
  /**
   * `namespaces`: own process tree, and no files but the system's and those named. `user`: an own user only. `none`: neither.
   * As an order: each level holds what the next one holds.
   */
  isolation: 'namespaces' | 'user' | 'none';
  /** Sentences for people: what is in force, and why not more. */
  detail: string[];
}

export const isOver = (observation: Observation): observation is ExitedObservation | LostObservation =>
  observation.state === 'exited' || observation.state === 'lost';

export class ExecutorError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ExecutorError';
    this.code = code;
  }
}

export const attemptInvalid = (id: string, fault: string) =>
  new ExecutorError('attempt-invalid', `Attempt ${id} cannot be submitted: ${fault}.`);

export const attemptFolderTaken = (folder: string, holder: string) =>
  new ExecutorError(
    'attempt-folder-taken',
    `Folder ${folder} belongs to attempt ${holder}; give each attempt a folder of its own.`,
  );

export const attemptUnknown = (handle: AttemptHandle) =>
  new ExecutorError(
    'attempt-unknown',
    `Nothing is kept of attempt ${handle.id} (fence ${handle.fence}) in ${handle.folder}; submit it again.`,
  );

export const attemptStillRuns = (id: string) =>
  new ExecutorError('attempt-still-runs', `Attempt ${id} still runs; cancel it and wait for its end before forgetting it.`);
