import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { revokeTokensOfWorkload } from '../people/index.ts';
import { type BlobInfo, type Context, emit, transaction } from '../platform/index.ts';
import { secretsOfAttempt } from './attempt-secrets.ts';
import type { Executor, ExitedObservation, LostObservation } from './executor.ts';
import { hideSecrets, logMask } from './log-mask.ts';
import { costOf, eventData } from './queue-workload.ts';
import type { WorkloadKind, WorkloadState } from './workload.ts';
import { findWorkload, type KeptWorkload, moveState } from './workload-store.ts';

export interface End {
  state: WorkloadState;
  stateReason: string | null;
  finishedAt: Date;
  startedAt?: Date | null;
  exitCode?: number | null;
  signal?: number | null;
  usage?: { cpuSeconds?: number; peakMemoryBytes?: number };
  log?: BlobInfo;
}

/** Writes the one end of an attempt: state, event, revoked token, and what the kind's own module has to write, in one transaction. */
export async function finishWorkload(ctx: Context, kind: WorkloadKind, workload: KeptWorkload, end: End): Promise<boolean> {
  return transaction(ctx, async (tx) => {
    const moved = await moveState(tx, workload, ['queued', 'starting', 'running', 'stopping'], {
      state: end.state,
      stateReason: end.stateReason,
      finishedAt: end.finishedAt.toISOString(),
      ...(end.startedAt ? { startedAt: end.startedAt.toISOString() } : {}),
      exitCode: end.exitCode ?? null,
      signal: end.signal ? String(end.signal) : null,
      ...(end.usage ? { usage: end.usage } : {}),
      ...(end.log ? { logSha256: end.log.sha256, logBytes: end.log.sizeBytes } : {}),
    });
    if (!moved) return false;
    await revokeTokensOfWorkload(tx, workload.id);
    await emit(tx, {
      verb: 'workload.finished',
      object: { type: 'workload', id: moved.id, projectId: moved.projectId },
      data: { ...eventData(moved), cost: costOf(moved) },
    });
    await kind.changed(tx, moved, workload.state);
    return true;
  });
}

/** Keeps the log of an attempt that is over, with its secrets hidden, writes its end, and removes its folder. */
export async function giveUp(
  ctx: Context,
  kind: WorkloadKind,
  executor: Executor,
  workload: KeptWorkload,
  observation: ExitedObservation | LostObservation,
): Promise<void> {
  const log = await keepLog(ctx, executor, workload);
  const now = (await findWorkload(ctx, workload.id)) ?? workload;
  await finishWorkload(ctx, kind, workload, { ...endOf(observation, now), ...(log ? { log } : {}) });
  await executor
    .forget(workload.handle!)
    .catch((error: Error) => ctx.log.warn({ workload: workload.id, error: error.message }, 'a folder was left'));
}

async function keepLog(ctx: Context, executor: Executor, workload: KeptWorkload): Promise<BlobInfo | null> {
  const { path } = await executor.logs(workload.handle!);
  if (!(await stat(path).catch(() => null))) return null;
  const mask = logMask(secretsOfAttempt(workload.handle!.folder));
  return ctx.platform.blobs.put(Readable.from(hideSecrets(createReadStream(path), mask), { objectMode: false }));
}

/** In words that name the limit or the cause, so that nobody has to guess. */
function endOf(observation: ExitedObservation | LostObservation, workload: KeptWorkload): End {
  if (observation.state === 'lost') return { state: 'lost', stateReason: observation.reason, finishedAt: new Date() };
  const { exitCode, signal, usage, startedAt, finishedAt } = observation;
  const common = {
    exitCode,
    signal,
    startedAt,
    finishedAt,
    usage: {
      cpuSeconds: usage.cpuSeconds,
      ...(usage.peakMemoryBytes === null ? {} : { peakMemoryBytes: usage.peakMemoryBytes }),
    },
  };
  if (observation.startError)
    return { ...common, state: 'failed', stateReason: `It could not be started: ${observation.startError}` };
  if (observation.cancelled)
    return {
      ...common,
      state: 'cancelled',
      // Nobody asked: then it was ended with the server that kept it.
      stateReason: workload.cancelRequestedAt ? 'Cancelled on request.' : 'The server was stopped.',
    };
  if (observation.timedOut)
    return { ...common, state: 'timed-out', stateReason: `It ran longer than its limit of ${workload.timeoutSeconds} seconds.` };
  if (observation.outOfMemory) {
    const limit =
      observation.memoryLimitBytes === null
        ? ''
        : ` of ${Math.round(observation.memoryLimitBytes / 1024 ** 2).toLocaleString('en')} MiB (tier ${workload.tier.name})`;
    return { ...common, state: 'oom-killed', stateReason: `It needed more memory than its limit${limit}. Choose a larger tier.` };
  }
  if (exitCode === 0) return { ...common, state: 'succeeded', stateReason: null };
  return {
    ...common,
    state: 'failed',
    stateReason: exitCode === null ? `It was ended by signal ${signal}.` : `It ended with exit code ${exitCode}.`,
  };
}
