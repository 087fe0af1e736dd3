import { mkdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { allActions } from '../access/index.ts';
import { makeToken } from '../people/index.ts';
import {
  asProblem,
  type Context,
  deadAfterSeconds,
  type Platform,
  Problem,
  type ServerProcess,
  systemContext,
  transaction,
} from '../platform/index.ts';
import { keepSecrets } from './attempt-secrets.ts';
import { type AttemptHandle, type Executor, isOver, type Observation } from './executor.ts';
import { finishWorkload, giveUp } from './finish-workload.ts';
import { sweepFolders } from './sweep-folders.ts';
import { isFinished, type WorkloadKind } from './workload.ts';
import {
  adoptOrphans,
  claim,
  findWorkload,
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
/**
 * What a job may do that runs again to prove another: read, and log what it makes. A script that also deploys, starts jobs or pushes code would do
 * it a second time.
 */
const reproductionActions = allActions.filter(
  (action) => action.endsWith('.read') || /^(run|artifact|model|dataset)\.write$|^deployment\.call$/.test(action),
);

const coreOvercommit = 2;
const memoryShare = 0.9;
const cancelGraceSeconds = 8;
/** When the server itself ends: shorter, for somebody waits at a terminal. */
const stopGraceSeconds = 3;
const stopMilliseconds = 12_000;
/** After that, how long what is still at work may take before it is left behind. */
const lastMilliseconds = 2_000;
const deadHostSeconds = 60;
const pollMilliseconds = 1_000;
/** Of the queue so many are looked at at once, and so many that cannot start yet are passed by. */
const batchSize = 50;
const mostPassed = 2_000;
const adoptMilliseconds = 2_000;
/** Between tries of what must be done in the end; twice as long each time. */
const pauses = { firstMilliseconds: 500, longestMilliseconds: 30_000 };
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
  /** Attempts that this process looks after, by id and fence, until their end is written. */
  const kept = new Map<string, { workload: KeptWorkload; stopWatching: () => void }>();
  const cancelling = new Set<string>();
  const busy = new Set<Promise<void>>();
  let stopped = false;
  /** Stopped, and what runs is to end too. */
  let ending = false;
  const hurry = new AbortController();
  const gaveUp = new AbortController();

  const keyOf = (workload: { id: string; fence: number }): string => `${workload.id} ${workload.fence}`;

  function background(work: Promise<void>): void {
    const tracked = work
      .catch((error: Error) => platform.log.error({ error: error.stack }, 'dispatcher'))
      .finally(() => busy.delete(tracked));
    busy.add(tracked);
  }

  /** Until the next try; a stop cuts it short, and once nothing is waited for any more there is no next. */
  async function pause(tries: number): Promise<void> {
    const milliseconds = stopped
      ? pauses.firstMilliseconds
      : Math.min(pauses.firstMilliseconds * 2 ** tries, pauses.longestMilliseconds);
    await sleep(milliseconds, undefined, { signal: (stopped ? gaveUp : hurry).signal }).catch(() => {});
  }

  /** For what must be written in the end, through a database that is away or a disk that is full: nothing is `running` for ever. */
  async function persistently(workload: KeptWorkload, work: () => Promise<void>): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (gaveUp.signal.aborted) throw error;
        platform.log.warn({ workload: workload.id, error: (error as Error).message }, 'the dispatcher will try again');
        await pause(tries);
      }
    }
  }

  async function claimNext(): Promise<void> {
    const claimed = await transaction(ctx, async (tx) => {
      const reserved = await lockHost(tx, self.host, sharingKinds);
      const room = {
        cpuCores: cpus().length * coreOvercommit - reserved.cpuCores,
        memoryBytes: totalmem() * memoryShare - reserved.memoryBytes,
      };
      const taken: KeptWorkload[] = [];
      const waits = waitsOf(tx);
      // Those that cannot start yet are passed by, however many they are; what is next and finds no room stops all behind it.
      for (let passed = 0; passed < mostPassed; ) {
        const batch = await nextQueued(tx, batchSize, passed);
        for (const workload of batch) {
          const need = {
            cpuCores: sharingKinds.includes(workload.kind)
              ? 0
              : Math.min(workload.tier.cpuCores ?? 0, cpus().length * coreOvercommit),
            memoryBytes: workload.tier.memoryBytes ?? 0,
          };
          // First in, first out: a small one behind a large one must not starve it.
          if (need.cpuCores > room.cpuCores || need.memoryBytes > room.memoryBytes) {
            await setStateReason(tx, workload, waitsForRoom);
            return taken;
          }
          const reason = await waits(workload);
          if (reason) {
            await setStateReason(tx, workload, reason);
            passed += 1;
            continue;
          }
          room.cpuCores -= need.cpuCores;
          room.memoryBytes -= need.memoryBytes;
          const started = await claim(tx, workload.id, self.host, self.id);
          await kindOf(started).changed(tx, started, 'queued');
          taken.push(started);
        }
        if (batch.length < batchSize) break;
      }
      return taken;
    });
    for (const workload of claimed) background(begin(workload));
  }

  /** Why a workload cannot start yet. Asked once for all that are given the same, for hundreds may wait for one environment. */
  function waitsOf(tx: Context): (workload: KeptWorkload) => Promise<string | null> {
    const known = new Map<string, Promise<string | null>>();
    return (workload) => {
      const { environmentRevisionId, toolRevisionId, deploymentRevisionId } = workload.context;
      const given = [workload.kind, environmentRevisionId, toolRevisionId, deploymentRevisionId].join(' ');
      const reason = known.get(given) ?? kinds.get(workload.kind)?.waitsFor?.(tx, workload).catch(notWaitedFor) ?? null;
      known.set(given, Promise.resolve(reason));
      return Promise.resolve(reason);
    };
  }

  function kindOf(workload: KeptWorkload): WorkloadKind {
    const kind = kinds.get(workload.kind);
    if (!kind) throw new Error(`No module registered the workload kind ${workload.kind}`);
    return kind;
  }

  /** From claimed to submitted. May run again after a crash: the executor starts an attempt of one id and fence once. */
  async function begin(workload: KeptWorkload): Promise<void> {
    const key = keyOf(workload);
    if (kept.has(key)) return;
    kept.set(key, { workload, stopWatching: () => {} });
    const folder = join(parts.folder, `${workload.id}-${workload.fence}`);
    let handle: AttemptHandle | null;
    try {
      handle = await launch(workload, folder);
    } catch (error) {
      await persistently(workload, () => failStart(workload, error as Error));
      await executor.forget({ id: workload.id, fence: workload.fence, folder }).catch(() => {});
      kept.delete(key);
      wake();
      return;
    }
    if (!handle) {
      // Nothing of it has started, and this server ends: the next one begins it.
      kept.delete(key);
      return;
    }
    await persistently(workload, async () => {
      const { isolation } = await executor.capabilities();
      const moved = await transaction(ctx, (tx) =>
        moveState(tx, workload, ['starting', 'stopping'], { handle, folder, isolation }),
      );
      if (moved) return watch(moved);
      // Somebody wrote its end meanwhile: what has no row that runs must not run.
      await executor.cancel(handle, 0);
      kept.delete(key);
    });
  }

  async function failStart(workload: KeptWorkload, error: Error): Promise<void> {
    const stateReason = error instanceof Problem ? error.detail : `It could not be started: ${error.message}`;
    if (!(error instanceof Problem))
      platform.log.error({ workload: workload.id, error: error.stack }, 'a workload could not be started');
    await finishWorkload(ctx, kindOf(workload), workload, { state: 'failed', stateReason, finishedAt: new Date() });
  }

  /** @returns null when this server was stopped before anything had started */
  async function launch(workload: KeptWorkload, folder: string): Promise<AttemptHandle | null> {
    for (let tries = 0; ; tries++) {
      try {
        const known = (await executor.list()).find((one) => one.id === workload.id && one.fence === workload.fence);
        return known ?? (await layOutAndSubmit(workload, folder));
      } catch (error) {
        // A database that is away for a moment is no fault of the work.
        if (asProblem(error).status !== 503) throw error;
        if (stopped) return null;
        await pause(tries);
      }
    }
  }

  async function layOutAndSubmit(workload: KeptWorkload, folder: string): Promise<AttemptHandle | null> {
    if (stopped) return null;
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const plan = await kindOf(workload).prepare(ctx, workload, folder);
    keepSecrets(folder, plan.secrets ?? []);
    const own = plan.token === false ? {} : await ownEnvironment(workload);
    const uid = process.getuid?.() === 0 && !plan.asServerUser ? { uid: await uidOf(ctx, workload.projectId) } : {};
    if (stopped) return null;
    return executor.submit({
      id: workload.id,
      fence: workload.fence,
      command: plan.command,
      environment: { ...plan.environment, ...own },
      workingFolder: plan.workingFolder,
      folder,
      resources: {
        ...(workload.tier.cpuCores === null ? {} : { cpuCores: workload.tier.cpuCores }),
        ...(workload.tier.memoryBytes === null ? {} : { memoryBytes: workload.tier.memoryBytes }),
        ...(workload.timeoutSeconds === null ? {} : { wallSeconds: workload.timeoutSeconds }),
      },
      readOnlyPaths: plan.readOnlyPaths,
      writablePaths: plan.writablePaths ?? [],
      ...uid,
    });
  }

  /** Where Plinth is and who the workload is: its own token, for its project and its life, and the MLflow client set up with it. */
  async function ownEnvironment(workload: KeptWorkload): Promise<Record<string, string>> {
    const { token } = await transaction(ctx, (tx) =>
      makeToken(tx, {
        ownerId: workload.ownerId,
        name: `${workload.kind} ${workload.name}`.slice(0, 100),
        kind: 'workload',
        projectId: workload.projectId,
        workloadId: workload.id,
        ...(workload.context.reproductionId ? { actions: reproductionActions } : {}),
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
    const stopWatching = executor.watch(workload.handle!, (observation) =>
      background(persistently(workload, () => observed(workload, observation))),
    );
    kept.set(keyOf(workload), { workload, stopWatching });
    if (workload.cancelRequestedAt) background(cancelOne(workload));
    else if (ending) background(executor.cancel(workload.handle!, stopGraceSeconds));
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
    await giveUp(ctx, kindOf(workload), executor, workload, observation);
    kept.delete(keyOf(workload));
    cancelling.delete(keyOf(workload));
    wake();
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
    try {
      await transaction(ctx, async (tx) => {
        const moved = await moveState(tx, workload, ['starting', 'running'], { state: 'stopping' });
        if (moved) await kindOf(moved).changed(tx, moved, workload.state);
      });
      await executor.cancel(workload.handle, cancelGraceSeconds);
    } catch (error) {
      // Not asked yet, as far as anybody knows: it is asked again.
      cancelling.delete(key);
      throw error;
    }
  }

  /** Looks after what has this process as its keeper and is not in hand: just adopted, or dropped by a fault on the way. */
  function resume(workload: KeptWorkload): void {
    if (kept.has(keyOf(workload))) return;
    if (workload.handle) watch(workload);
    else background(begin(workload));
  }

  async function lookAfterOwn(): Promise<void> {
    for (const workload of await keptBy(ctx, self.id)) {
      const key = keyOf(workload);
      if (kept.has(key)) {
        if (workload.state === 'stopping' && !cancelling.has(key)) await cancelOne(workload);
        continue;
      }
      // Its end may have been written since: only what is not over by now was dropped.
      const now = await findWorkload(ctx, workload.id);
      if (now && !isFinished(now) && now.keeper === self.id && now.fence === workload.fence) resume(now);
    }
  }

  /** Takes over what dead server processes of this machine left. */
  async function takeOver(): Promise<void> {
    for (const workload of await adoptOrphans(ctx, self.host, self.id, deadAfterSeconds)) {
      platform.log.info({ workload: workload.id, state: workload.state }, 'took over a workload');
      resume(workload);
    }
  }

  async function adopt(): Promise<void> {
    await takeOver();
    await lookAfterOwn();
    for (const workload of await ofDeadHosts(ctx, self.host, deadHostSeconds)) {
      const stateReason = `Nothing was heard from its machine (${workload.host}) for ${deadHostSeconds} seconds.`;
      await finishWorkload(ctx, kindOf(workload), workload, { state: 'lost', stateReason, finishedAt: new Date() });
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
          for (const workload of await withCancelRequested(ctx, self.id))
            await cancelOne(workload).catch((error: Error) =>
              platform.log.warn({ workload: workload.id, error: error.message }, 'a cancel will be tried again'),
            );
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
  const adoption = setInterval(() => background(adopt()), adoptMilliseconds);
  background(adopt());
  const sweep = () => background(sweepFolders(ctx, executor, parts.folder));
  const sweeping = setInterval(sweep, sweepMilliseconds);
  sweep();
  wake();

  /** Ends all that this process keeps, and what dead ones of this machine left: nobody else would. */
  async function endAll(): Promise<void> {
    for (const { workload } of kept.values()) if (workload.handle) background(executor.cancel(workload.handle, stopGraceSeconds));
    await self
      .forgetDead()
      .then(takeOver)
      .then(lookAfterOwn)
      .catch((error: Error) => platform.log.warn({ error: error.message }, 'what others left was not looked for'));
    const end = Date.now() + stopMilliseconds;
    while (kept.size > 0 && Date.now() < end) await sleep(50);
  }

  return {
    async stop({ handOver }) {
      stopped = true;
      ending = !handOver;
      unlisten();
      clearInterval(poll);
      clearInterval(adoption);
      clearInterval(sweeping);
      hurry.abort();
      await turning;
      if (ending) await endAll();
      gaveUp.abort();
      for (const { stopWatching } of kept.values()) stopWatching();
      kept.clear();
      await Promise.race([Promise.all(busy), sleep(lastMilliseconds)]);
    },
  };
}

/** What asks for something that is not there is let through: its start says so, and everything behind it goes on. */
function notWaitedFor(error: unknown): null {
  if (error instanceof Problem) return null;
  throw error;
}

const firstUid = 200_000;

/** A user number for each project, so that the work of one cannot read the files of another. The numbers need no account on the machine. */
async function uidOf(ctx: Context, projectId: string | null): Promise<number> {
  if (!projectId) return firstUid;
  const row = await ctx.db.selectFrom('projects').select('number').where('id', '=', projectId).executeTakeFirst();
  return firstUid + (row?.number ?? 0);
}
