import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { currentBootId, isAlive } from '../../platform/index.ts';
import type {
  Attempt,
  AttemptHandle,
  AttemptLog,
  AttemptUsage,
  Executor,
  ExecutorCapabilities,
  Observation,
} from '../executor.ts';
import { attemptFolderTaken, attemptStillRuns, attemptUnknown, isOver } from '../executor.ts';
import {
  type AttemptPlan,
  type AttemptRecord,
  attemptPaths,
  type Confinement,
  checkAttempt,
  readAttemptRecord,
  replaceFile,
  writeAttemptFiles,
} from './attempt-files.ts';
import { type CgroupTree, makeGroups, readUsage, removeGroups } from './cgroups.ts';
import { neverStartedRecord, readExit } from './exit-record.ts';
import { type Machine, probeMachine, type Tools } from './machine.ts';
import { parseProcessIdentity } from './process-identity.ts';
import { watchAttempt } from './watch-attempt.ts';

export interface LocalExecutorOptions {
  /** Holds one folder for each attempt. Other users must be able to pass through it unless the machine gives namespaces. */
  folder: string;
  /** More of the machine that every command may read, as data or tools outside /usr and /opt. */
  readOnlyPaths?: string[];
  /** Never shown to a command, as the server's own state. */
  hiddenPaths?: string[];
  logCapBytes?: number;
  /** Of the cap, how much is kept for the newest end. */
  logTailBytes?: number;
  /** Uses less than the machine gives. */
  atMost?: { limits?: ExecutorCapabilities['limits']; isolation?: ExecutorCapabilities['isolation'] };
}

const defaultLogCapBytes = 64 * 1024 * 1024;
const defaultLogTailBytes = 1024 * 1024;
/** Without a limit of its own, so that a fork bomb stops before the machine does. */
const defaultMaximumProcesses = 4096;
/** Longer than a shim can take between making its start record and writing into it. */
const claimSeconds = 10;

/** Runs attempts as processes of this machine, limited and set apart as far as it allows. See executor.ts for the rules. */
export function makeLocalExecutor(options: LocalExecutorOptions): Executor {
  const attemptsFolder = resolve(options.folder);
  mkdirSync(attemptsFolder, { recursive: true });
  let machine: Promise<Machine> | null = null;
  const submitting = new Map<string, Promise<AttemptHandle>>();

  const theMachine = () => {
    machine ??= probeMachine({ attemptsFolder, atMost: options.atMost ?? {}, launch: prepareAndStart, observe });
    // A probe that could not run (a full disk) is tried again with the next call.
    machine.catch(() => {
      machine = null;
    });
    return machine;
  };

  async function prepareAndStart(attempt: Attempt, confinement: Confinement, tree: CgroupTree | null, tools: Tools) {
    const mark = markOf(attempt);
    const resources = { maximumProcesses: defaultMaximumProcesses, ...withoutUndefined(attempt.resources) };
    const plan: AttemptPlan = {
      confinement,
      groups: tree && makeGroups(tree, mark, resources),
      mark,
      searchPath: tools.searchPath,
      readOnlyPaths: [...tools.toolPaths, ...(options.readOnlyPaths ?? [])],
      hiddenPaths: options.hiddenPaths ?? [],
      logCapBytes: options.logCapBytes ?? defaultLogCapBytes,
      logTailBytes: options.logTailBytes ?? defaultLogTailBytes,
    };
    writeAttemptFiles({ ...attempt, resources }, plan);
    await spawnShell('shim.sh', [attemptPaths(attempt.folder).control]);
    return { id: attempt.id, fence: attempt.fence, folder: attempt.folder };
  }

  async function submitOnce(attempt: Attempt): Promise<AttemptHandle> {
    checkAttempt(attempt, attemptsFolder);
    const handle = { id: attempt.id, fence: attempt.fence, folder: attempt.folder };
    const record = readAttemptRecord(attempt.folder);
    if (record && (record.id !== attempt.id || record.fence !== attempt.fence)) {
      throw attemptFolderTaken(attempt.folder, `${record.id} (fence ${record.fence})`);
    }
    const paths = attemptPaths(attempt.folder);
    if (record && isThere(paths.start)) return handle;
    if (record) {
      // Prepared, perhaps started this instant: the shim that makes the start record is the one that counts.
      await spawnShell('shim.sh', [paths.control]);
      return handle;
    }
    const found = await theMachine();
    return prepareAndStart(attempt, found.confinement, found.tree, found);
  }

  function submit(attempt: Attempt): Promise<AttemptHandle> {
    const key = `${attempt.folder}\0${attempt.id}\0${attempt.fence}`;
    const running = submitting.get(key) ?? submitOnce(attempt).finally(() => submitting.delete(key));
    submitting.set(key, running);
    return running;
  }

  async function observe(handle: AttemptHandle): Promise<Observation> {
    const record = recordOf(handle);
    const paths = attemptPaths(handle.folder);
    const lost = readText(paths.lost);
    if (lost !== null) return { state: 'lost', reason: lost };
    const exit = readExit(handle.folder, record);
    if (exit) return exit;
    const start = readText(paths.start);
    if (start === null) return { state: 'pending' };
    const identity = parseProcessIdentity(start);
    if (!identity && Date.now() - statSync(paths.start).mtimeMs < claimSeconds * 1000) return { state: 'pending' };
    if (identity && isAlive(identity))
      return { state: 'running', startedAt: statSync(paths.start).mtime, usage: usageOf(record) };
    // It may have ended between the two looks.
    return readExit(handle.folder, record) ?? settleLost(handle, identity !== null && identity.bootId !== currentBootId());
  }

  /** An attempt is called lost only after nothing of it can run any more, since a policy may start the next one at once. */
  async function settleLost(handle: AttemptHandle, machineRestarted: boolean): Promise<Observation> {
    const paths = attemptPaths(handle.folder);
    if (!machineRestarted && (await runShell('terminate.sh', [paths.control, 'lost', '0'])) !== 0) {
      throw new Error(
        `Processes of attempt ${handle.id} outlive their supervisor and cannot be ended; look at ${paths.control}.`,
      );
    }
    const reason = machineRestarted
      ? 'The machine was restarted while the attempt ran.'
      : 'The supervisor of the attempt was killed, so its end is unknown; all its processes were ended.';
    replaceFile(paths.lost, reason);
    // Holds the attempt's secrets; the shim, which wipes it otherwise, is gone.
    rmSync(paths.launch, { force: true });
    return { state: 'lost', reason };
  }

  async function cancel(handle: AttemptHandle, graceSeconds: number): Promise<void> {
    if (isOver(await observe(handle))) return;
    const paths = attemptPaths(handle.folder);
    if (claimStart(paths.start)) {
      replaceFile(paths.exit, neverStartedRecord);
      rmSync(paths.launch, { force: true });
      const { groups } = recordOf(handle);
      if (groups) removeGroups(groups);
      return;
    }
    await spawnShell('terminate.sh', [paths.control, 'cancelled', String(Math.max(0, Math.ceil(graceSeconds)))]);
  }

  function logs(handle: AttemptHandle): Promise<AttemptLog> {
    recordOf(handle);
    const path = attemptPaths(handle.folder).log;
    return Promise.resolve({ path, sizeBytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0 });
  }

  async function list(): Promise<AttemptHandle[]> {
    return readdirSync(attemptsFolder, { withFileTypes: true }).flatMap((entry) => {
      if (!entry.isDirectory() || entry.name.startsWith('.')) return [];
      const folder = join(attemptsFolder, entry.name);
      const record = readAttemptRecord(folder);
      return record ? [{ id: record.id, fence: record.fence, folder }] : [];
    });
  }

  async function forget(handle: AttemptHandle): Promise<void> {
    if (dirname(resolve(handle.folder)) !== attemptsFolder) throw attemptUnknown(handle);
    const record = readAttemptRecord(handle.folder);
    // Never submitted: what was laid out for it goes all the same.
    if (!record) return rmSync(handle.folder, { recursive: true, force: true });
    const observation = await observe(handle);
    if (!isOver(observation) && !(observation.state === 'pending' && claimStart(attemptPaths(handle.folder).start))) {
      throw attemptStillRuns(handle.id);
    }
    if (record.groups) removeGroups(record.groups);
    rmSync(handle.folder, { recursive: true, force: true });
  }

  async function capabilities(): Promise<ExecutorCapabilities> {
    const { limits, isolation, detail } = await theMachine();
    return { limits, isolation, detail };
  }

  const watch: Executor['watch'] = (handle, onChange) =>
    watchAttempt(attemptPaths(handle.folder).control, () => observe(handle), onChange);

  return { submit, observe, watch, cancel, logs, list, forget, capabilities };
}

/** Starts one of our shell programs in a session of its own, with nothing of the server's environment. */
function spawnShell(program: string, parameters: string[]): Promise<import('node:child_process').ChildProcess> {
  return new Promise((done, fail) => {
    const child = spawn('/bin/sh', [join(import.meta.dirname, program), ...parameters], {
      cwd: '/',
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: 'ignore',
      detached: true,
    });
    child.once('error', fail);
    child.once('spawn', () => {
      child.unref();
      done(child);
    });
  });
}

async function runShell(program: string, parameters: string[]): Promise<number | null> {
  const child = await spawnShell(program, parameters);
  child.ref();
  if (child.exitCode !== null) return child.exitCode;
  return new Promise((done) => child.once('exit', done));
}

function recordOf(handle: AttemptHandle): AttemptRecord {
  const record = readAttemptRecord(handle.folder);
  if (record?.id !== handle.id || record.fence !== handle.fence) throw attemptUnknown(handle);
  return record;
}

function usageOf(record: AttemptRecord): AttemptUsage {
  return (record.groups && readUsage(record.groups)) ?? { cpuSeconds: 0, peakMemoryBytes: null };
}

/** True when this call took the start, so that no shim can. */
function claimStart(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, 'cancelled\n');
    closeSync(file);
    return true;
  } catch {
    return false;
  }
}

const markOf = ({ id, fence, folder }: Attempt) =>
  `${id}.${fence}.${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;

const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
