import { type Static, Type } from 'typebox';
import { costOf, costSchema, type KeptWorkload, type WorkloadState } from '../compute/index.ts';
import { conflict, invalidField, nullable, nullableTimestamp, oneOf, timestamp } from '../platform/index.ts';

/** States of a job as people see them: those of its workload, with the ending of processes counted as running. */
export const jobStates = {
  /** Waits for room, or for its environment to be built. */
  queued: { finished: false },
  /** Its code, data and environment are being laid out. */
  starting: { finished: false },
  running: { finished: false },
  succeeded: { finished: true },
  failed: { finished: true },
  cancelled: { finished: true },
  /** Ended at its time limit. */
  'timed-out': { finished: true },
  /** Ended by its memory limit. */
  'oom-killed': { finished: true },
  /** Nobody can say how it ended. */
  lost: { finished: true },
} as const satisfies Record<string, { finished: boolean }>;
export type JobState = keyof typeof jobStates;

export const jobStateOf = (state: WorkloadState): JobState => (state === 'stopping' ? 'running' : state);
export const isOver = (job: { state: JobState }): boolean => jobStates[job.state].finished;

export const commandSchema = Type.Union([
  Type.String({ minLength: 1, maxLength: 100_000, description: 'Run by sh -c.' }),
  Type.Array(Type.String({ maxLength: 100_000 }), {
    minItems: 1,
    maxItems: 1_000,
    description: 'Program and arguments, no shell.',
  }),
]);

export const newJobSchema = Type.Object({
  command: commandSchema,
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  commit: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Commit or branch; the head of main when left out.' }),
  ),
  patch: Type.Optional(Type.String({ maxLength: 1_500_000, description: 'A git diff applied on the commit.' })),
  environment: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 120,
      description: 'Id or name of an environment, id of a revision, or base (the system Python).',
    }),
  ),
  hardwareTier: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  inputs: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,59}$' }),
        snapshotId: Type.String({ minLength: 1, maxLength: 100 }),
      }),
      { maxItems: 100 },
    ),
  ),
  variables: Type.Optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,99}$' }), Type.String({ maxLength: 32_000 })),
  ),
  timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 * 86_400 })),
  retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 10, description: 'After failed or lost, not after cancelled.' })),
});
export type NewJob = Static<typeof newJobSchema>;

export const jobSchema = Type.Object({
  id: Type.String(),
  projectId: Type.String(),
  name: Type.String(),
  command: commandSchema,
  commit: nullable(Type.String()),
  patchSha256: nullable(Type.String()),
  environment: Type.String(),
  environmentRevisionId: nullable(Type.String()),
  environmentDigest: nullable(Type.String()),
  inputs: Type.Array(Type.Object({ name: Type.String(), snapshotId: Type.String(), datasetId: Type.String() })),
  variables: Type.Record(Type.String(), Type.String()),
  timeoutSeconds: nullable(Type.Integer()),
  retries: Type.Integer(),
  attempt: Type.Integer(),
  rerunOf: nullable(Type.String()),
  state: oneOf(Object.keys(jobStates) as readonly JobState[]),
  stateReason: nullable(Type.String()),
  exitCode: nullable(Type.Integer()),
  workloadId: Type.String(),
  hardwareTier: Type.String(),
  pricePerHour: Type.Number(),
  cost: costSchema,
  isolation: nullable(Type.String()),
  host: nullable(Type.String()),
  usage: Type.Object({ cpuSeconds: Type.Optional(Type.Number()), peakMemoryBytes: Type.Optional(Type.Number()) }),
  runIds: Type.Array(Type.String()),
  createdBy: Type.String(),
  createdByName: Type.String(),
  createdAt: timestamp,
  startingAt: nullableTimestamp,
  startedAt: nullableTimestamp,
  finishedAt: nullableTimestamp,
});
export type Job = Static<typeof jobSchema>;

/** What is kept of a job besides its workload. */
export type JobRow = Pick<
  Job,
  | 'id'
  | 'projectId'
  | 'name'
  | 'command'
  | 'commit'
  | 'patchSha256'
  | 'environment'
  | 'environmentRevisionId'
  | 'environmentDigest'
  | 'inputs'
  | 'variables'
  | 'timeoutSeconds'
  | 'retries'
  | 'rerunOf'
  | 'workloadId'
  | 'createdBy'
  | 'createdByName'
  | 'createdAt'
> & { hardwareTierAsked: string | null; runIds: string[] };

export function presentJob(row: JobRow, workload: KeptWorkload): Job {
  const { hardwareTierAsked: _asked, ...kept } = row;
  return {
    ...kept,
    state: jobStateOf(workload.state),
    stateReason: workload.stateReason,
    exitCode: workload.exitCode,
    attempt: workload.attempt,
    hardwareTier: workload.tier.name,
    pricePerHour: workload.pricePerHour,
    cost: costOf(workload),
    isolation: workload.isolation,
    host: workload.host,
    usage: workload.usage,
    startingAt: workload.startingAt,
    startedAt: workload.startedAt,
    finishedAt: workload.finishedAt,
  };
}

/** Variables that would change what runs rather than what it reads. */
export function checkVariables(variables: Record<string, string>): void {
  const reserved = Object.keys(variables).find((name) =>
    /^(PLINTH_|MLFLOW_TRACKING_|LD_|PATH$|HOME$|TMPDIR$|PYTHONHOME$)/.test(name),
  );
  if (reserved) throw invalidField(`/variables/${reserved}`, 'is set by Plinth or would change what runs; choose another name');
}

export const alreadyOver = (job: Job) =>
  conflict('job-finished', `Job ${job.id} has ended already (${job.state}). Start it again with rerun.`);
export const duplicateInput = (name: string) =>
  invalidField('/inputs', `two inputs are named "${name}"; each becomes a variable of its own`);
