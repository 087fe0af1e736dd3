import { mkdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { makeToken } from '../people/index.ts';
import {
  type Context,
  deadAfterSeconds,
  type Platform,
  Problem,
  type ServerProcess,
  systemContext,
  transaction,
} from '../platform/index.ts';
import { keepSecrets } from './attempt-secrets.ts';
import { type Executor, isOver, type Observation } from './executor.ts';
import { finishWorkload, giveUp } from './finish-workload.ts';
import { sweepFolders } from './sweep-folders.ts';
import type { Launch, WorkloadKind } from './workload.ts';
import {
  adoptOrphans,
  claim,
  type KeptWorkload,
  keptBy,
  lockHost,
  moveState,
  nextQueued,
  ofDeadHosts,
  setStateReason,
  withCancelRequested,
  workloadsChannel,
} from './workload-store.ts';

export interface DispatcherParts {
  platform: Platform;
  process: ServerProcess;
  executor: Executor;
  kinds: readonly WorkloadKind[];
  /** The executor's folder; each attempt has one directly in it. */
  folder: string;
  /** Where a workload on this machine reaches this server. */
  url: () => string;
}

export interface Dispatcher {
  /** Ends what runs here (`hand-over: false`), or leaves it to the next server. */
  stop(options: { handOver: boolean }): Promise<void>;
}

/** Processors can be shared, memory cannot: this many times the cores are promised. */
const coreOvercommit = 2;
const memoryShare = 0.9;
const cancelGraceSeconds = 8;
const deadHostSeconds = 60;
const pollMilliseconds = 1_000;
/** The reason of a queued workload that is next but does not fit yet. */
export const waitsForRoom = 'Waits for room on this machine: other work holds its cores or memory.';
const sweepMilliseconds = 10 * 60 * 1000;

/**
 * Takes queued workloads that fit on this machine, starts them, watches them to their end, and takes over what a dead server process of this
 * machine left. All states are written with the fence, so whoever comes late changes nothing.
 */
export function startDispatcher(parts: DispatcherParts): Dispatcher {
  const { platform, process: self, executor } = parts;
  const kinds = new Map(parts.kinds.map((kind) => [kind.kind, kind]));
  const sharingKinds = parts.kinds.filter((kind) => kind.sharesCores).map((kind) => kind.kind);
  const ctx = systemContext(platform, 'dispatcher');
  /** Attempts that this process looks after, by id and fence. */
  const watched = new Map<string, () => void>();
  const cancelling = new Set<string>();
  const busy = new Set<Promise<void>>();
  let stopped = false;

  const keyOf = (workload: { id: string; fence: number }): string => `${workload.id} ${workload.fence}`;

  function background(work: Promise<void>): void {
    const tracked = work
      .catch((error: Error) => platform.log.error({ error: error.stack }, 'dispatcher'))
      .finally(() => busy.delete(tracked));
    busy.add(tracked);
  }

  async function claimNext(): Promise<void> {
    const claimed = await transaction(ctx, async (tx) => {
      const reserved = await lockHost(tx, self.host, sharingKinds);
      const room = {
        cpuCores: cpus().length * coreOvercommit - reserved.cpuCores,
        memoryBytes: totalmem() * memoryShare - reserved.memoryBytes,
      };
      const taken: KeptWorkload[] = [];
      for (const workload of await nextQueued(tx, 50)) {
        const need = {
          cpuCores: sharingKinds.includes(workload.kind)
            ? 0
            : Math.min(workload.tier.cpuCores ?? 0, cpus().length * coreOvercommit),
          memoryBytes: workload.tier.memoryBytes ?? 0,
        };
        // First in, first out: a small one behind a large one must not starve it.
        if (need.cpuCores > room.cpuCores || need.memoryBytes > room.memoryBytes) {
          await setStateReason(tx, workload.id, waitsForRoom);
          break;
        }
        const waits = await kinds.get(workload.kind)?.waitsFor?.(tx, workload);
        if (waits) {
          await setStateReason(tx, workload.id, waits);
          continue;
        }
        room.cpuCores -= need.cpuCores;
        room.memoryBytes -= need.memoryBytes;
        const started = await claim(tx, workload.id, self.host, self.id);
        await kindOf(started).changed(tx, started, 'queued');
        taken.push(started);
      }
      return taken;
    });
    for (const workload of claimed) background(begin(workload));
  }

  function kindOf(workload: KeptWorkload): WorkloadKind {
    const kind = kinds.get(workload.kind);
    if (!kind) throw new Error(`No module registered the workload kind ${workload.kind}`);
    return kind;
  }

  /** From claimed to submitted. May run again after a crash: the executor starts an attempt of one id and fence once. */
  async function begin(workload: KeptWorkload): Promise<void> {
    const key = keyOf(workload);
    if (watched.has(key)) return;
    watched.set(key, () => {});
    const folder = join(parts.folder, `${workload.id}-${workload.fence}`);
    try {
      const known = (await executor.list()).find((one) => one.id === workload.id && one.fence === workload.fence);
      const handle = known ?? (await launch(workload, folder));
      const { isolation } = await executor.capabilities();
      const moved = await transaction(ctx, (tx) =>
        moveState(tx, workload, ['starting', 'stopping'], { handle, folder, isolation }),
      );
      if (moved) watch(moved);
    } catch (error) {
      watched.delete(key);
      const reason = error instanceof Problem ? error.detail : `It could not be started: ${(error as Error).message}`;
      if (!(error instanceof Problem))
        platform.log.error({ workload: workload.id, error: (error as Error).stack }, 'a workload could not be started');
      await finishWorkload(ctx, kindOf(workload), workload, { state: 'failed', stateReason: reason, finishedAt: new Date() });
      await executor.forget({ id: workload.id, fence: workload.fence, folder }).catch(() => {});
      wake();
    }
  }

  async function launch(workload: KeptWorkload, folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const plan = await kindOf(workload).prepare(ctx, workload, folder);
    keepSecrets(folder, plan.secrets ?? []);
    return executor.submit({
      id: workload.id,
      fence: workload.fence,
      command: plan.command,
      environment: { ...plan.environment, ...(plan.token === false ? {} : await ownEnvironment(workload, plan)) },
      workingFolder: plan.workingFolder,
      folder,
      resources: {
        ...(workload.tier.cpuCores === null ? {} : { cpuCores: workload.tier.cpuCores }),
        ...(workload.tier.memoryBytes === null ? {} : { memoryBytes: workload.tier.memoryBytes }),
        ...(workload.timeoutSeconds === null ? {} : { wallSeconds: workload.timeoutSeconds }),
      },
      readOnlyPaths: plan.readOnlyPaths,
      writablePaths: plan.writablePaths ?? [],
      ...(process.getuid?.() === 0 && !plan.asServerUser ? { uid: await uidOf(ctx, workload.projectId) } : {}),
    });
  }

  /** Where Plinth is and who the workload is: its own token, for its project and its life, and the MLflow client set up with it. */
  async function ownEnvironment(workload: KeptWorkload, _plan: Launch): Promise<Record<string, string>> {
    const { token } = await transaction(ctx, (tx) =>
      makeToken(tx, {
        ownerId: workload.ownerId,
        name: `${workload.kind} ${workload.name}`.slice(0, 100),
        kind: 'workload',
        projectId: workload.projectId,
        workloadId: workload.id,
      }),
    );
    const url = parts.url();
    return {
      PLINTH_URL: url,
      PLINTH_TOKEN: token,
      PLINTH_PROJECT: workload.projectId ?? '',
      MLFLOW_TRACKING_URI: url,
      MLFLOW_TRACKING_TOKEN: token,
    };
  }

  function watch(workload: KeptWorkload): void {
    const key = keyOf(workload);
    const stopWatching = executor.watch(workload.handle!, (observation) => background(observed(workload, observation)));
    watched.set(key, stopWatching);
    if (workload.cancelRequestedAt) background(cancelOne(workload));
  }

  async function observed(workload: KeptWorkload, observation: Observation): Promise<void> {
    // A quick one may be over at the first look: its start is recorded all the same.
    const startedAt = observation.state === 'running' || observation.state === 'exited' ? observation.startedAt : null;
    if (startedAt) {
      await transaction(ctx, async (tx) => {
        const moved = await moveState(tx, workload, ['starting'], { state: 'running', startedAt: startedAt.toISOString() });
        if (moved) await kindOf(moved).changed(tx, moved, 'starting');
      });
    }
    if (!isOver(observation)) return;
    const end = watched.get(keyOf(workload));
    if (!end) return;
    end();
    watched.delete(keyOf(workload));
    cancelling.delete(keyOf(workload));
    await finishObserved(workload, observation);
    wake();
  }

  async function finishObserved(workload: KeptWorkload, observation: Observation): Promise<void> {
    await giveUp(ctx, kindOf(workload), executor, workload, observation, stopped ? 'The server was stopped.' : null);
  }

  async function cancelOne(workload: KeptWorkload): Promise<void> {
    const key = keyOf(workload);
    if (workload.state === 'queued') {
      await finishWorkload(ctx, kindOf(workload), workload, {
        state: 'cancelled',
        stateReason: 'Cancelled before it started.',
        finishedAt: new Date(),
      });
      return;
    }
    // Still being prepared: `begin` comes back to it once there is something to end.
    if (cancelling.has(key) || !workload.handle) return;
    cancelling.add(key);
    await transaction(ctx, async (tx) => {
      const moved = await moveState(tx, workload, ['starting', 'running'], { state: 'stopping' });
      if (moved) await kindOf(moved).changed(tx, moved, workload.state);
    });
    await executor.cancel(workload.handle, cancelGraceSeconds);
  }

  async function adopt(): Promise<void> {
    for (const workload of await adoptOrphans(ctx, self.host, self.id, deadAfterSeconds)) {
      platform.log.info({ workload: workload.id, state: workload.state }, 'took over a workload');
      if (workload.handle) watch(workload);
      else background(begin(workload));
    }
    for (const workload of await ofDeadHosts(ctx, self.host, deadHostSeconds)) {
      const reason = `Nothing was heard from its machine (${workload.host}) for ${deadHostSeconds} seconds.`;
      await finishWorkload(ctx, kindOf(workload), workload, { state: 'lost', stateReason: reason, finishedAt: new Date() });
    }
  }

  let turning: Promise<void> | null = null;
  let again = false;
  function wake(): void {
    if (stopped) return;
    if (turning) {
      again = true;
      return;
    }
    turning = (async () => {
      do {
        again = false;
        try {
          for (const workload of await withCancelRequested(ctx, self.id)) await cancelOne(workload);
          await claimNext();
        } catch (error) {
          platform.log.warn({ error: (error as Error).message }, 'the dispatcher will try again');
        }
      } while (again && !stopped);
    })().finally(() => {
      turning = null;
    });
  }

  const unlisten = platform.signals.on(workloadsChannel, wake);
  const poll = setInterval(wake, pollMilliseconds);
  const adoption = setInterval(() => background(adopt()), 2_000);
  background(adopt());
  const sweep = () => background(sweepFolders(ctx, executor, parts.folder));
  const sweeping = setInterval(sweep, sweepMilliseconds);
  sweep();
  wake();

  return {
    async stop({ handOver }) {
      stopped = true;
      unlisten();
      clearInterval(poll);
      clearInterval(adoption);
      clearInterval(sweeping);
      await turning;
      if (!handOver) {
        for (const workload of await keptBy(ctx, self.id))
          if (workload.handle) await executor.cancel(workload.handle, 3).catch(() => {});
        const end = Date.now() + 12_000;
        while (watched.size > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
      }
      for (const stopWatching of watched.values()) stopWatching();
      watched.clear();
      await Promise.all(busy);
    },
  };
}

const firstUid = 200_000;

/** A user number for each project, so that the work of one cannot read the files of another. The numbers need no account on the machine. */
async function uidOf(ctx: Context, projectId: string | null): Promise<number> {
  if (!projectId) return firstUid;
  const row = await ctx.db.selectFrom('projects').select('number').where('id', '=', projectId).executeTakeFirst();
  return firstUid + (row?.number ?? 0);
}
